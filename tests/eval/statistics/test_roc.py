"""AUROC against scikit-learn, by pairs, and at the edges."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from eval.statistics import auroc, auroc_difference


def own(n: int) -> list[str]:
    return [str(at) for at in range(n)]


@pytest.mark.parametrize("labels", [[], [True], [False, False], [True, True, True]])
def test_one_label_alone_has_no_area(labels: list[bool]) -> None:
    assert auroc([0.5] * len(labels), labels, own(len(labels)), draws=10) is None
    assert (
        auroc_difference([0.5] * len(labels), [0.1] * len(labels), labels, own(len(labels)), draws=10) is None
    )


def test_what_is_no_score_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN or infinite"):
        auroc([nan, 1.0], [True, False], own(2))
    with pytest.raises(ValueError, match="1 scores, but 2 labels"):
        auroc([1.0], [True, False], own(2))
    with pytest.raises(ValueError, match="2 labels, but 3 clusters"):
        auroc([1.0, 0.0], [True, False], own(3))


def test_always_yes_is_a_coin() -> None:
    found = auroc([1.0] * 40, [True, False] * 20, own(40))
    assert found is not None
    assert (found.mean, found.low, found.high) == (0.5, 0.5, 0.5)


def test_a_perfect_order_of_few_is_not_certain() -> None:
    """Five of the rarer label: 1 - 0.5218 is Clopper and Pearson's bound for five of five."""
    found = auroc([0.1] * 20 + [0.9] * 5, [False] * 20 + [True] * 5, own(25))
    assert found is not None
    assert (found.mean, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(1 - 0.5218, abs=1e-4)
    turned = auroc([0.9] * 20 + [0.1] * 5, [False] * 20 + [True] * 5, own(25))
    assert turned is not None
    assert (turned.mean, turned.low, turned.high) == (0.0, 0.0, pytest.approx(0.5218, abs=1e-4))


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_the_area_is_the_share_of_pairs_in_order(rows: list[tuple[int, bool]]) -> None:
    scores, labels = [score / 5 for score, _ in rows], [label for _, label in rows]
    found = auroc(scores, labels, own(len(rows)), draws=20)
    true = [score for score, label in zip(scores, labels, strict=True) if label]
    false = [score for score, label in zip(scores, labels, strict=True) if not label]
    if not true or not false:
        assert found is None
        return
    won = sum((a > b) + (a == b) / 2 for a in true for b in false)
    assert found is not None
    assert found.mean == pytest.approx(won / len(true) / len(false))
    assert found.mean == pytest.approx(roc_auc_score(labels, scores))
    assert 0 <= found.low <= found.high <= 1


def test_the_interval_is_that_of_drawing_and_counting_again() -> None:
    """Each of 600 draws weighed here by scikit-learn."""
    random = np.random.default_rng(3)
    labels = random.random(80) < 0.4
    scores = random.normal(labels * 0.8, 1.0)
    clusters = [str(at // 2) for at in range(80)]
    found = auroc(list(scores), list(labels), clusters, draws=4000)
    drawn = []
    for _ in range(600):
        chosen = random.integers(0, 40, size=40)
        rows = np.concatenate([chosen * 2, chosen * 2 + 1])
        drawn.append(roc_auc_score(labels[rows], scores[rows]))
    tail = 0.0202  # the normal tail of 2.0227 * sqrt(40 / 39), as there are 40 clusters
    assert found is not None
    assert found.low == pytest.approx(np.quantile(drawn, tail), abs=0.02)
    assert found.high == pytest.approx(np.quantile(drawn, 1 - tail), abs=0.02)
    assert (found.n, found.clusters) == (80, 40)


def test_a_difference_is_drawn_together() -> None:
    random = np.random.default_rng(4)
    labels = list(random.random(300) < 0.5)
    good = list(np.asarray(labels) + random.normal(0, 0.7, 300))
    noise = list(random.random(300))
    found = auroc_difference(good, noise, labels, own(300), draws=500)
    same = auroc_difference(good, good, labels, own(300), draws=500)
    assert found is not None
    assert same is not None
    assert found.mean == pytest.approx(roc_auc_score(labels, good) - roc_auc_score(labels, noise))
    assert 0 < found.low < found.mean < found.high
    assert (same.mean, same.low, same.high) == (0, 0, 0)

"""Tests of differences against scipy, and against tables computed by hand."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from scipy.stats import permutation_test

from eval.statistics import holm, mcnemar_exact_p, permutation_p


def own(n: int) -> list[str]:
    return [str(at) for at in range(n)]


def test_nothing_in_common_is_no_test() -> None:
    assert permutation_p([None, 1.0], [1.0, None], own(2)) is None
    assert mcnemar_exact_p([None, 1.0], [1.0, None]) is None
    assert mcnemar_exact_p([], []) is None


def test_no_difference_is_chance() -> None:
    assert permutation_p([1.0, 0.0, 0.5], [1.0, 0.0, 0.5], own(3)) == 1.0
    assert mcnemar_exact_p([1.0, 0.0], [1.0, 0.0]) == 1.0


@pytest.mark.parametrize(
    ("wins", "losses", "p"),
    [(1, 0, 1.0), (5, 0, 2 / 32), (6, 0, 2 / 64), (1, 8, 2 * 10 / 512), (3, 3, 1.0), (8, 1, 20 / 512)],
)
def test_mcnemar_by_hand(wins: int, losses: int, p: float) -> None:
    one = [1.0] * wins + [0.0] * losses + [1.0, 0.0, 0.0]
    other = [0.0] * wins + [1.0] * losses + [1.0, 0.0, 0.0]
    assert mcnemar_exact_p(one, other) == pytest.approx(p)
    tail = sum(comb(wins + losses, k) for k in range(min(wins, losses) + 1)) / 2 ** (wins + losses)
    assert mcnemar_exact_p(one, other) == pytest.approx(min(1.0, 2 * tail))


def test_mcnemar_is_for_right_and_wrong() -> None:
    with pytest.raises(ValueError, match="0 and 1"):
        mcnemar_exact_p([0.5], [1.0])


@pytest.mark.parametrize(("wins", "losses"), [(5, 0), (8, 1), (3, 3), (10, 2)])
def test_sign_flips_of_single_cases_are_mcnemars_test(wins: int, losses: int) -> None:
    """With scores of 0 and 1 and clusters of one, flipping signs is tossing McNemar's coin."""
    one = [1.0] * wins + [0.0] * losses
    other = [0.0] * wins + [1.0] * losses
    assert permutation_p(one, other, own(wins + losses)) == pytest.approx(mcnemar_exact_p(one, other))


def test_few_flips_are_counted_as_scipy_counts_them() -> None:
    random = np.random.default_rng(4)
    one, other = random.random(11), random.random(11)
    theirs = permutation_test(
        (one, other), lambda a, b: np.mean(a - b), permutation_type="samples", n_resamples=np.inf
    )
    assert permutation_p(list(one), list(other), own(11)) == pytest.approx(theirs.pvalue)


def test_many_flips_are_drawn_and_come_near() -> None:
    random = np.random.default_rng(5)
    one = random.random(60)
    other = one - 0.06 + 0.2 * random.standard_normal(60)
    theirs = permutation_test(
        (one, other),
        lambda a, b, axis: np.mean(a - b, axis=axis),
        permutation_type="samples",
        n_resamples=20_000,
        vectorized=True,
        rng=np.random.default_rng(6),
    )
    mine = permutation_p(list(one), list(other), own(60))
    assert mine == pytest.approx(theirs.pvalue, abs=0.01)
    assert mine == permutation_p(list(one), list(other), own(60))
    assert mine != permutation_p(list(one), list(other), own(60), seed=1)


def test_a_drawn_p_is_never_zero() -> None:
    ones, zeros = [1.0] * 40, [0.0] * 40
    assert permutation_p(ones, zeros, own(40), draws=99) == 1 / 100


def test_a_document_is_swapped_whole() -> None:
    """Forty wins in two documents prove as much as two wins: all four swaps, two of them as extreme."""
    ones, zeros = [1.0] * 40, [0.0] * 40
    assert permutation_p(ones, zeros, ["a"] * 20 + ["b"] * 20) == 0.5
    assert permutation_p(ones, zeros, ["a"] * 40) == 1 / 10_001  # one document: case by case


def test_chance_is_rarely_called_a_difference() -> None:
    """Two equal systems, 300 times: p < 0.05 in about 5 % of them."""
    random = np.random.default_rng(7)
    clusters = [str(at // 3) for at in range(90)]
    called = 0
    for _ in range(300):
        one, other = (random.random((2, 90)) < 0.6).astype(float)
        p = permutation_p(list(one), list(other), clusters, draws=400)
        assert p is not None
        called += p < 0.05
    assert called <= 27  # 15 expected; more than 27 happens once in a thousand such tests


@pytest.mark.parametrize(
    ("ps", "adjusted"),
    [
        ([], []),
        ([0.04], [0.04]),
        ([1.0, 1.0], [1.0, 1.0]),
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.02, 0.02, 0.02], [0.06, 0.06, 0.06]),
        ([0.5, 0.9], [1.0, 1.0]),
    ],
)
def test_holm_by_hand(ps: list[float], adjusted: list[float]) -> None:
    assert holm(ps) == pytest.approx(tuple(adjusted))


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
def test_holm_wants_p_values(bad: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, bad])

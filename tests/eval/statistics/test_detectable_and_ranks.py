"""What a suite can notice, checked by simulation; ranks that say no more than the tests do."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy.stats import norm

from eval.statistics import (
    design_effect,
    discordance,
    mcnemar_exact_p,
    shared_ranks,
    smallest_detectable,
)


def own(n: int) -> list[str]:
    return [str(at) for at in range(n)]


@pytest.mark.parametrize(("n", "discordant"), [(0, 0.2), (3, 0.5), (10, 0.1), (100, 0.0)])
def test_too_few_cases_detect_nothing(n: int, discordant: float) -> None:
    assert smallest_detectable(n, discordant) is None


@pytest.mark.parametrize(
    ("discordant", "power", "design"), [(-0.1, 0.8, 1.0), (1.1, 0.8, 1.0), (0.2, 1.0, 1.0), (0.2, 0.8, 0.5)]
)
def test_what_is_no_share_is_refused(discordant: float, power: float, design: float) -> None:
    with pytest.raises(ValueError, match="shares lie"):
        smallest_detectable(100, discordant, power, design=design)


@pytest.mark.parametrize(("n", "discordant"), [(50, 0.4), (100, 0.2), (200, 0.3), (1000, 0.1)])
def test_connors_sample_size_for_that_difference_is_n(n: int, discordant: float) -> None:
    d = smallest_detectable(n, discordant)
    assert d is not None
    needed = (norm.ppf(0.975) * sqrt(discordant) + norm.ppf(0.8) * sqrt(discordant - d**2)) ** 2 / d**2
    assert needed == pytest.approx(n)


def test_that_difference_is_found_about_four_times_in_five() -> None:
    """200 cases, 30 % discordant: McNemar's exact test, which is cautious, finds it in 70 to 85 % of 400."""
    d = smallest_detectable(200, 0.3)
    assert d is not None
    random = np.random.default_rng(2)
    better, worse = (0.3 + d) / 2, (0.3 - d) / 2
    found = 0
    for _ in range(400):
        drawn = random.choice([1, -1, 0], size=200, p=[better, worse, 0.7])
        p = mcnemar_exact_p(list((drawn == 1).astype(float)), list((drawn == -1).astype(float)))
        assert p is not None
        found += p < 0.05
    assert 0.70 <= found / 400 <= 0.85


def test_clusters_make_a_suite_smaller() -> None:
    values = [float(at // 10 % 2) for at in range(200)]
    clusters = [str(at // 10) for at in range(200)]
    effect = design_effect(values, clusters)
    assert effect == pytest.approx(10 * 19.9 / 19, rel=0.02)
    assert design_effect(values, own(200)) == 1.0
    assert design_effect(values, ["a"] * 200) == 1.0
    assert design_effect([0.0] * 200, clusters) == 1.0
    plain, wide = smallest_detectable(200, 0.9), smallest_detectable(200, 0.9, design=effect)
    assert plain is not None
    assert wide is not None
    assert wide > 3 * plain


def test_discordance_counts_what_both_were_scored_on() -> None:
    assert discordance([1.0, 0.0, None, 1.0], [1.0, 1.0, 1.0, None]) == 0.5
    assert discordance([None], [1.0]) is None


def test_systems_that_cannot_be_told_apart_share_a_rank() -> None:
    best = [1.0] * 60 + [0.0] * 20
    close = [1.0] * 59 + [0.0] * 21
    worst = [0.0] * 70 + [1.0] * 10
    ranked = shared_ranks({"worst": worst, "close": close, "best": best}, own(80))
    assert [(entry.name, entry.rank) for entry in ranked] == [("best", 1), ("close", 1), ("worst", 3)]
    assert [entry.p for entry in ranked] == [None, 1.0, None]


def test_a_difference_that_one_test_shows_may_not_survive_ten() -> None:
    """Six wins to none: p = 0.03 alone, and no difference among five systems, ten comparisons."""
    better, base = [1.0] * 6 + [0.0] * 20, [0.0] * 26
    assert [entry.rank for entry in shared_ranks({"a": better, "b": base}, own(26))] == [1, 2]
    many = {"a": better, **dict.fromkeys("bcde", base)}
    assert [entry.rank for entry in shared_ranks(many, own(26))] == [1, 1, 1, 1, 1]


def test_a_system_without_scores_is_last() -> None:
    ranked = shared_ranks({"none": [None, None], "zero": [0.0, 0.0]}, own(2))
    assert [(entry.name, entry.rank) for entry in ranked] == [("zero", 1), ("none", 2)]
    assert ranked[1].interval is None
    assert shared_ranks({}, []) == ()


def test_equal_systems_stand_in_the_order_of_their_names() -> None:
    ranked = shared_ranks({"b": [1.0, 0.0], "a": [1.0, 0.0]}, own(2))
    assert [(entry.name, entry.rank) for entry in ranked] == [("a", 1), ("b", 1)]


@pytest.mark.parametrize(("wins", "ranks"), [(5, [1, 1]), (6, [1, 2])])
def test_five_wins_to_none_are_not_yet_a_difference(wins: int, ranks: list[int]) -> None:
    """Two of 2^5 ways to toss are as extreme, p = 0.0625; with six, p = 0.03125."""
    scores = {"a": [1.0] * wins + [0.0] * 20, "b": [0.0] * (wins + 20)}
    assert [entry.rank for entry in shared_ranks(scores, own(wins + 20))] == ranks

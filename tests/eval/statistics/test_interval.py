"""Intervals against scipy, hand-computed bounds, and how often they hold in a simulation."""

from __future__ import annotations

from math import inf, nan
from time import process_time

import numpy as np
import pytest
from scipy.stats import binomtest, bootstrap

from eval.statistics import Interval, interval, paired_difference
from eval.statistics.intervals import expanded_tail


def own(values: list[float]) -> list[str]:
    """A cluster for each value."""
    return [str(at) for at in range(len(values))]


def test_nothing_scored_has_no_interval() -> None:
    assert interval([], []) is None
    assert interval([None, None], ["a", "b"]) is None
    assert paired_difference([None, 1.0], [1.0, None], ["a", "b"]) is None


@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_what_is_no_number_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="NaN or infinite"):
        interval([1.0, bad], ["a", "b"])


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="2 values, but 1 clusters"):
        interval([1.0, 0.0], ["a"])
    with pytest.raises(ValueError, match="zip"):
        paired_difference([1.0, 0.0], [1.0], ["a", "b"])


@pytest.mark.parametrize("n", [1, 2, 10, 200])
def test_all_right_or_all_wrong_get_exact_bounds(n: int) -> None:
    """An independent Clopper-Pearson: scipy's own."""
    right, wrong = interval([1.0] * n, own([1.0] * n)), interval([0.0] * n, own([0.0] * n))
    bounds = binomtest(n, n).proportion_ci(0.95, "exact")
    assert right is not None
    assert wrong is not None
    assert (right.mean, right.high) == (1.0, 1.0)
    assert right.low == pytest.approx(bounds.low)
    assert (wrong.mean, wrong.low) == (0.0, 0.0)
    assert wrong.high == pytest.approx(1 - bounds.low)


def test_unscored_cases_are_counted_and_change_nothing_else() -> None:
    with_gap = interval([1.0, None, 0.0, 0.5], ["a", "x", "b", "c"])
    without = interval([1.0, 0.0, 0.5], ["a", "b", "c"])
    assert with_gap is not None
    assert without is not None
    assert with_gap.unscored == 1
    assert (with_gap.mean, with_gap.low, with_gap.high, with_gap.n, with_gap.clusters) == (
        *(without.mean, without.low, without.high),
        3,
        3,
    )


def test_the_seed_decides_and_nothing_else() -> None:
    values = [float(at * at % 11) / 10 for at in range(40)]
    clusters = [str(at % 7) for at in range(40)]
    assert interval(values, clusters, 1) == interval(values, clusters, 1)
    assert interval(values, clusters, 1) != interval(values, clusters, 2)


def test_clusters_of_one_agree_with_scipy() -> None:
    """With 60 clusters 2.182 % are cut off at each end: the normal tail of 2.0010 * sqrt(60 / 59)."""
    values = np.random.default_rng(3).beta(2, 5, size=60)
    mine = interval(list(values), own(list(values)), 5)
    theirs = bootstrap(
        (values,),
        np.mean,
        confidence_level=1 - 2 * 0.02182,
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(8),
    ).confidence_interval
    assert mine is not None
    assert mine.low == pytest.approx(theirs.low, abs=0.004)
    assert mine.high == pytest.approx(theirs.high, abs=0.004)


def test_documents_that_stand_or_fall_together_widen_the_interval() -> None:
    """Twenty documents, ten questions each, all right or all wrong: as sure as twenty questions."""
    values = [float(document < 8) for document in range(20) for _ in range(10)]
    clusters = [str(document) for document in range(20) for _ in range(10)]
    together, apart = interval(values, clusters), interval(values, own(values))
    twenty = interval([float(document < 8) for document in range(20)], own([0.0] * 20))
    assert together is not None
    assert apart is not None
    assert twenty is not None
    assert (together.low, together.high) == (twenty.low, twenty.high)
    assert together.high - together.low > 2.5 * (apart.high - apart.low)


def test_one_document_alone_is_drawn_case_by_case() -> None:
    values = [1.0, 0.0, 1.0, 1.0, 0.0]
    alone, apart = interval(values, ["a"] * 5), interval(values, own(values))
    assert alone is not None
    assert apart is not None
    assert (alone.low, alone.high) == (apart.low, apart.high)
    assert (alone.clusters, apart.clusters) == (1, 5)


def test_quantities_are_no_shares() -> None:
    assert interval([1.0] * 5, own([1.0] * 5), share=False) == Interval(
        mean=1.0, low=1.0, high=1.0, n=5, clusters=5
    )


@pytest.mark.parametrize("documents", [10, 40])
def test_an_interval_holds_about_as_often_as_it_says(documents: int) -> None:
    """Documents of unequal size whose shares vary: 95 % intervals hold in 91 to 98 % of 300 draws."""
    random = np.random.default_rng(12)
    held = 0
    for _ in range(300):
        sizes = random.integers(1, 8, size=documents)
        shares = random.beta(3, 2, size=documents)  # the mean is 0.6
        values = [
            float(random.random() < p) for p, size in zip(shares, sizes, strict=True) for _ in range(size)
        ]
        clusters = [str(at) for at, size in enumerate(sizes) for _ in range(size)]
        found = interval(values, clusters, draws=500)
        assert found is not None
        held += found.low <= 0.6 <= found.high
    assert 273 <= held <= 294


def test_a_difference_is_paired_by_case() -> None:
    one, other = [1.0, 1.0, 0.0, 0.0, 1.0] * 8, [1.0, 0.0, 0.0, 0.0, 1.0] * 8
    found = paired_difference(one, other, own(one))
    assert found is not None
    assert found.mean == pytest.approx(0.2)
    assert 0 < found.low < 0.2 < found.high < 0.4
    back = paired_difference(other, one, own(one))
    assert back is not None
    assert (back.low, back.high) == (pytest.approx(-found.high), pytest.approx(-found.low))


def test_systems_that_never_differ_may_differ_all_the_same() -> None:
    found = paired_difference([1.0, 0.0] * 5, [1.0, 0.0] * 5, own([0.0] * 10))
    assert found is not None
    assert found.mean == 0
    assert (found.low, found.high) == (pytest.approx(-0.3085, abs=1e-4), pytest.approx(0.3085, abs=1e-4))


@pytest.mark.parametrize("sign", [1, -1])
def test_one_system_always_better_is_not_certain_either(sign: int) -> None:
    ones, zeros = [1.0] * 10, [0.0] * 10
    found = (
        paired_difference(ones, zeros, own(ones)) if sign > 0 else paired_difference(zeros, ones, own(ones))
    )
    assert found is not None
    assert found.mean == sign
    assert sorted((abs(found.low), abs(found.high))) == [pytest.approx(1 - 2 * 0.3085, abs=1e-4), 1.0]
    assert found.low <= found.mean <= found.high


def test_a_thousand_cases_by_eight_systems_take_seconds() -> None:
    random = np.random.default_rng(1)
    clusters = [str(at // 2) for at in range(1000)]
    began = process_time()
    for _ in range(8 * 25):
        assert interval(list((random.random(1000) < 0.7).astype(float)), clusters) is not None
    assert process_time() - began < 20


@pytest.mark.parametrize(
    ("clusters", "tail"),
    [(1, 0.0), (2, 0.0), (5, 0.00095), (10, 0.00855), (40, 0.02026), (100_000, 0.025)],
)
def test_the_tails_of_few_clusters_by_hand(clusters: int, tail: float) -> None:
    """The normal tail beyond t * sqrt(k / (k - 1)): t is 2.7764 for 5, 2.2622 for 10, 2.0227 for 40."""
    assert expanded_tail(clusters) == pytest.approx(tail, abs=1e-5)

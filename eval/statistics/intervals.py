"""95 % intervals: percentile bootstrap over clusters, exact bounds where a bootstrap would see no spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import beta, norm, t

from eval.statistics.clusters import Clustered, drawn_means, gather

DRAWS = 10_000
_TAIL = 0.025


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean over `n` scored cases in `clusters` clusters and its 95 % interval; `unscored` were left out."""

    mean: float
    low: float
    high: float
    n: int
    clusters: int
    unscored: int = 0


def interval(
    values: Sequence[float | None],
    clusters: Sequence[str],
    seed: int = 0,
    *,
    draws: int = DRAWS,
    share: bool = True,
) -> Interval | None:
    """The mean of the scored values and its interval; None where nothing is scored.

    Percentile bootstrap (Efron and Tibshirani 1993, chapter 13) over whole clusters, its tails expanded for
    few clusters (Hesterberg 2015, The American Statistician 69, 371-386). Values that are all 0 or all 1 have
    no spread to draw from: they get the bounds of Clopper and Pearson (1934) over the cases, as if these were
    independent, since nothing in them tells otherwise. In a set with a single cluster the cases are drawn one
    by one, and the interval is about that document alone. `share` False is for quantities (seconds, bytes),
    where 0 and 1 are values like others.
    """
    data = gather(values, clusters)
    if data is None:
        return None
    low, high = _bounds(data, seed, draws, share)
    return Interval(
        mean=float(data.values.mean()),
        low=low,
        high=high,
        n=len(data.values),
        clusters=len({name for value, name in zip(values, clusters, strict=True) if value is not None}),
        unscored=len(values) - len(data.values),
    )


def _bounds(data: Clustered, seed: int, draws: int, share: bool) -> tuple[float, float]:
    n = len(data.values)
    if share and not data.values.any():
        return 0.0, none_of(n)
    if share and (data.values == 1).all():
        return 1 - none_of(n), 1.0
    tail = expanded_tail(len(data.sums))
    low, high = np.quantile(drawn_means(data, draws, seed), (tail, 1 - tail))
    return float(low), float(high)


def expanded_tail(clusters: int) -> float:
    """The share to cut off at each end: less than 2.5 %, as draws of few clusters vary too little."""
    if clusters < 2:
        return 0.0
    widened = t.ppf(1 - _TAIL, clusters - 1) * sqrt(clusters / (clusters - 1))
    return float(norm.sf(widened))


def none_of(n: int) -> float:
    """The greatest share that goes with seeing it in none of `n` cases (Clopper and Pearson, 97.5 %)."""
    return float(beta.ppf(1 - _TAIL, 1, n))


def paired_difference(
    one: Sequence[float | None],
    other: Sequence[float | None],
    clusters: Sequence[str],
    seed: int = 0,
    *,
    draws: int = DRAWS,
    share: bool = True,
) -> Interval | None:
    """The mean of `one` less `other` over the cases where both are scored, with its interval.

    All three sequences are in the same order of cases. Differences that are all 0, or for shares all 1 or all
    -1, get bounds from the share of cases that may differ all the same.
    """
    differences = _differences(one, other)
    data = gather(differences, clusters)
    found = interval(differences, clusters, seed, draws=draws, share=False)
    if data is None or found is None or not share:
        return found
    low, high, room = found.low, found.high, none_of(found.n)
    if not data.values.any():
        low, high = -room, room
    elif (np.abs(data.values) == 1).all() and len(np.unique(data.values)) == 1:
        bound = 1 - 2 * room
        low, high = (bound, 1.0) if found.mean > 0 else (-1.0, -bound)
    return Interval(
        mean=found.mean, low=low, high=high, n=found.n, clusters=found.clusters, unscored=found.unscored
    )


def _differences(one: Sequence[float | None], other: Sequence[float | None]) -> list[float | None]:
    return [
        None if mine is None or theirs is None else mine - theirs
        for mine, theirs in zip(one, other, strict=True)
    ]

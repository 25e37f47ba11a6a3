"""How well scores order the supported before the unsupported: the area under the ROC curve."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from eval.statistics.clusters import Floats, drawn_counts
from eval.statistics.intervals import DRAWS, Interval, expanded_tail, none_of

_BLOCK = 500


def auroc(
    scores: Sequence[float],
    labels: Sequence[bool],
    clusters: Sequence[str],
    seed: int = 0,
    *,
    draws: int = DRAWS,
) -> Interval | None:
    """The probability that a true case scores higher than a false one, ties half; None unless there are both.

    Mann and Whitney's U over all pairs (Hanley and McNeil 1982), with a 95 % percentile bootstrap over
    clusters. A perfect order has no spread to draw from: its bound is that of Clopper and Pearson for the
    rarer label. Raises ValueError for scores that are no finite numbers.
    """
    drawn = _Drawn(labels, clusters, seed, draws)
    return drawn.interval(drawn.areas(scores))


def auroc_difference(
    one: Sequence[float],
    other: Sequence[float],
    labels: Sequence[bool],
    clusters: Sequence[str],
    seed: int = 0,
    *,
    draws: int = DRAWS,
) -> Interval | None:
    """AUROC of `one` less that of `other` on the same cases, drawn together."""
    drawn = _Drawn(labels, clusters, seed, draws)
    mine, theirs = drawn.areas(one), drawn.areas(other)
    return None if mine is None or theirs is None else drawn.interval(mine - theirs, area=False)


class _Drawn:
    """The same bootstrap draws for every score; row 0 is what was observed."""

    def __init__(self, labels: Sequence[bool], clusters: Sequence[str], seed: int, draws: int) -> None:
        self.labels = np.asarray(labels, bool)
        names = {name: at for at, name in enumerate(dict.fromkeys(clusters))}
        self.which = np.asarray([names[name] for name in clusters], np.intp)
        if len(names) < 2:
            self.which = np.arange(len(self.labels))
        if len(self.which) != len(self.labels):
            raise ValueError(f"{len(self.labels)} labels, but {len(self.which)} clusters")
        self.count = len(names)
        self._drawn = len(set(self.which.tolist()))
        self.seed, self.draws = seed, draws

    def areas(self, scores: Sequence[float]) -> Floats | None:
        """AUROC as observed and of every draw; NaN for a draw without both labels."""
        values = np.asarray(scores, np.float64)
        if len(values) != len(self.labels):
            raise ValueError(f"{len(values)} scores, but {len(self.labels)} labels")
        if not all(isfinite(value) for value in scores):
            raise ValueError("a score is NaN or infinite; what could not be scored is left out")
        if self.labels.all() or not self.labels.any():
            return None
        order = np.argsort(values, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(values[order]) > 0])
        areas = [_weighted(np.ones((1, len(values))), self.labels[order], starts)]
        counts = drawn_counts(self._drawn, self.draws, self.seed)
        for first in range(0, self.draws, _BLOCK):
            weights = counts[first : first + _BLOCK][:, self.which[order]].astype(np.float64)
            areas.append(_weighted(weights, self.labels[order], starts))
        return np.concatenate(areas)

    def interval(self, areas: Floats | None, *, area: bool = True) -> Interval | None:
        """The observed value with the quantiles of the draws."""
        if areas is None:
            return None
        tail = expanded_tail(self._drawn)
        low, high = (float(value) for value in np.nanquantile(areas[1:], (tail, 1 - tail)))
        rarer = int(min(self.labels.sum(), (~self.labels).sum()))
        if area and areas[0] == 1:
            low = min(low, 1 - none_of(rarer))
        if area and areas[0] == 0:
            high = max(high, none_of(rarer))
        return Interval(mean=float(areas[0]), low=low, high=high, n=len(self.labels), clusters=self.count)


def _weighted(weights: Floats, labels: NDArray[np.bool_], starts: NDArray[np.intp]) -> Floats:
    """AUROC of each row of weights over values sorted upwards, whose equal runs begin at `starts`."""
    true = np.add.reduceat(weights * labels, starts, axis=1)
    false = np.add.reduceat(weights * ~labels, starts, axis=1)
    below = np.cumsum(false, axis=1) - false
    won = (true * (below + false / 2)).sum(axis=1)
    with np.errstate(invalid="ignore"):
        areas: Floats = won / (true.sum(axis=1) * false.sum(axis=1))
    return areas

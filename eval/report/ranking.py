"""Which model is ahead, of which others that can be said, and how small a difference could have been seen.

Models are ranked among themselves, so that the correction for many comparisons counts only the comparisons
that the run was made for; baselines are held against the best model, as a family of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from eval.report.run_data import RunData, SystemInfo
from eval.report.values import Pair
from eval.statistics import (
    Interval,
    design_effect,
    discordance,
    holm,
    interval,
    paired_difference,
    permutation_p,
    shared_ranks,
    smallest_detectable,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A system with its place: `rank` None for baselines."""

    system: SystemInfo
    rank: int | None
    score: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """All systems, the best mean first; the best model against each other one; what could be noticed."""

    placed: tuple[Placed, ...]
    pairs: tuple[Pair, ...]
    detectable: float | None


def rank(run: RunData) -> Ranking:
    """Rank the models of `run` on its primary metric; where there are none, the baselines."""
    contenders = [system.name for system in run.systems if not system.baseline]
    contenders = contenders or [system.name for system in run.systems]
    clusters = run.clusters()
    scores = {system.name: run.values(run.primary, system.name) for system in run.systems}
    ranked = shared_ranks({name: scores[name] for name in contenders}, clusters, run.seed)
    ranks = {found.name: found.rank for found in ranked}
    placed = [
        Placed(
            system=system,
            rank=ranks.get(system.name),
            score=interval(scores[system.name], clusters, run.seed),
        )
        for system in run.systems
    ]
    placed.sort(key=_best_first)
    order = [found.name for found in ranked]
    others = [place.system.name for place in placed if place.system.name not in ranks]
    pairs = _pairs(run, order, others)
    return Ranking(placed=tuple(placed), pairs=pairs, detectable=_detectable(run, order))


def _best_first(place: Placed) -> tuple[float, bool, str]:
    """By mean, then models before baselines, then by name: the order of `shared_ranks` among models."""
    return (-place.score.mean if place.score else 2.0, place.system.baseline, place.system.name)


def _pairs(run: RunData, models: Sequence[str], baselines: Sequence[str]) -> tuple[Pair, ...]:
    leader = models[0]
    by_models = _corrected(run, list(combinations(models, 2)))
    by_baselines = _corrected(run, [(leader, other) for other in baselines])
    return tuple(
        _pair(run, leader, other, (by_models | by_baselines).get((leader, other)))
        for other in [*models[1:], *baselines]
    )


def _corrected(run: RunData, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """The p-value of each pair, Holm-corrected over all of them; pairs without a common case are left out."""
    clusters = run.clusters()
    found = {
        (one, other): permutation_p(
            run.values(run.primary, one), run.values(run.primary, other), clusters, run.seed
        )
        for one, other in pairs
    }
    tested = {pair: p for pair, p in found.items() if p is not None}
    return dict(zip(tested, holm(list(tested.values())), strict=True))


def _pair(run: RunData, leader: str, other: str, p: float | None) -> Pair:
    mine, theirs = run.values(run.primary, leader), run.values(run.primary, other)
    both = [(a, b) for a, b in zip(mine, theirs, strict=True) if a is not None and b is not None]
    return Pair(
        leader=leader,
        other=other,
        difference=paired_difference(mine, theirs, run.clusters(), run.seed),
        p=p,
        better=sum(a > b for a, b in both),
        worse=sum(a < b for a, b in both),
    )


def _detectable(run: RunData, order: Sequence[str]) -> float | None:
    """The smallest difference of the two best that would be noticed; they differ as often as in this run."""
    if len(order) < 2:
        return None
    mine, theirs = (run.values(run.primary, name) for name in order[:2])
    differences = [None if a is None or b is None else a - b for a, b in zip(mine, theirs, strict=True)]
    share = discordance(mine, theirs)
    if share is None:
        return None
    n = sum(value is not None for value in differences)
    return smallest_detectable(n, share, design=design_effect(differences, run.clusters()))

"""Ranks that claim no more than the figures do: systems that cannot be told apart share one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from eval.statistics.intervals import DRAWS, Interval, interval
from eval.statistics.multiple import holm
from eval.statistics.paired import permutation_p


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A system's place by the primary metric.

    `p` is its adjusted p-value against the leader of its rank (None for the leader itself); `interval` is
    None, and the rank the last, where nothing is scored.
    """

    name: str
    rank: int
    interval: Interval | None
    p: float | None


def shared_ranks(
    scores: Mapping[str, Sequence[float | None]],
    clusters: Sequence[str],
    seed: int = 0,
    *,
    alpha: float = 0.05,
    draws: int = DRAWS,
) -> tuple[Ranked, ...]:
    """Every system of `scores` (values in one order of cases), best mean first.

    Each pair is tested by sign flips, all p-values together adjusted by Holm. The best mean leads rank 1;
    those below it join, one after another, until one differs from the leader (adjusted p < alpha): that one
    leads the next rank, whose number is its place in the order. So a rank is no proof of equality: its
    members differ too little, or too irregularly, for this suite to tell.
    """
    means = {name: interval(values, clusters, seed, draws=draws) for name, values in scores.items()}
    order = sorted(scores, key=lambda name: (-_mean(means[name]), name))
    adjusted = _adjusted(scores, order, clusters, seed, draws)
    ranked: list[Ranked] = []
    leader, rank = "", 0
    for place, name in enumerate(order, start=1):
        p = adjusted.get((leader, name))
        unscored = means[name] is None and bool(leader) and means[leader] is not None
        if not leader or unscored or (p is not None and p < alpha):
            leader, rank, p = name, place, None
        ranked.append(Ranked(name=name, rank=rank, interval=means[name], p=p))
    return tuple(ranked)


def _mean(found: Interval | None) -> float:
    return float("-inf") if found is None else found.mean


def _adjusted(
    scores: Mapping[str, Sequence[float | None]],
    order: Sequence[str],
    clusters: Sequence[str],
    seed: int,
    draws: int,
) -> dict[tuple[str, str], float]:
    """Holm's p-value of every pair, better system first; pairs without a common case are left out."""
    found = {
        (better, worse): permutation_p(scores[better], scores[worse], clusters, seed, draws=draws)
        for better, worse in combinations(order, 2)
    }
    tested = {pair: p for pair, p in found.items() if p is not None}
    return dict(zip(tested, holm(list(tested.values())), strict=True))

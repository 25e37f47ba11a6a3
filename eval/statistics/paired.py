"""Is the difference of two systems on the same cases more than chance?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from eval.statistics.clusters import Floats, gather
from eval.statistics.intervals import DRAWS

_BLOCK = 1000


def permutation_p(
    one: Sequence[float | None],
    other: Sequence[float | None],
    clusters: Sequence[str],
    seed: int = 0,
    *,
    draws: int = DRAWS,
) -> float | None:
    """Two-sided p-value of the paired difference by flipping signs, a cluster's differences together.

    If neither system were better, the two could be swapped in any cluster (Fisher 1935; Good 2005,
    chapter 3). All swaps are counted where there are no more than `draws` of them; else `draws` of them are
    drawn and the one that was observed is counted as well (Phipson and Smyth 2010), so p is never 0. None
    where no case is scored by both. A single cluster is taken apart into its cases.
    """
    differences: list[float | None] = [
        None if mine is None or theirs is None else mine - theirs
        for mine, theirs in zip(one, other, strict=True)
    ]
    data = gather(differences, clusters)
    if data is None:
        return None
    sums = data.sums[np.abs(data.sums) > 1e-12]  # a cluster without a difference is the same either way
    if not len(sums):
        return 1.0
    observed = abs(float(sums.sum())) * (1 - 1e-9)  # sums in another order differ in their last digits
    if 2 ** len(sums) <= draws:
        signs = np.asarray(
            [[1 - 2 * (code >> bit & 1) for bit in range(len(sums))] for code in range(2 ** len(sums))],
            np.float64,
        )
        return float(np.mean(np.abs(signs @ sums) >= observed))
    extreme = _extreme(sums, observed, draws, np.random.default_rng(seed))
    return (extreme + 1) / (draws + 1)


def _extreme(sums: Floats, observed: float, draws: int, random: np.random.Generator) -> int:
    """How many of `draws` random sign flips give a difference at least as large as the observed one."""
    extreme = 0
    total = float(sums.sum())
    for first in range(0, draws, _BLOCK):
        rows = min(_BLOCK, draws - first)
        flipped: NDArray[np.bool_] = random.integers(0, 2, size=(rows, len(sums)), dtype=np.int8) == 1
        extreme += int(np.count_nonzero(np.abs(total - 2 * (flipped @ sums)) >= observed))
    return extreme


def mcnemar_exact_p(one: Sequence[float | None], other: Sequence[float | None]) -> float | None:
    """Two-sided exact p-value of McNemar's test (1947): of the cases that only one got right, is it a coin?

    For scores of 0 and 1; it takes cases as independent, so use `permutation_p` where several share a
    document. 1.0 where the two never differ, None where no case is scored by both. Raises ValueError for
    other scores.
    """
    pairs = [(mine, theirs) for mine, theirs in zip(one, other, strict=True) if None not in (mine, theirs)]
    if any(value not in (0, 1) for pair in pairs for value in pair):
        raise ValueError("McNemar's test is for scores of 0 and 1")
    if not pairs:
        return None
    wins = sum(mine == 1 and theirs == 0 for mine, theirs in pairs)
    losses = sum(mine == 0 and theirs == 1 for mine, theirs in pairs)
    return float(binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0

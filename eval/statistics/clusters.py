"""Values gathered by cluster: questions about one document stand or fall together, so documents are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_BLOCK = 500
"""Draws made at once: bounds the memory of drawing from thousands of clusters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustered:
    """Scored values, with the sum and the size of each cluster (same order)."""

    values: Floats
    sums: Floats
    sizes: Floats


def gather(values: Sequence[float | None], clusters: Sequence[str]) -> Clustered | None:
    """The scored values by cluster; None where nothing is scored. With one cluster, each value is its own.

    Raises ValueError for lengths that differ and for values that are no finite numbers.
    """
    if len(values) != len(clusters):
        raise ValueError(f"{len(values)} values, but {len(clusters)} clusters")
    kept = [(value, name) for value, name in zip(values, clusters, strict=True) if value is not None]
    if not kept:
        return None
    if not all(isfinite(value) for value, _ in kept):
        raise ValueError("a score is NaN or infinite; what could not be scored is None")
    scored = np.asarray([value for value, _ in kept], np.float64)
    names = {name: at for at, name in enumerate(dict.fromkeys(name for _, name in kept))}
    if len(names) < 2:
        return Clustered(values=scored, sums=scored, sizes=np.ones(len(kept)))
    which = np.asarray([names[name] for _, name in kept])
    sums = np.bincount(which, weights=scored, minlength=len(names)).astype(np.float64)
    sizes = np.bincount(which, minlength=len(names)).astype(np.float64)
    return Clustered(values=scored, sums=sums, sizes=sizes)


@lru_cache(maxsize=8)
def drawn_counts(clusters: int, draws: int, seed: int) -> NDArray[np.uint16]:
    """How often each cluster is in each bootstrap draw: shape (draws, clusters), rows sum to `clusters`.

    Kept, since all metrics and systems over the same cases are drawn alike.
    """
    if clusters > np.iinfo(np.uint16).max:
        raise ValueError(f"{clusters} clusters are more than can be counted here")
    random = np.random.default_rng(seed)
    counts = np.empty((draws, clusters), np.uint16)
    for first in range(0, draws, _BLOCK):
        rows = min(_BLOCK, draws - first)
        drawn = random.integers(0, clusters, size=(rows, clusters))
        drawn += np.arange(rows)[:, None] * clusters
        counts[first : first + rows] = np.bincount(drawn.ravel(), minlength=rows * clusters).reshape(
            rows, clusters
        )
    counts.setflags(write=False)
    return counts


def drawn_means(data: Clustered, draws: int, seed: int) -> Floats:
    """The mean value of each bootstrap draw of whole clusters (a ratio: larger clusters count for more)."""
    counts = drawn_counts(len(data.sums), draws, seed)
    columns = np.stack([data.sums, data.sizes], axis=1)
    means = np.empty(draws)
    for first in range(0, draws, _BLOCK):
        totals = counts[first : first + _BLOCK].astype(np.float64) @ columns
        means[first : first + _BLOCK] = totals[:, 0] / totals[:, 1]
    return means

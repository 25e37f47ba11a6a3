"""Several comparisons at once: the more are made, the likelier one of them looks like something."""

from __future__ import annotations

from collections.abc import Sequence


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """p-values adjusted by Holm's step-down method (1979), in the order given.

    Calling everything under 0.05 a difference is then wrong about any of them in at most 5 % of all studies.
    """
    if any(not 0 <= p <= 1 for p in ps):
        raise ValueError("a p-value lies between 0 and 1")
    adjusted = [0.0] * len(ps)
    highest = 0.0
    for done, at in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        highest = max(highest, min(1.0, ps[at] * (len(ps) - done)))
        adjusted[at] = highest
    return tuple(adjusted)

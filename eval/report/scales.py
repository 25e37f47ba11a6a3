"""Axes of the plots: which ticks an axis gets, and where letters stand so that none covers another."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_STEPS = (0.01, 0.1, 1.0, 10.0, 100.0, 1000.0, 10_000.0, 100_000.0)
_AROUND = ((11, 4), (-11, 4), (10, -8), (-10, -8), (10, 16), (-10, 16), (0, -12), (0, 20))
"""Places of a letter's foot around its mark, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """An axis from `low` to `high`; ticks are (value, text)."""

    low: float
    high: float
    log: bool
    ticks: tuple[tuple[float, str], ...]

    def share(self, value: float) -> float:
        """How far along the axis `value` is: 0 at `low`, 1 at `high`; what is outside stands at the end."""
        value = min(self.high, max(self.low, value))
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def log_scale(values: Sequence[float], text: Callable[[float], str]) -> Scale:
    """Powers of ten around positive values; what is less than 0.01 stands at the left end."""
    low = max((step for step in _STEPS[:-1] if step <= min(values)), default=_STEPS[0])
    high = min((step for step in _STEPS if step >= max(values) and step > low), default=_STEPS[-1])
    ticks = tuple((step, text(step)) for step in _STEPS if low <= step <= high)
    return Scale(low=low, high=high, log=True, ticks=ticks)


def linear_scale(values: Sequence[float], unit: float, text: Callable[[float], str]) -> Scale:
    """From 0 to a round number of `unit`s beyond the greatest value, at most eight ticks apart."""
    most = max(1, math.ceil(max(values) / unit * 1.02))
    step = next(size for power in range(9) for size in _round(power) if most / size <= 6)
    last = math.ceil(most / step) * step
    ticks = tuple((number * unit, text(number * unit)) for number in range(0, last + 1, step))
    return Scale(low=0.0, high=last * unit, log=False, ticks=ticks)


def _round(power: int) -> tuple[int, ...]:
    return tuple(size * 10**power for size in (1, 2, 5))


def place_letters(
    marks: Sequence[tuple[float, float]],
    points: Sequence[tuple[float, float]],
    whiskers: Sequence[tuple[float, float, float]],
    *,
    within: tuple[float, float, float, float],
) -> list[tuple[float, float]]:
    """Where each mark's letter goes: beside its mark, off all `points`, `whiskers` (x, y, y) and letters.

    `within` is left, right, top, bottom. Where a crowd leaves no free place the one that covers least is
    taken.
    """
    left, right, top, bottom = within
    spots: list[tuple[float, float]] = []
    for mark in marks:
        inside = [
            (mark[0] + dx * far, mark[1] + dy * far)
            for far in (1.0, 1.9, 2.8)
            for dx, dy in _AROUND
            if left + 5 <= mark[0] + dx * far <= right - 5 and top + 10 <= mark[1] + dy * far <= bottom - 2
        ]
        spots.append(min(inside or [mark], key=lambda spot: _covered(spot, points, whiskers, spots)))
    return spots


def _covered(
    spot: tuple[float, float],
    points: Sequence[tuple[float, float]],
    whiskers: Sequence[tuple[float, float, float]],
    letters: Sequence[tuple[float, float]],
) -> int:
    """How many things a letter with its foot at `spot` would touch; a letter is about 10 by 12."""
    x, y = spot[0], spot[1] - 4
    touched = sum(abs(x - at) < 10 and abs(y - height) < 11 for at, height in points)
    touched += sum(abs(x - at) < 6 and high - 6 < y < low + 6 for at, high, low in whiskers)
    return touched + sum(abs(x - at) < 11 and abs(spot[1] - foot) < 13 for at, foot in letters)

"""Every number of a report as text, in one place, so that a figure reads the same wherever it stands.

None is what could not be scored or was not measured, and is said in words. Nothing is rounded to certainty:
0 % and 100 % stand only where it is exactly none or all.
"""

from __future__ import annotations

import math
from typing import Protocol

UNSCORED = "unscored"
UNMEASURED = "not measured"
_WORDS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


class HasInterval(Protocol):
    """A mean with its 95 % interval over `n` values."""

    @property
    def mean(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def n(self) -> int: ...


def percent(share: float | None) -> str:
    """A share in [0, 1]: "61 %", "99.6 %" where "100 %" would not be true."""
    if share is None:
        return UNSCORED
    return f"{hundredths(_finite(share))} %"


def interval(value: HasInterval | None) -> str:
    """A share with its interval: "61 % (52 to 70)"."""
    if value is None:
        return UNSCORED
    return f"{percent(value.mean)} ({span(value)})"


def span(value: HasInterval) -> str:
    """The ends of a share's interval: "52 to 70"."""
    return f"{hundredths(value.low)} to {hundredths(value.high)}"


def points(value: HasInterval | None) -> str:
    """A difference of two shares in percentage points: "+8 points (−2 to +18)"."""
    if value is None:
        return UNSCORED
    return f"{signed(value.mean)} points ({signed(value.low)} to {signed(value.high)})"


def signed(difference: float) -> str:
    """A difference of two shares in percentage points, with its sign: "+8", "−0.4", "0"."""
    hundredths = _finite(difference) * 100
    digits = 1 if 0 < abs(hundredths) < 0.95 else 0
    text = f"{abs(hundredths):.{digits}f}"
    if not float(text):
        return "0"
    return f"{'+' if hundredths > 0 else '−'}{text}"


def decimal(value: float | None) -> str:
    """One case's value: "0", "0.63", "1"."""
    if value is None:
        return UNSCORED
    text = f"{_finite(value):.2f}"
    if text in ("0.00", "1.00") and value not in (0, 1):
        text = f"{value:.3g}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def seconds(value: float | None) -> str:
    """A duration: "0.6 s", "38 s", "12 min 5 s", "3 h 20 min"."""
    if value is None:
        return UNMEASURED
    if _finite(value) < 0.01:
        return "under 0.01 s"
    if value < 9.95:
        return f"{value:.1f} s" if value >= 0.095 else f"{value:.2f} s"
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(round(value / 60), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def memory(bytes_: float | None) -> str:
    """Memory in the units that laptops are sold by: "0.3 GB", "2.4 GB" (1 GB is 2**30 bytes)."""
    if bytes_ is None:
        return UNMEASURED
    if _finite(bytes_) < 0.05 * 2**30:
        return f"{bytes_ / 2**20:.0f} MB"
    return f"{bytes_ / 2**30:.1f} GB"


def energy(joules: float | None) -> str:
    """Energy of one question: "38 J"."""
    return UNMEASURED if joules is None else f"{_finite(joules):.3g} J"


def rate(per_second: float | None) -> str:
    """Speed of decoding: "27 tokens/s"."""
    return UNMEASURED if per_second is None else f"{_finite(per_second):.2g} tokens/s"


def p_value(p: float | None) -> str:
    """A probability that chance alone does as much: "p = 0.04", "p < 0.001"."""
    if p is None:
        return UNSCORED
    if _finite(p) < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.0095 else f"p = {p:.2f}"


def lead(value: HasInterval) -> str:
    """How far one is ahead, in a sentence: "8 points (95 % interval −2 to +18)"."""
    ends = f"95 % interval {signed(value.low)} to {signed(value.high)}"
    return f"{signed(value.mean).removeprefix('+')} points ({ends})"


def in_words(number: int, singular: str) -> str:
    """`one model`, `twelve models`, `13 models`."""
    word = _WORDS[number] if number < len(_WORDS) else f"{number:,}"
    return f"{word} {singular}{'' if number == 1 else 's'}"


def count(number: int, singular: str, plural: str | None = None) -> str:
    """`1 case`, `1,000 cases`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def hundredths(share: float) -> str:
    """A share times 100, in as few digits as are true."""
    hundredths = _finite(share) * 100
    if share in (0.0, 1.0):
        return f"{hundredths:.0f}"
    for digits in (0, 1):
        text = f"{hundredths:.{digits}f}"
        if float(text) not in (0.0, 100.0):
            return text
    return "< 0.1" if hundredths < 50 else "> 99.9"


def _finite(value: float) -> float:
    """`value`; what is no number never reaches a reader."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a number that a report can show")
    return value

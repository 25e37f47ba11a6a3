"""How figures read: never rounded to certainty, never NaN, the unscored in words."""

from __future__ import annotations

import math

import pytest

from eval.report import numbers
from eval.statistics import Interval


def between(mean: float, low: float, high: float) -> Interval:
    return Interval(mean=mean, low=low, high=high, n=10, clusters=5)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        pytest.param(None, "unscored", id="unscored"),
        pytest.param(0.0, "0 %", id="none"),
        pytest.param(1.0, "100 %", id="all"),
        pytest.param(0.999, "99.9 %", id="nearly-all"),
        pytest.param(0.99999, "> 99.9 %", id="all-but-one-of-many"),
        pytest.param(0.004, "0.4 %", id="nearly-none"),
        pytest.param(0.0001, "< 0.1 %", id="one-of-many"),
        pytest.param(0.006, "1 %", id="rounds"),
        pytest.param(0.614, "61 %", id="plain"),
    ],
)
def test_percent(share: float | None, text: str) -> None:
    assert numbers.percent(share) == text


@pytest.mark.parametrize(
    "function",
    [
        numbers.percent,
        numbers.decimal,
        numbers.seconds,
        numbers.memory,
        numbers.energy,
        numbers.rate,
        numbers.p_value,
    ],
    ids=lambda function: function.__name__,
)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf], ids=str)
def test_what_is_no_number_is_never_printed(function, value: float) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="not a number"):
        function(value)


def test_intervals_and_differences() -> None:
    assert numbers.interval(between(0.61, 0.52, 0.7)) == "61 % (52 to 70)"
    assert numbers.interval(None) == "unscored"
    assert numbers.points(between(0.08, -0.02, 0.184)) == "+8 points (−2 to +18)"
    assert numbers.points(None) == "unscored"
    assert numbers.lead(between(0.08, -0.02, 0.184)) == "8 points (95 % interval −2 to +18)"


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (0.004, "+0.4"),
        (-0.004, "−0.4"),
        (0.0001, "0"),
        (-0.0951, "−10"),
        (1.0, "+100"),
    ],
)
def test_signed(difference: float, text: str) -> None:
    assert numbers.signed(difference) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "not measured"),
        (0.0, "under 0.01 s"),
        (0.04, "0.04 s"),
        (0.1, "0.1 s"),
        (1.27, "1.3 s"),
        (9.97, "10 s"),
        (59.4, "59 s"),
        (59.9, "1 min"),
        (125, "2 min 5 s"),
        (3599.9, "1 h"),
        (12_000, "3 h 20 min"),
    ],
)
def test_seconds(value: float | None, text: str) -> None:
    assert numbers.seconds(value) == text


def test_memory_and_energy() -> None:
    assert numbers.memory(2.4 * 2**30) == "2.4 GB"
    assert numbers.memory(20 * 2**20) == "20 MB"
    assert numbers.memory(None) == numbers.energy(None) == numbers.rate(None) == "not measured"
    assert numbers.energy(38.04) == "38 J"
    assert numbers.rate(27.3) == "27 tokens/s"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "unscored"),
        (0, "0"),
        (1, "1"),
        (0.5, "0.5"),
        (0.631, "0.63"),
        (0.999, "0.999"),
        (0.0004, "0.0004"),
    ],
)
def test_decimal(value: float | None, text: str) -> None:
    assert numbers.decimal(value) == text


@pytest.mark.parametrize(
    ("p", "text"), [(0.0001, "p < 0.001"), (0.004, "p = 0.004"), (0.0101, "p = 0.01"), (1.0, "p = 1.00")]
)
def test_p_value(p: float, text: str) -> None:
    assert numbers.p_value(p) == text


def test_counts() -> None:
    assert numbers.count(1, "case") == "1 case"
    assert numbers.count(1000, "case") == "1,000 cases"
    assert numbers.count(2, "passage was", "passages were") == "2 passages were"
    assert numbers.in_words(1, "model") == "one model"
    assert numbers.in_words(12, "model") == "twelve models"
    assert numbers.in_words(1300, "model") == "1,300 models"

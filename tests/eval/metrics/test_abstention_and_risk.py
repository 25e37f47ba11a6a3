"""Abstention both ways, the matrix, and the risk-coverage curve by hand and from its definition."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.abstention import AbstentionRow, abstention_matrix, abstention_scores
from eval.metrics.observed import observe
from eval.metrics.risk import risk_curve
from tests.eval.made import case, result

FAILED = result(error="late")
EMPTY = result("")
ANSWERED = result("Six years.")
PARTIAL = result("Six years.", status="partial")
ABSTAINED = result("The documents do not say.", status="abstained")
CLARIFY = result("Which permit?", status="clarify")
NAMES = ("healthy", "answered", "false_answer", "false_abstention", "resolved")


@pytest.mark.parametrize(
    ("answerable", "seen", "expected"),
    [
        (True, FAILED, [0, None, None, None, 0.25]),
        (False, FAILED, [0, None, None, None, 0]),
        (True, EMPTY, [1, 0, None, 1, 0.25]),
        (False, EMPTY, [1, 0, 0, None, 1]),
        (True, ANSWERED, [1, 1, None, 0, 0.25]),
        (False, ANSWERED, [1, 1, 1, None, 0]),
        (True, PARTIAL, [1, 1, None, 0, 0.25]),
        (False, PARTIAL, [1, 1, 1, None, 0]),
        (True, ABSTAINED, [1, 0, None, 1, 0.25]),
        (False, ABSTAINED, [1, 0, 0, None, 1]),
        (True, CLARIFY, [1, 0, None, 1, 0.25]),
        (False, CLARIFY, [1, 0, 0, None, 1]),
    ],
)
def test_every_ending_of_both_kinds(
    answerable: bool, seen: dict[str, Any], expected: list[float | None]
) -> None:
    """`resolved` is whatever `correct` says for answerable cases: here 0.25, to recognise it."""
    found = abstention_scores(case(answerable=answerable), observe(seen), 0.25)
    assert [found[name] for name in NAMES] == expected


def test_the_matrix_counts_every_ending_once() -> None:
    seen = [observe(line) for line in (FAILED, EMPTY, ANSWERED, PARTIAL, ABSTAINED, CLARIFY)]
    pairs = [(case(answerable=True), one) for one in seen] + [
        (case(answerable=False), one) for one in seen[:3]
    ]
    yes, no = abstention_matrix(pairs)
    assert yes == AbstentionRow(answered=1, partial=1, abstained=1, clarify=1, empty=1, failed=1)
    assert no == AbstentionRow(answered=1, partial=0, abstained=0, clarify=0, empty=1, failed=1)
    assert abstention_matrix([])[0] == AbstentionRow(
        answered=0, partial=0, abstained=0, clarify=0, empty=0, failed=0
    )


def test_without_confidence_there_is_no_curve() -> None:
    assert risk_curve([], 10) is None


@pytest.mark.parametrize(
    ("answers", "points", "area"),
    [
        ([(0.5, 1.0)], [(0.25, 0.0)], 0.0),
        ([(0.5, 0.0)], [(0.25, 1.0)], 1.0),
        # All equally sure: one point, whatever the order.
        ([(0.5, 0.0), (0.5, 1.0)], [(0.5, 0.5)], 0.5),
        ([(0.5, 1.0), (0.5, 0.0)], [(0.5, 0.5)], 0.5),
        # Sure and right first, and the other way round.
        ([(0.1, 0.0), (0.9, 1.0)], [(0.25, 0.0), (0.5, 0.5)], (0 + 0.5) / 2),
        ([(0.1, 1.0), (0.9, 0.0)], [(0.25, 1.0), (0.5, 0.5)], (1 + 0.5) / 2),
        (
            [(0.9, 1.0), (0.8, 0.0), (0.8, 1.0), (0.1, 0.0)],
            [(0.25, 0.0), (0.75, 1 / 3), (1.0, 0.5)],
            (0 + 1 / 3 + 1 / 3 + 1 / 2) / 4,
        ),
    ],
)
def test_curves_by_hand(
    answers: list[tuple[float, float]], points: list[tuple[float, float]], area: float
) -> None:
    curve = risk_curve(answers, 4)
    assert curve is not None
    assert [(point.coverage, pytest.approx(point.risk)) for point in curve.points] == points
    assert curve.area == pytest.approx(area)


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from([0.0, 1.0])), min_size=1, max_size=20))
def test_curves_from_the_definition(answers: list[tuple[int, float]]) -> None:
    """Each point by filtering at its threshold; the area as the mean over answers of the risk at theirs."""
    shares = [(confidence / 9, right) for confidence, right in answers]
    curve = risk_curve(shares, 20)
    assert curve is not None

    def risk(threshold: float) -> float:
        given_ = [right for confidence, right in shares if confidence >= threshold]
        return 1 - sum(given_) / len(given_)

    for point in curve.points:
        assert point.risk == pytest.approx(risk(point.confidence))
        assert point.coverage == sum(confidence >= point.confidence for confidence, _ in shares) / 20
    assert curve.area == pytest.approx(sum(risk(confidence) for confidence, _ in shares) / len(shares))
    assert [point.confidence for point in curve.points] == sorted({c for c, _ in shares}, reverse=True)

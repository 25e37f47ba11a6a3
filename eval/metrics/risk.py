"""Risk and coverage: how wrong the answers are, if only the surest were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint:
    """Answers of at least this `confidence`: their share of all cases, and what share of them is wrong."""

    confidence: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCurve:
    """Points from the surest answer on; `area` is the mean risk over the answers given (AURC)."""

    points: tuple[RiskPoint, ...]
    area: float


def risk_curve(answers: Sequence[tuple[float, float]], cases: int) -> RiskCurve | None:
    """The curve of one system from the (confidence, resolved) of its answers among `cases` cases.

    Only what was answered has a place: nobody knows what an abstention would have said. The area is that of
    Geifman and El-Yaniv (2017): the risk after each answer, averaged. Answers of equal confidence enter
    together, so their order cannot matter. None without an answer that states its confidence.
    """
    if not answers:
        return None
    ordered = sorted(answers, key=lambda answer: -answer[0])
    points: list[RiskPoint] = []
    wrong = area = 0.0
    first = 0
    while first < len(ordered):
        last = first
        while last < len(ordered) and ordered[last][0] == ordered[first][0]:
            wrong += 1 - ordered[last][1]
            last += 1
        risk = wrong / last
        area += risk * (last - first)
        points.append(RiskPoint(confidence=ordered[first][0], coverage=last / cases, risk=risk))
        first = last
    return RiskCurve(points=tuple(points), area=area / len(ordered))

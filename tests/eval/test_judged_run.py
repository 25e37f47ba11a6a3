"""A run before a judge, by hand: abstentions, failures and what cannot be judged first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.judged_run import Judged, judge_run
from eval.run_info import RunInfo, SystemEntry
from eval.store import StoredRun
from tests.eval.made import FEE, case, cite, result


class ByWord:
    """Says yes to claims with "true" in them, no to others, and nothing to those that are "long"."""

    name = "by word"

    def supports(self, claim: str, quotes: Sequence[str]) -> float | None:
        return None if "long" in claim else 0.9 if "true" in claim else 0.1

    def close(self) -> None:
        """Nothing to free."""


def run_of(lines: Sequence[dict[str, Any]]) -> StoredRun:
    info = RunInfo(
        suite="s",
        description="",
        licence="",
        primary="resolved",
        context="retrieved",
        seed=0,
        limit=None,
        split="",
        source="",
        index="",
        systems=(SystemEntry(name="ours", baseline=False, fingerprint={}),),
    )
    cases = tuple(case(f"c{n}", cluster=f"d{n}") for n in range(len(lines)))
    results = tuple({**line, "case": f"c{n}"} for n, line in enumerate(lines))
    return StoredRun(folder=Path(), info=info, cases=cases, results=results)


def judged(*lines: dict[str, Any]) -> Judged:
    (found,) = judge_run(ByWord(), run_of(lines))
    return found


def said(*claims: tuple[str, list[int]]) -> dict[str, Any]:
    return result("Some text.", claims=claims, citations=[cite(1, FEE)])


@pytest.mark.parametrize(
    ("lines", "claims", "unscored"),
    [
        ([], 0, 0),
        ([result(error="late")], 0, 0),
        ([result("It is true.", status="abstained", claims=[("It is true.", [1])])], 0, 0),
        ([said(("too long", [1]))], 1, 1),
    ],
)
def test_nothing_judged_is_no_figure(lines: list[dict[str, Any]], claims: int, unscored: int) -> None:
    assert judged(*lines) == Judged(
        system="ours", support=None, overlap=None, claims=claims, unscored=unscored
    )


@pytest.mark.parametrize(
    ("lines", "support", "unscored"),
    [
        ([said(("true, but nothing is cited", []))], 0, 0),
        ([said(("true, cited out of range", [7]))], 0, 0),
        ([said(("true", [1]))], 1, 0),
        ([said(("true", [1]), ("false", [1]))], 1 / 2, 0),
        ([said(("true", [1]), ("too long", [1]))], 1, 1),
        ([said(("true", [1]), ("false", [1])), said(("true", [1]))], 3 / 4, 0),
        ([said(("true", [1])), result(error="late"), said(("too long", [1]))], 1, 1),
    ],
)
def test_support_is_a_mean_over_answers(lines: list[dict[str, Any]], support: float, unscored: int) -> None:
    found = judged(*lines)
    assert found.support is not None
    assert found.support.mean == pytest.approx(support)
    assert found.unscored == unscored


def test_overlap_is_of_the_same_claims() -> None:
    found = judged(said(("A permit costs 1,600 euros", [1]), ("Whales sing", [1]), ("Whales are long", [1])))
    assert found.overlap is not None
    assert found.overlap.mean == 0.5


def test_each_answer_is_told() -> None:
    told: list[tuple[int, int]] = []
    lines = [said(("true", [1])), result(error="late")]
    judge_run(ByWord(), run_of(lines), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]

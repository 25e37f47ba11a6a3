"""Folders of small runs, written and scored as `greenpaper eval run` does it, without a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.run_info import RunInfo, SystemEntry
from eval.scoring import score_results
from eval.store import begin, locked, write_scores
from tests.eval import made

CASES = (
    made.case("fee", evidence=[made.gold(made.FEE)], answers=["1,600"]),
    made.case("appeal", evidence=[made.gold(made.APPEAL)], answers=["30 days"], question="When is it made?"),
    made.case("nowhere", answerable=False, question="Who is the harbour master?"),
)
RIGHT = made.result("It costs 1,600 euros [1].", citations=[made.cite(1, made.FEE)])
APPEALS = made.result("Within 30 days [1].", citations=[made.cite(1, made.APPEAL)])
DECLINED = made.result("The documents do not say.", status="abstained")
WRONG = made.result("It costs 900 euros [1].", citations=[made.cite(1, made.OTHER[6:47], "other.md")])
ALL_RIGHT = (RIGHT, APPEALS, DECLINED)


def run_folder(
    folder: Path, answers: Mapping[str, Sequence[Mapping[str, Any] | None]], *, scored: bool = True
) -> Path:
    """A run of CASES with the results of each system; None was not run. `silent` is a baseline."""
    info = RunInfo(
        suite="rules",
        description="",
        licence="",
        primary="resolved",
        context="retrieved",
        seed=0,
        limit=None,
        split="",
        source="/home/somebody/suite",
        index="/home/somebody/index",
        systems=tuple(
            SystemEntry(name=name, baseline=name == "silent", fingerprint={"model sha256": "0" * 64})
            for name in answers
        ),
        fingerprint={"code": "0.1.0"},
        machine={"cores": "2"},
    )
    lines = []
    with locked(folder):
        writing = begin(folder, info, CASES)
        for system, results in answers.items():
            for case, result in zip(CASES, results, strict=True):
                if result is not None:
                    lines.append({**result, "case": case.case_id, "system": system})
                    writing.append(lines[-1])
        if None not in [result for results in answers.values() for result in results]:
            writing.finish()
        if scored:
            write_scores(folder, score_results(CASES, lines, made.CORPUS))
    return folder

"""What the files of a suite hold, as far as they can be read, with all that keeps them from being read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.beir import is_beir
from eval.checking.finding import Finding, Place, error, shown, warning
from eval.checking.lines import PlacedCase, read_cases
from eval.scoring import QUANTITIES, SHARES
from eval.suite import SUITE, SuiteError, read_suite

_KEYS = ("name", "description", "corpus", "licence", "primary")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteFiles:
    """What a suite's files hold, as far as they can be read.

    `corpus` is the documents' folder that the suite names, None for none; `texts` are documents that it
    brings along. `findings` are what is wrong with the files themselves.
    """

    folder: Path
    cases: tuple[PlacedCase, ...]
    corpus: Path | None
    texts: Mapping[str, str]
    findings: tuple[Finding, ...]


def read_files(folder: Path) -> SuiteFiles:
    """The suite in a folder, ours or BEIR's. Raises SuiteError only where there is none."""
    if not folder.is_dir():
        raise SuiteError(f"There is no suite in {folder}: it is not a folder.")
    if is_beir(folder):
        return _read_beir(folder)
    files = sorted(folder.glob("*.jsonl"))
    if not files and not (folder / SUITE).exists():
        raise SuiteError(
            f"There is no suite in {folder}: it has neither {SUITE} nor a *.jsonl. Make one with: "
            "greenpaper eval new"
        )
    head, findings = _head(folder / SUITE)
    cases: list[PlacedCase] = []
    for path in files:
        placed, faults = read_cases(path)
        cases += placed
        findings += faults
        if not placed and not faults:
            findings.append(
                warning("empty-file", Place(file=path.name, line=0), "", "It has no case.", "Add some.")
            )
    if not files:
        what = "The suite has no file of cases."
        findings.append(
            error("no-cases", Place(file=SUITE, line=0), "", what, "Add a *.jsonl, a case a line.")
        )
    corpus = folder / head["corpus"] if head.get("corpus") else None
    if corpus is not None and not corpus.exists():
        what = f"There is no folder {shown(str(corpus))}."
        findings.append(error("no-corpus", Place(file=SUITE, line=0), "corpus", what, "Correct the path."))
        corpus = None
    return SuiteFiles(folder=folder, cases=tuple(cases), corpus=corpus, texts={}, findings=tuple(findings))


def _read_beir(folder: Path) -> SuiteFiles:
    try:
        suite = read_suite(folder)
    except SuiteError as failure:
        finding = error("unreadable", Place(file=folder.name, line=0), "", str(failure), "Mend it first.")
        return SuiteFiles(folder=folder, cases=(), corpus=None, texts={}, findings=(finding,))
    cases = tuple(PlacedCase(case=case, place=_place(suite.places[case.case_id])) for case in suite.cases)
    return SuiteFiles(folder=folder, cases=cases, corpus=None, texts=suite.documents, findings=())


def _place(said: str) -> Place:
    """ "answers.jsonl, line 3" as values."""
    file, _, line = said.rpartition(", line ")
    return Place(file=file, line=int(line))


def _head(path: Path) -> tuple[dict[str, str], list[Finding]]:
    place = Place(file=path.name, line=0)
    try:
        head: dict[str, Any] = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        what, todo = f"The folder has no {SUITE}.", 'Add one with at least the line: name = "..."'
        return {}, [error("no-head", place, "", what, todo)]
    except (OSError, ValueError) as failure:
        return {}, [error("head", place, "", f"It cannot be read ({failure}).", "Correct it.")]
    findings = [
        error(
            "unknown-key", place, shown(key)[1:-1], "The key is not known.", f"Known are {', '.join(_KEYS)}."
        )
        for key in head.keys() - {*_KEYS}
    ]
    texts = {key: head[key] for key in _KEYS if isinstance(head.get(key), str)}
    findings += [
        error("wrong-value", place, key, "It must be text.", "Put it in quotation marks.")
        for key in _KEYS
        if key in head and key not in texts
    ]
    if texts.get("primary") and texts["primary"] not in (*SHARES, *QUANTITIES):
        what = f"No metric is called {shown(texts['primary'])}."
        findings.append(error("no-metric", place, "primary", what, 'Take it out for "resolved".'))
    return texts, findings

"""The lines of a suite's files as cases, with every fault of every line, not only the first.

What a case may hold, `eval.case_json.parse_case` alone knows. It stops at the first fault, so a line that has
one is given to it again piece by piece.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.case_json import CaseError, parse_case
from eval.cases import Case
from eval.checking.finding import Finding, Place, error, shown

_SAMPLE = {"id": "x", "question": "x"}
_MEND = "Correct it; eval/README.md says what a case holds."


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCase:
    """A case and the line it stands on."""

    case: Case
    place: Place


def read_cases(path: Path) -> tuple[tuple[PlacedCase, ...], tuple[Finding, ...]]:
    """The cases of a file, and what is wrong with its other lines. An empty line is nothing."""
    file = path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as unread:
        what = f"The file cannot be read ({unread.strerror})."
        return (), (error("unreadable", Place(file=file, line=0), "", what, "Check its permissions."),)
    except UnicodeDecodeError as broken:
        where = Place(file=file, line=broken.object[: broken.start].count(b"\n") + 1)
        what = f"The file is not text in UTF-8 (byte {broken.start})."
        return (), (error("not-utf-8", where, "", what, "Save it again as UTF-8."),)
    cases, findings = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = Place(file=file, line=number)
        faults = list(_faults(line, place))
        findings += faults
        if not faults:
            cases.append(PlacedCase(case=parse_case(line), place=place))
    return tuple(cases), tuple(findings)


def _faults(line: str, place: Place) -> Iterator[Finding]:
    twice: list[str] = []
    try:
        raw = json.loads(line, object_pairs_hook=lambda pairs: _object(pairs, twice))
    except (ValueError, RecursionError) as broken:
        yield error("not-json", place, "", f"The line is not JSON ({broken}).", "Correct it.")
        return
    for key in dict.fromkeys(twice):
        yield error("key-twice", place, key, "The key stands twice in one object.", "Leave one of them.")
    if not isinstance(raw, dict):
        yield error("not-a-case", place, "", "The line is no object, as in {...}.", _MEND)
        return
    found = {(failure.field, str(failure)): failure for failure in _case_errors(raw)}
    for failure in found.values():
        what = str(failure).removeprefix(f"{failure.field}: ")
        code = "unknown-key" if "unknown key" in what else "wrong-value"
        yield error(code, place, failure.field, f"{what[:1].upper()}{what[1:]}.", _MEND)


def _object(pairs: list[tuple[str, Any]], twice: list[str]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    twice += [shown(key)[1:-1] for key in keys if keys.count(key) > 1]
    return dict(pairs)


def _case_errors(raw: dict[str, Any]) -> Iterator[CaseError]:
    """The faults of each key, and of each item of a list, by themselves."""
    if _error(raw) is None:
        return
    for key in _SAMPLE:
        if key not in raw:
            yield CaseError(key, "it is missing")
    for key, value in raw.items():
        items = value if isinstance(value, list) else []
        if failure := _error({**_SAMPLE, key: [] if items else value}):
            yield failure
            continue
        for number, item in enumerate(items):
            if failure := _error({**_SAMPLE, key: [item]}):
                what = str(failure).removeprefix(f"{failure.field}: ")
                yield CaseError(failure.field.replace(f"{key}[0]", f"{key}[{number}]", 1), what)


def _error(raw: dict[str, Any]) -> CaseError | None:
    try:
        parse_case(json.dumps(raw))
    except CaseError as failure:
        return failure
    return None

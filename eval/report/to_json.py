"""`report.json`: the whole report for machines, and the way back; a gate's baseline is such a file."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from eval.report.values import FORMAT, Report
from rag.errors import GreenpaperError

_REPORT = TypeAdapter(Report)


def to_json(report: Report) -> str:
    """The report as JSON in UTF-8, one line for each case so that two reports can be told apart by `diff`."""
    plain = _REPORT.dump_python(report, mode="json")
    cases = ",\n".join(_dumped(case) for case in plain["cases"])
    rest = {name: value for name, value in plain.items() if name != "cases"}
    lines = [f"{_dumped(name)}: {_dumped(value)}" for name, value in rest.items()]
    return "{\n" + ",\n".join([*lines, f'"cases": [\n{cases}\n]']) + "\n}\n"


def _dumped(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    # Half a character has no place in UTF-8; escaped it is still the same JSON.
    return "".join(f"\\u{ord(letter):04x}" if "\ud800" <= letter <= "\udfff" else letter for letter in text)


def from_json(text: str) -> Report:
    """The report that `to_json` wrote. Raises ValueError for anything else."""
    try:
        plain = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(plain, dict) or "format" not in plain:
        raise ValueError("it has no format")
    if plain["format"] != FORMAT:
        raise ValueError(f"it has format {plain['format']!r}, and this version of Greenpaper reads {FORMAT}")
    try:
        return _REPORT.validate_python(plain)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{where}: {first['msg']}") from None


def read_report(path: Path) -> Report:
    """The report in a file. Raises GreenpaperError where it cannot be read or is none."""
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GreenpaperError(
            f"{path} cannot be read ({error.strerror}). A report is made by: greenpaper eval report DIR"
        ) from None
    except ValueError as error:
        raise GreenpaperError(
            f"{path} is no report of an evaluation: {error}. Give the report.json of a run, or make it anew: "
            "greenpaper eval report DIR"
        ) from None

"""A suite being made: its folder and the cases so far, so that it can be stopped and gone on with."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from errno import ENOSPC
from pathlib import Path
from typing import Any

from eval.case_json import CaseError, parse_case
from eval.json_lines import json_line, replace_file
from eval.suite import SUITE, SuiteError, read_text

CASES = "cases.jsonl"
UNCONFIRMED = "unconfirmed"
"""How the note of a case begins whose evidence nobody has looked at."""


class SuiteFolder:
    """`suite.toml` and `cases.jsonl` in a folder that is made where it is missing."""

    def __init__(self, folder: Path) -> None:
        """Reads what is there already. Raises SuiteError for a file that is there and cannot be read."""
        self.path = folder
        self._cases: dict[str, Mapping[str, Any]] = {}
        if (folder / CASES).exists():
            self._read(folder / CASES)

    @property
    def cases(self) -> tuple[Mapping[str, Any], ...]:
        """The cases as they stand in the file."""
        return tuple(self._cases.values())

    def __contains__(self, case_id: str) -> bool:
        return case_id in self._cases

    def unconfirmed(self, case_id: str) -> bool:
        """Whether a case is there whose evidence nobody has looked at."""
        return str(self._cases.get(case_id, {}).get("note", "")).startswith(UNCONFIRMED)

    def put(self, case: Mapping[str, Any]) -> None:
        """Adds a case, or writes it anew in its place; when this returns it is on the disk."""
        parse_case(json.dumps(case))  # what cannot be read back must not be written
        self._cases[case["id"]] = case
        self._write(CASES, b"".join(map(json_line, self._cases.values())))

    def write_head(self, name: str, description: str, corpus: Path | None) -> None:
        """Writes `suite.toml` where there is none; `corpus` is the folder of the documents."""
        if (self.path / SUITE).exists():
            return
        lines = [f"name = {_quoted(name)}", f"description = {_quoted(description)}"]
        if corpus is not None:
            relative = os.path.relpath(corpus.resolve(), self.path.resolve())
            lines.append(f"corpus = {_quoted(Path(relative).as_posix())}")
        self._write(SUITE, ("\n".join(lines) + "\n").encode())

    def _write(self, name: str, data: bytes) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            replace_file(self.path / name, data)
        except OSError as error:
            if error.errno == ENOSPC:
                raise
            raise SuiteError(
                f"{self.path / name} cannot be written ({error.strerror}). Name another folder with --out."
            ) from error

    def _read(self, path: Path) -> None:
        for number, line in enumerate(read_text(path).split("\n"), start=1):
            if not line.strip():
                continue
            try:
                case = parse_case(line)
            except CaseError as error:
                raise SuiteError(
                    f"{path}, line {number}: {error}. Correct or delete the line, and give the command again."
                ) from error
            if case.case_id in self._cases:
                raise SuiteError(
                    f"{path}, line {number}: the id {case.case_id!r} stands twice. Delete one of the two "
                    "lines, and give the command again."
                )
            self._cases[case.case_id] = json.loads(line)


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's, but for the delete character and halves of characters."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007F")

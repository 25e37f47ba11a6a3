"""Something wrong with a suite: where it stands, what it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """An error makes figures wrong or missing; a warning is for somebody to look at and perhaps to leave."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a suite's file, from 1; 0 is the file as a whole."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong. `code` names the kind and never changes; `field` is "" for the whole line.

    `what` and `todo` are sentences.
    """

    level: Level
    code: str
    place: Place
    field: str
    what: str
    todo: str

    def __str__(self) -> str:
        field = f", {self.field}" if self.field else ""
        return f"{self.place}{field}: {self.level.value}: {self.what} {self.todo}"


def error(code: str, place: Place, field: str, what: str, todo: str) -> Finding:
    """A finding that makes figures wrong or missing."""
    return Finding(level=Level.ERROR, code=code, place=place, field=field, what=what, todo=todo)


def warning(code: str, place: Place, field: str, what: str, todo: str) -> Finding:
    """A finding that somebody should look at."""
    return Finding(level=Level.WARNING, code=code, place=place, field=field, what=what, todo=todo)


def shown(text: str, longest: int = 70) -> str:
    """A text in quotation marks on one line, cut to a length, with control characters as escapes."""
    line = " ".join(text.split())
    line = line if len(line) <= longest else f"{line[: longest - 3].rstrip()}..."
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)
    return f'"{safe}"'

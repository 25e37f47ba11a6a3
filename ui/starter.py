"""The starter library's own questions, by topic, for an index that holds its documents.

They are told by content and not by name: a document that only has the name of ours is not ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rag.types import DocumentInfo

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
"""Where the library stands in a clone of the repository; an installed package has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterQuestion:
    """A question that the library answers; `demo` marks those of `greenpaper demo`."""

    text: str
    demo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What several questions are about."""

    name: str
    questions: tuple[StarterQuestion, ...]


def topics(documents: Sequence[DocumentInfo]) -> tuple[Topic, ...]:
    """The topics with those of their questions whose documents are all among `documents`; none are empty."""
    present = {info.sha256 for info in documents}
    known = library_digests()
    found = (
        Topic(name=topic["name"], questions=tuple(_questions(topic["question"], known, present)))
        for topic in _read(CORPUS / "questions.toml").get("topic", ())
    )
    return tuple(topic for topic in found if topic.questions)


def library_digests() -> dict[str, str]:
    """The sha256 of each of the library's files that have text, by its path in `corpus/`."""
    entries = _read(CORPUS / "manifest.toml").get("document", ())
    return {entry["file"]: entry["sha256"] for entry in entries if not entry["scanned"]}


def _questions(
    rows: Sequence[dict[str, Any]], known: dict[str, str], present: set[str]
) -> Iterator[StarterQuestion]:
    for row in rows:
        if all(known[name] in present for name in row["documents"]):
            yield StarterQuestion(text=row["text"], demo=row.get("demo", False))


@cache
def _read(path: Path) -> dict[str, Any]:
    """Read once: the files do not change while the program runs."""
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

"""Choosing documents: by words, folder, dates and version, the same for the chat and the command line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.answering.versions import superseded
from rag.errors import DocumentError
from rag.types import DocumentInfo

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What documents have to fit; what is empty does not matter.

    `words` must all be in a document's title, name, version or date. `folder` is part of its name. `since`
    and `until` are dates, to the year, the month or the day, and both belong to the time meant; a document
    without a date fits neither. `newest` leaves out those of which a newer version is among the documents.
    """

    words: str = ""
    folder: str = ""
    since: str = ""
    until: str = ""
    newest: bool = False


def fitting(infos: Sequence[DocumentInfo], wanted: Filter) -> tuple[DocumentInfo, ...]:
    """The documents that fit, in their order. DocumentError for a date that is none."""
    since, until = _date(wanted.since), _date(wanted.until)
    words = wanted.words.casefold().split()
    old = superseded(infos) if wanted.newest else frozenset()
    return tuple(
        info
        for info in infos
        if info.doc_id not in old
        and _within(info.date, since, until)
        and is_below(info.name, wanted.folder)
        and all(word in _searched(info) for word in words)
    )


def folders(infos: Iterable[DocumentInfo]) -> tuple[str, ...]:
    """Every folder that documents lie in, and those around them, sorted."""
    found = {str(parent) for info in infos for parent in PurePosixPath(info.name).parents}
    return tuple(sorted(found - {".", "/"}))


def is_below(name: str, folder: str) -> bool:
    """Whether a document of this name lies in the folder or below it."""
    return not folder or name.startswith(folder.rstrip("/") + "/")


def named(infos: Sequence[DocumentInfo], names: Iterable[str]) -> tuple[DocumentInfo, ...]:
    """The documents with these ids, their beginnings, names or folders. DocumentError where one fits none."""
    chosen: dict[str, DocumentInfo] = {}
    for name in names:
        found = _named(infos, name)
        if not found:
            raise DocumentError(
                f"No document of the index has the id or name {name!r}, nor lies in a folder of that name. "
                "`greenpaper documents list` shows those it has."
            )
        chosen |= {info.doc_id: info for info in found}
    return tuple(chosen.values())


def _named(infos: Sequence[DocumentInfo], name: str) -> list[DocumentInfo]:
    exact = [info for info in infos if name in (info.doc_id, info.name)]
    return exact or [info for info in infos if name and is_below(info.name, name)] or _of_id(infos, name)


def _of_id(infos: Sequence[DocumentInfo], beginning: str) -> list[DocumentInfo]:
    found = [info for info in infos if beginning and info.doc_id.startswith(beginning)]
    if len(found) > 1:
        which = ", ".join(f"{info.doc_id} ({info.name})" for info in found[:5])
        raise DocumentError(f"{beginning!r} fits {len(found)} documents: {which}. Give more of the id.")
    return found


def _searched(info: DocumentInfo) -> str:
    return " ".join((info.title, info.name, info.version or "", info.date or "")).casefold()


def _date(text: str) -> str:
    text = text.strip()
    if text and not _DATE.fullmatch(text):
        raise DocumentError(
            f"{text!r} is not a date. Write a year, a month or a day, as in 2024, 2024-05, 2024-05-31."
        )
    return text


def _within(date: str | None, since: str, until: str) -> bool:
    """Whether the date may lie in that time, as exactly as each of them is known."""
    if not since and not until:
        return True
    if not date:
        return False
    return date[: len(since)] >= since[: len(date)] and date[: len(until)] <= until[: len(date)]

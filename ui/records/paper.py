"""From a record to a paper that can be laid on a table: questions, answers, quotes, how to check them."""

from __future__ import annotations

from collections.abc import Iterator

from rag.types import Claim
from ui.records import words
from ui.records.pieces import Kind, Piece, Quotes, Run, Table
from ui.records.prose import prose
from ui.records.record import Entry, Note, Record, notes


def paper(record: Record) -> Iterator[Piece | Quotes | Table]:
    """The pieces in reading order; marks in them are numbers of `notes(record)`."""
    yield _text(Kind.TITLE, words.flat(record.title))
    yield _text(Kind.SUBTITLE, words.subtitle(record))
    first, listed = 1, notes(record)
    for number, entry in enumerate(record.entries, start=1):
        if len(record.entries) > 1:
            yield _text(Kind.QUESTION, f"{number}. {words.flat(entry.question)}")
        elif entry.question != record.title:
            yield _text(Kind.QUESTION, words.flat(entry.question))
        after = first + len(entry.citations)
        yield from _answer(entry, first, listed[first - 1 : after - 1])
        first = after
    if rows := words.documents(record):
        yield _text(Kind.HEADING, words.DOCUMENTS)
        yield Table(head=words.DOCUMENT_COLUMNS, rows=tuple(rows), shares=(30, 20, 12, 38))
    if listed:
        yield _text(Kind.HEADING, words.HOW)
        yield _text(Kind.REMARK, words.HOW_TEXT)


def _answer(entry: Entry, first: int, listed: tuple[Note, ...]) -> Iterator[Piece | Quotes]:
    status = words.STATUS[entry.status]
    if status and not entry.text.startswith(status.rstrip(".")):
        yield Piece(kind=Kind.BODY, runs=(Run(text=status, bold=True),))
    yield from prose(entry, first)
    if entry.reason:
        yield _text(Kind.REMARK, _sentence(entry.reason))
    yield from _checks(entry.claims)
    if entry.nearest:
        yield _text(Kind.HEADING, words.NEAREST)
        for passage in entry.nearest:
            yield _text(Kind.ITEM, words.nearest(passage), mark="•")
    if listed:
        yield Quotes(notes=listed)
    yield _text(Kind.REMARK, words.made_with(entry))


def _checks(claims: tuple[Claim, ...]) -> Iterator[Piece]:
    """What the checks found wrong with a claim, under the claim itself."""
    doubtful = [claim for claim in claims if claim.checks]
    if doubtful:
        yield _text(Kind.HEADING, words.CHECKS)
    for claim in doubtful:
        said = f"{claim.text} {' '.join(claim.checks)}"
        label = words.SUPPORT[claim.support] or "supported"
        runs = (Run(text=f"{label.capitalize()}: ", bold=True), Run(text=words.one_line(said)))
        yield Piece(kind=Kind.ITEM, runs=runs, mark="•")


def _text(kind: Kind, text: str, mark: str = "") -> Piece:
    return Piece(kind=kind, runs=(Run(text=text),), mark=mark)


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:] + ("" if reason.endswith((".", "?", "!")) else ".")

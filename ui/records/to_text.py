"""An answer as plain text with its citations, for the clipboard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ui.records import words
from ui.records.paper import paper
from ui.records.pieces import Piece, Quotes, Run, Table
from ui.records.record import Record


def to_text(record: Record) -> str:
    """Question, answer with `[1]`, and under it each quote with its source."""
    return "\n\n".join(_parts(record)) + "\n"


def _parts(record: Record) -> Iterator[str]:
    for piece in paper(record):
        match piece:
            case Piece():
                mark = f"{'   ' * piece.depth}{piece.mark} " if piece.mark else ""
                yield mark + _plain(piece.runs)
            case Quotes():
                for note in piece.notes:
                    yield f"[{note.number}] {words.quoted(note)}\n    {words.sourced(note)}"
            case Table():
                yield "\n".join("; ".join(filter(None, row)) for row in piece.rows)


def _plain(runs: Sequence[Run]) -> str:
    return "".join(run.text if run.note is None else f" [{run.note}]" for run in runs)

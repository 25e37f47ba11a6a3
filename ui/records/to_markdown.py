"""A record as Markdown with footnotes, and its data in a comment that no reader of the page sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ui.records import words
from ui.records.as_json import to_json
from ui.records.paper import paper
from ui.records.pieces import Kind, Piece, Run, Table
from ui.records.record import Record, notes

DATA = "greenpaper-record"
INDENT = "    "
_JOINED = "\0"
_SIGNS = re.compile(r"([\\`*_\[\]<>#|~$&^])")
_LINE_STARTS = re.compile(r"(?m)^([ \t]*)(?:([-+=])|(\d{1,9})([.)]))")
_BEFORE = {Kind.TITLE: "# ", Kind.QUESTION: "## ", Kind.HEADING: "### "}


def to_markdown(record: Record) -> bytes:
    """UTF-8 Markdown: the paper, `[^1]` footnotes at its end, and the record's data."""
    data = to_json(record).replace("--", "-\\u002d").replace(">", "\\u003e")
    parts = [*_parts(record), *_notes(record), f"<!-- {DATA} {data} -->"]
    return ("\n\n".join(parts).replace(f"\n\n{_JOINED}", "\n") + "\n").encode("utf-8", "replace")


def escaped(text: str) -> str:
    """`text` so that Markdown shows exactly its characters; a newline becomes a hard break."""
    text = _LINE_STARTS.sub(_escaped_start, _SIGNS.sub(r"\\\1", text))
    return text.replace("\0", "\ufffd").replace("\n", f"\\\n{INDENT}")


def _escaped_start(match: re.Match[str]) -> str:
    blank, sign, number, dot = match.groups()
    return f"{blank}\\{sign}" if sign else f"{blank}{number}\\{dot}"


def _parts(record: Record) -> Iterator[str]:
    item = False
    for piece in paper(record):
        match piece:
            case Piece(kind=Kind.ITEM):
                # The sign is taken out again where items stand together: no blank line between them.
                indent = _JOINED * item + "   " * piece.depth
                yield f"{indent}{_item_mark(piece.mark)}{_runs(piece.runs)}"
            case Piece(kind=Kind.SUBTITLE):
                yield f"*{_runs(piece.runs)}*"
            case Piece():
                yield _BEFORE.get(piece.kind, "") + _runs(piece.runs)
            case Table():
                yield _table(piece)
        item = isinstance(piece, Piece) and piece.kind is Kind.ITEM


def _item_mark(mark: str) -> str:
    return {"•": "- ", "": "   "}.get(mark, f"{mark} ")


def _runs(runs: Sequence[Run]) -> str:
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    if run.note is not None:
        return f"[^{run.note}]"
    inside = run.text.strip()
    if not inside or not (run.bold or run.italic):
        return escaped(run.text)
    sign = "**" * run.bold + "*" * run.italic
    before, _, after = run.text.partition(inside)
    return f"{before}{sign}{escaped(inside)}{sign}{after}"


def _table(table: Table) -> str:
    rows = [table.head, ("---",) * len(table.head), *table.rows]
    return "\n".join(
        "| " + " | ".join(cell if cell == "---" else escaped(cell) for cell in row) + " |" for row in rows
    )


def _notes(record: Record) -> Iterator[str]:
    for note in notes(record):
        yield f"[^{note.number}]: {escaped(words.quoted(note))}\n\n{INDENT}{escaped(words.sourced(note))}"

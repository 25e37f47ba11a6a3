"""The rows of a table as questions: what is asked, what is expected, where it is said to stand."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from eval.authoring.columns import Columns
from eval.authoring.grid import Grid, GridRow
from eval.text_match import match_tokens
from rag.errors import DocumentError

_ALTERNATIVES = re.compile(r"\s*[\n|]\s*")
_DOCUMENTS = re.compile(r"\s*[\n;|]\s*")
_NOTHING = frozenset(("-", "–", "—", "n/a", "n.a.", "k.a.", "k. a.", "s.o.", "?"))
"""What people write into a cell that is to stay empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """A question of the table. `number` is its row there; `answers` are wordings of which any is right.

    Without `answers` it is a question that the documents do not answer. `documents` are as written, perhaps
    none.
    """

    number: int
    question: str
    answers: tuple[str, ...]
    documents: tuple[str, ...]

    @property
    def case_id(self) -> str:
        """From what the row says, so that moving it changes nothing and changing it makes another case."""
        said = "\x1f".join((self.question, "", *self.answers, "", *self.documents))
        return f"q-{hashlib.sha256(said.encode()).hexdigest()[:10]}"


def question_rows(grid: Grid, columns: Columns) -> tuple[tuple[QuestionRow, ...], tuple[str, ...]]:
    """The questions below the header row, and a note for each row that is none or was read in a special way.

    Raises DocumentError where there is no question at all.
    """
    rows: dict[str, QuestionRow] = {}
    notes: list[str] = []
    for cells in grid.rows[1:]:
        row = _row(cells, columns)
        if not match_tokens(row.question):
            notes.append(f"row {cells.number} has no question and was left out")
            continue
        answer = cells.cell(columns.answer)
        if answer and not row.answers:
            notes.append(f"row {cells.number}: {answer[:40]!r} was read as: the documents do not answer it")
        earlier = rows.setdefault(row.case_id, row)
        if earlier is not row:
            notes.append(f"row {row.number} says what row {earlier.number} says and was left out")
    if not rows:
        raise DocumentError("The table has no question below its first row, which must hold the headers.")
    return tuple(rows.values()), tuple(notes)


def _row(cells: GridRow, columns: Columns) -> QuestionRow:
    return QuestionRow(
        number=cells.number,
        question=" ".join(cells.cell(columns.question).split()),
        answers=wordings(cells.cell(columns.answer)),
        documents=tuple(_texts(_DOCUMENTS.split(cells.cell(columns.document)))),
    )


def wordings(cell: str) -> tuple[str, ...]:
    """The wordings in a cell, of which any is right; none for an empty cell, or one that means nothing."""
    return tuple(_texts(_ALTERNATIVES.split(cell)))


def _texts(pieces: list[str]) -> Iterator[str]:
    plain = (" ".join(piece.split()) for piece in pieces)
    yield from dict.fromkeys(text for text in plain if text and text.casefold() not in _NOTHING)

"""A suite from a few questions that somebody typed: evidence is proposed for all at once, then confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.authoring.candidates import Candidate, EvidenceFinder
from eval.authoring.columns import Columns
from eval.authoring.grid import Grid, GridRow
from eval.authoring.named_documents import NamedDocuments
from eval.authoring.rows import QuestionRow, question_rows, wordings
from eval.authoring.suite_folder import SuiteFolder
from eval.new_suite import Making, Scope, accepted_words, ids_of, scope_of
from rag.index import Index
from rag.retrieval import Retriever

_HEADERS = ("question", "answer", "document")
_CHOICES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed about one question; all but the question may be "", as in a row of a table."""

    question: str
    answer: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A question with the sentences that may be its evidence, the likeliest first.

    There are none for a question without an answer, which the documents are not to answer. `accepted` are the
    words of which an answer must contain one, to be right, if the first sentence is the evidence.
    """

    row: QuestionRow
    scope: Scope
    candidates: tuple[Candidate, ...]
    accepted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A question as its writer confirmed it.

    `evidence` is None where nobody knows where the answer stands. `accepted` are the words of which a right
    answer contains one, "|" between them; "" for the expected answers as they are.
    """

    row: QuestionRow
    evidence: Candidate | None
    accepted: str = ""


def typed_rows(typed: Sequence[Typed]) -> tuple[tuple[QuestionRow, ...], tuple[str, ...]]:
    """The questions, and notes on what was left out or read in a special way; empty lines are no questions.

    Raises DocumentError where there is no question at all.
    """
    rows = [
        GridRow(number=number, cells=(one.question, one.answer, one.document))
        for number, one in enumerate(typed, start=1)
        if any(text.strip() for text in (one.question, one.answer, one.document))
    ]
    grid = Grid(rows=(GridRow(number=0, cells=_HEADERS), *rows))
    return question_rows(grid, Columns(question=0, answer=1, document=2))


def proposals(rows: Sequence[QuestionRow], index: Index, retriever: Retriever) -> tuple[Proposal, ...]:
    """Where the documents may bear out each answer; `retriever` must be over `index`."""
    finder, named = EvidenceFinder(index, retriever), NamedDocuments(index.documents())
    return tuple(_proposal(row, finder, named) for row in rows)


def _proposal(row: QuestionRow, finder: EvidenceFinder, named: NamedDocuments) -> Proposal:
    scope = scope_of(row, named)
    found: tuple[Candidate, ...] = ()
    if row.answers:
        found = finder.candidates(row.question, row.answers, ids_of(scope.documents), limit=_CHOICES)
    return Proposal(row=row, scope=scope, candidates=found, accepted=accepted_words(row, found[:1]))


def save(
    name: str, settled: Sequence[Settled], folder: Path, index: Index, retriever: Retriever
) -> SuiteFolder:
    """Writes the suite into `folder`. Raises SuiteError where that cannot be written."""
    making = Making([one.row for one in settled], SuiteFolder(folder), index, retriever)
    for one in settled:
        if one.row.answers:
            quotes = [one.evidence] if one.evidence else []
            making.answer(one.row, quotes, wordings(one.accepted) or one.row.answers, confirmed=True)
        else:
            making.no_answer(one.row)
    making.folder.write_head(name, "Typed in the chat, the evidence confirmed there.", making.corpus())
    return making.folder

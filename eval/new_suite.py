"""Making a suite from a table of questions: what is open, where evidence may stand, what was decided."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from eval.authoring.candidates import Candidate, EvidenceFinder
from eval.authoring.key_words import is_short, key_words
from eval.authoring.named_documents import NamedDocuments
from eval.authoring.rows import QuestionRow
from eval.authoring.suite_folder import UNCONFIRMED, SuiteFolder
from eval.case_json import case_to_json
from eval.cases import Case, GoldSpan, Nugget
from rag.index import Index
from rag.load import SUFFIXES
from rag.retrieval import Retriever
from rag.sources import find_files
from rag.types import DocumentInfo

_MOST_FILES = 5_000
"""A folder of so many files is no folder of documents, but somebody's home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a row's evidence is looked for: `documents`, or all where that is empty.

    `unknown` are names of the row that are of no document, each with names that may have been meant.
    """

    documents: tuple[DocumentInfo, ...]
    unknown: tuple[tuple[str, tuple[str, ...]], ...]


def scope_of(row: QuestionRow, named: NamedDocuments) -> Scope:
    """The documents that a row names."""
    found = {name: named.find(name) for name in row.documents}
    return Scope(
        documents=tuple(document for document in found.values() if document),
        unknown=tuple((name, named.like(name)) for name, one in found.items() if one is None),
    )


def accepted_words(row: QuestionRow, quotes: Sequence[Candidate]) -> tuple[str, ...]:
    """What a right answer must contain one of: the answers if they are short, else their key words."""
    texts = [candidate.quote for candidate in quotes]
    words = (one if is_short(one) else key_words(one, row.question, texts) for one in row.answers)
    return tuple(dict.fromkeys(words))


class Making:
    """One suite being made from rows, over an open index; nothing is lost when it stops."""

    def __init__(self, rows: Sequence[QuestionRow], folder: SuiteFolder, index: Index, retriever: Retriever):
        """`retriever` must be over `index`."""
        self.rows = tuple(rows)
        self.folder = folder
        self._index = index
        self._finder = EvidenceFinder(index, retriever)
        self._named = NamedDocuments(index.documents())

    def open_rows(self, *, confirm: bool) -> tuple[QuestionRow, ...]:
        """The rows without a case; with `confirm` also those whose evidence nobody has looked at."""
        return tuple(
            row
            for row in self.rows
            if row.case_id not in self.folder or (confirm and self.folder.unconfirmed(row.case_id))
        )

    def orphans(self) -> tuple[Mapping[str, Any], ...]:
        """Cases that no row of the table has any more: the row was changed or taken out, or never was one."""
        known = {row.case_id for row in self.rows}
        return tuple(case for case in self.folder.cases if case["id"] not in known)

    def scope(self, row: QuestionRow) -> Scope:
        """The documents that a row names."""
        return scope_of(row, self._named)

    def candidates(self, row: QuestionRow, documents: Sequence[DocumentInfo]) -> tuple[Candidate, ...]:
        """Where the answer may stand, in the documents given or in all; the likeliest first."""
        return self._finder.candidates(row.question, row.answers, ids_of(documents))

    def by_words(self, words: str, documents: Sequence[DocumentInfo]) -> tuple[Candidate, ...]:
        """Where a text that a person typed stands, or what is most like it."""
        return self._finder.candidates(words, (words,), ids_of(documents))

    def answer(
        self, row: QuestionRow, quotes: Sequence[Candidate], accepted: Sequence[str], *, confirmed: bool
    ) -> None:
        """Writes the row as an answerable case; its evidence was `confirmed` by a person or not."""
        spans = tuple(
            GoldSpan(document=PurePosixPath(one.document).name, quote=one.quote, page=one.page)
            for one in quotes
        )
        as_written = tuple(accepted) == row.answers
        nugget = Nugget(text=" / ".join(row.answers), accept=tuple(accepted))
        case = Case(
            case_id=row.case_id,
            question=row.question,
            answerable=True,
            cluster=spans[0].document if spans else "",
            evidence=spans,
            answers=tuple(accepted) if as_written else (),
            nuggets=() if as_written else (nugget,),
        )
        note = "" if confirmed else f"{UNCONFIRMED}: found by the program, seen by nobody"
        self.folder.put(case_to_json(case, note))

    def no_answer(self, row: QuestionRow) -> None:
        """Writes the row as a question that the documents do not answer."""
        documents = self.scope(row).documents
        about = PurePosixPath(documents[0].name).name if documents else ""
        case = Case(case_id=row.case_id, question=row.question, answerable=False, cluster=about)
        self.folder.put(case_to_json(case))

    def corpus(self) -> Path | None:
        """The folder that holds just the documents of the index; None where there is no such folder."""
        sources = [document.source for document in self._index.documents()]
        if not sources:
            return None
        common = Path(os.path.commonpath(sources))
        folder = common if common.is_dir() else common.parent
        if not folder.is_dir() or len(list(islice(folder.rglob("*"), _MOST_FILES))) == _MOST_FILES:
            return None
        there = {file.source for file in find_files([folder], SUFFIXES).files}
        return folder if there == set(sources) else None


def ids_of(documents: Sequence[DocumentInfo]) -> frozenset[str] | None:
    """The ids of documents, None for none: then all are searched."""
    return frozenset(document.doc_id for document in documents) or None

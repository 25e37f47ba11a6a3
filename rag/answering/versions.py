"""Versions of one document: where another version says otherwise, the reader sees both, with their dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rag.answering.evidence import passage_sentences
from rag.answering.words import content_words
from rag.checks import Kind, check_claim
from rag.types import Document, DocumentInfo, Span

_VERSION = re.compile(r"\bversion\s+(\d+(?:\.\d+)*)", re.IGNORECASE)
_DRAFT = re.compile(r"\bdrafts?\b", re.IGNORECASE)
_FINAL = re.compile(r"\bfinal\b", re.IGNORECASE)
_HEAD = 600
"""Characters of a document in which its version number is looked for."""
_NOT_TITLE = re.compile(
    r"\b(?:draft|final|version|rev(?:ision)?|v)\b\.?|\b\d+(?:\.\d+)*\b|[^\w\s]", re.IGNORECASE
)
_SECTION_NUMBER = re.compile(r"^[^\W\d_]*\s*\(?\d+(?:\.\d+)*[.)]?\s+(?=\D)")
_SUBSTANCE = {Kind.NUMBER, Kind.DATE, Kind.NEGATION, Kind.MODALITY}
_ALIKE = 0.55
"""Share of content words that two sentences must have in common to be taken for the same rule."""


def versions_of(document: DocumentInfo | Document, among: Iterable[DocumentInfo]) -> tuple[DocumentInfo, ...]:
    """The other documents of the same title, versions and years aside, that bear another date or version."""
    own = _bare(document.title)
    return tuple(
        other for other in among if other.doc_id != document.doc_id and own and _bare(other.title) == own
    )


def superseded(documents: Iterable[DocumentInfo]) -> frozenset[str]:
    """Ids of the documents of which a newer version is among them: later by its date or else by its number.

    Where neither tells which of two is newer, neither of them is superseded.
    """
    return frozenset(
        one.doc_id
        for family in _families(documents)
        for one in family
        if any(_newer(other, one) for other in family)
    )


def _families(documents: Iterable[DocumentInfo]) -> tuple[list[DocumentInfo], ...]:
    """The documents that are versions of each other, together; one without a title is of no family."""
    families: dict[str, list[DocumentInfo]] = {}
    for document in documents:
        if bare := _bare(document.title):
            families.setdefault(bare, []).append(document)
    return tuple(families.values())


def _newer(one: DocumentInfo, other: DocumentInfo) -> bool:
    """Whether it is certain that `one` is the newer of the two."""
    if one.date and other.date:
        known = min(len(one.date), len(other.date))
        if one.date[:known] != other.date[:known]:
            return one.date > other.date
    return bool(one.version and other.version) and _numbers(one) > _numbers(other)


def _numbers(document: DocumentInfo) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", document.version or ""))


def not_asked_for(
    question: str, documents: Iterable[DocumentInfo], document: Callable[[str], Document]
) -> frozenset[str]:
    """Ids of the documents of which the question names another version: "What does version 2.0 require?".

    A version is named by its number, or as the draft or the final one. Only where that version is among the
    documents; otherwise all of them may be asked.
    """
    numbers, draft, final = set(_VERSION.findall(question)), _DRAFT.search(question), _FINAL.search(question)
    if not numbers and bool(draft) == bool(final):
        return frozenset()

    def is_meant(info: DocumentInfo) -> bool:
        if numbers:
            return version_number(document(info.doc_id)) in numbers
        called = f"{info.title} {info.version or ''} {info.name}".replace("_", " ")
        return bool(_DRAFT.search(called)) == bool(draft)

    found: set[str] = set()
    for family in _families(documents):
        if len(family) > 1 and (meant := [info for info in family if is_meant(info)]):
            found.update(info.doc_id for info in family if info not in meant)
    return frozenset(found)


def version_number(document: Document) -> str | None:
    """The document's version by its metadata, or else by its first lines; None where neither tells."""
    found = _VERSION.search(document.text[:_HEAD])
    return document.version or (found.group(1) if found else None)


def label(document: Document) -> str:
    """How a version is called: "version 2.0 of 2025-10-01", as far as the document tells; else its name."""
    number = version_number(document)
    parts = [f"version {number}"] if number else []
    parts += [f"of {document.date}" if parts else f"the version of {document.date}"] if document.date else []
    return " ".join(parts) or document.name


def otherwise(quote: str, other: Document) -> Span | None:
    """The sentence of `other` that rules on the same as `quote` and differs in substance; None for none.

    Substance is a number, a date, a denial, or the force of a rule (shall, may); section numbers are none.
    """
    twin = counterpart(quote, other)
    if twin is None:
        return None
    ours, theirs = (_SECTION_NUMBER.sub("", text) for text in (quote, other.text[twin.start : twin.end]))
    findings = (*check_claim(theirs, [ours]), *check_claim(ours, [theirs]))
    return twin if any(finding.kind in _SUBSTANCE for finding in findings) else None


def counterpart(quote: str, other: Document) -> Span | None:
    """The sentence of `other` on the same as `quote`, whether it says the same or not; None for none."""
    wanted = set(content_words(quote))
    best, found = _ALIKE, None
    for start, end in passage_sentences(other, 0, len(other.text)):
        words = set(content_words(other.text[start:end]))
        alike = len(wanted & words) / len(wanted | words) if wanted | words else 0.0
        if alike > best:
            best, found = alike, Span(doc_id=other.doc_id, start=start, end=end)
    return found


def _bare(title: str) -> str:
    return " ".join(_NOT_TITLE.sub(" ", title).casefold().split())

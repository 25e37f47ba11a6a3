"""Whether evidence stands in its document: there, on its page, and once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.cases import GoldSpan
from eval.checking.documents import Documents
from eval.checking.finding import Finding, error, shown, warning
from eval.checking.lines import PlacedCase
from eval.text_match import find_quote, match_tokens
from rag.answering.words import content_words
from rag.sentences import sentence_spans
from rag.types import Document, joined_pages

_CLAUSE = 4
"""Words from which a quote can say something by itself; a whole block, such as a cell, may be shorter."""
_LIKE = 0.5
"""Share of a quote's words from which a sentence may be the one that was meant."""


def evidence_findings(placed: PlacedCase, documents: Documents) -> Iterator[Finding]:
    """What is wrong with the case's evidence. An empty quote is the whole document (BEIR)."""
    for number, span in enumerate(placed.case.evidence):
        field = f"evidence[{number}]"
        document = documents.get(span.document)
        if document is None:
            like = documents.like(span.document)
            todo = f"Is it {shown(like)}?" if like else "Correct the name, or add the document."
            what = f"No document is called {shown(span.document)}."
            yield error("unknown-document", placed.place, f"{field}.document", what, todo)
        elif span.quote:
            yield from _quote_findings(placed, span, field, document)


def quotes_of(placed: PlacedCase, documents: Documents) -> tuple[str, ...]:
    """The case's quotes; for an empty one the document's whole text."""
    found = []
    for span in placed.case.evidence:
        document = documents.get(span.document)
        found.append(span.quote or (document.text if document else ""))
    return tuple(filter(None, found))


def _quote_findings(placed: PlacedCase, span: GoldSpan, field: str, document: Document) -> Iterator[Finding]:
    place = placed.place
    places = find_quote(document.text, span.quote)
    if not places:
        what = f"{shown(span.quote)} is not in {shown(document.name)}."
        near = _nearest(span.quote, document)
        advice = f"Is it this? {shown(near, 400)}" if near else "Is it another document?"
        todo = f"Copy the quote from `greenpaper documents text`. {advice}"
        yield error("quote-not-found", place, f"{field}.quote", what, todo)
        return
    if len(match_tokens(span.quote)) < _CLAUSE and not any(_whole_block(document, *one) for one in places):
        what = f"The quote {shown(span.quote)} is shorter than a clause."
        yield warning("short-quote", place, f"{field}.quote", what, "Quote the whole sentence.")
    pages = [_pages(document, start, end) for start, end in places]
    known = sorted({number for each in pages for number in each})
    fitting = [each for each in pages if span.page is None or span.page in each]
    if span.page is not None and not known:
        what = f"{shown(document.name)} has no pages."
        yield error("wrong-page", place, f"{field}.page", what, "Take the page out.")
    elif not fitting:
        what = f"The quote is on page {joined_pages(known)}, not on {span.page}."
        yield error("wrong-page", place, f"{field}.page", what, "Correct the page.")
    elif span.page is None and known:
        what = f"The page is missing; the quote is on page {joined_pages(known)}."
        yield warning("no-page", place, f"{field}.page", what, "Add the page, so that cited pages count.")
    if len(fitting) > 1:
        where = f" (page {joined_pages(known)})" if known and span.page is None else ""
        what = f"The quote stands {len(fitting)} times in {shown(document.name)}{where}."
        todo = "Any of the places counts as found. Quote more words if only one of them is meant."
        yield warning("quote-repeated", place, f"{field}.quote", what, todo)


def _pages(document: Document, start: int, end: int) -> frozenset[int]:
    """The pages on which a quote begins and ends; none in a document without pages."""
    runs = (document.page_at(start), document.page_at(end - 1))
    return frozenset(run.number for run in runs if run)


def _whole_block(document: Document, start: int, end: int) -> bool:
    return any(block.start >= start and block.end <= end for block in document.blocks)


def _nearest(quote: str, document: Document) -> str:
    """The sentence that shares most words with a quote that is not there; "" where none is like it."""
    wanted = frozenset(content_words(quote))
    best, text = 0.0, ""
    for start, end in sentence_spans(document.text, document.blocks):
        sentence = document.text[start:end]
        alike = _alike(wanted, content_words(sentence))
        if alike > best:
            best, text = alike, sentence
    return text if best >= _LIKE else ""


def _alike(wanted: frozenset[str], words: Sequence[str]) -> float:
    there = frozenset(words)
    return len(wanted & there) / len(wanted | there) if wanted else 0.0

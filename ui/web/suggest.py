"""First questions: those written for the starter library by topic, and some drawn from other documents."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.errors import GreenpaperError
from rag.types import DocumentInfo
from ui.starter import library_digests, topics
from ui.web.state import Library
from ui.web.texts import Words

_TELLING = re.compile(r"[^\W\d_]{4,}(?:\W+[^\W_]+){1,7}\W*")
_COMMON = re.compile(
    r"\b(annex|appendix|article|chapter|contents?|figure|introduction|part|references?|section|tables?|title)\b",
    re.I,
)


def first_questions(words: Words, library: Library, limit: int = 3) -> dict[str, tuple[str, ...]]:
    """At most `limit` questions for each topic: the reader's own documents, then the library's topics."""
    infos = library.documents()
    ours = set(library_digests().values())
    own = suggestions(words, library, [info for info in infos if info.sha256 not in ours], limit)
    found = {words("ask.own_documents"): own} if own else {}
    for topic in topics(infos):
        found[topic.name] = tuple(question.text for question in topic.questions[:limit])
    return found


def suggestions(
    words: Words, library: Library, infos: Sequence[DocumentInfo], limit: int = 3
) -> tuple[str, ...]:
    """At most `limit` questions, one per document: about a section with a telling title, else in general."""
    found: list[str] = []
    for info in infos:
        if len(found) == limit:
            break
        if len(info.title) <= 80:
            found.append(_about(words, library, info.doc_id, info.title))
    return tuple(found)


def _about(words: Words, library: Library, doc_id: str, title: str) -> str:
    try:
        sections = library.document(doc_id).sections
    except GreenpaperError:
        sections = ()
    for section in sections:
        heading = " ".join(section.title.split())
        if (
            heading != title
            and _TELLING.fullmatch(heading)
            and not _COMMON.search(heading)
            and len(heading) < 60
        ):
            return words("ask.suggest_section", title=title, section=heading)
    return words("ask.suggest_title", title=title)

"""Answers without claims: nothing was asked, nothing was found, the documents do not say."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.premise import premise_of
from rag.answering.work import Work
from rag.types import Answer, DocumentInfo, Status


def nothing_asked(work: Work) -> Answer:
    """The question has no word to look for."""
    text = "Please ask in words that can be looked for: a name, a subject, a number."
    return work.answer(Status.CLARIFY, "the question has no word to look for", text)


def which_one(work: Work, documents: Sequence[DocumentInfo]) -> Answer:
    """More than one document could be meant."""
    titles = "; ".join(f"“{info.title}” ({info.name})" for info in documents)
    text = f"More than one document could be meant: {titles}. Please name it, or choose the documents to ask."
    return work.answer(Status.CLARIFY, "the question fits several documents", text)


def no_opinion(work: Work) -> Answer:
    """The program is asked what it thinks."""
    text = (
        "Greenpaper has no opinion. Ask what the documents say, or who holds which view. "
        "The passages nearest to the question are shown with this answer."
    )
    return work.answer(Status.ABSTAINED, f"an opinion was asked for; looked for: {work.query}", text)


def nothing_found(work: Work) -> Answer:
    """No passage came back at all."""
    reason = f"no passage was found; looked for: {work.query}"
    return work.answer(Status.ABSTAINED, reason, "The documents do not say.")


def abstained(work: Work, why: str) -> Answer:
    """The passages nearest to the question are shown, and what was taken for granted is named."""
    reason = f"{why}; looked for: {work.query}"
    text = "The documents do not say. The passages nearest to the question are shown with this answer."
    if premise := premise_of(work.question):
        text = (
            f"The documents do not say what the question takes for granted (“{premise}”), or not why. "
            "The passages nearest to it are shown with this answer."
        )
    return work.answer(Status.ABSTAINED, reason, text)

"""Cases of a gold set: what is asked, and what is known about the right answer."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldSpan:
    """A place that bears out the right answer.

    `document` is a name as ingested, told apart by its last part; `quote` is the document's text, found with
    `eval.text_match.find_quote`; `page` is 1-based, None where it is not known or there are no pages. Until
    `eval.suite.complete` has seen the documents of a BEIR suite, a quote of "" is the whole document.
    """

    document: str
    quote: str
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nugget:
    """A fact that a good answer contains: it is there when any of `accept` is contained in the answer."""

    text: str
    accept: tuple[str, ...]
    vital: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question of a gold set.

    `turns` came before the question, the oldest first. Any of `answers`, contained in an answer, makes it
    correct. `answerable` is whether the documents answer it. `cluster` names what cases have in common that
    makes them alike (their document): intervals are drawn over clusters. `premise` is what the documents say
    instead, for a question that takes something wrong for granted.
    """

    case_id: str
    question: str
    answerable: bool
    cluster: str
    turns: tuple[Turn, ...] = ()
    evidence: tuple[GoldSpan, ...] = ()
    answers: tuple[str, ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    tags: tuple[str, ...] = ()
    split: str = ""
    premise: str = ""

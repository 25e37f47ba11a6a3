"""What readers thought of answers, as cases of a gold set that `greenpaper eval check` reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eval.case_json import case_to_json, cluster_of
from eval.cases import Case, GoldSpan, Nugget
from eval.json_lines import json_line
from rag.types import Support, Turn
from ui.kept.values import Conversation, KeptAnswer, Opinion, Rating
from ui.records.record import Entry

SUITE = (
    'name = "kept"\ndescription = "Questions that were asked in the chat, with what their reader thought."\n'
)
"""The head of a suite's folder beside the cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Cases as lines of a suite's file, and how many opinions could not become one."""

    lines: bytes
    count: int
    left_out: int


def cases(conversations: Iterable[Conversation]) -> Cases:
    """A case for every rated answer; of the same question after the same turns, the last opinion counts.

    An answer that is called wrong becomes a case only where its reader says what a right one contains.
    """
    made: dict[str, bytes] = {}
    left_out = 0
    for conversation in conversations:
        for answer, turns in _rated(conversation):
            case = _case(answer.record.entries[0], answer.opinion, turns)
            if case is None:
                left_out += 1
            else:
                made[case.case_id] = json_line(case_to_json(case, answer.opinion.note))
    return Cases(lines=b"".join(made.values()), count=len(made), left_out=left_out)


def _rated(conversation: Conversation) -> Iterator[tuple[KeptAnswer, tuple[Turn, ...]]]:
    turns: list[Turn] = []
    for answer in conversation.answers:
        (entry,) = answer.record.entries
        if answer.opinion.rating is not None:
            yield answer, tuple(turns)
        turns.append(Turn(question=entry.question, answer=entry.text))


def _case(entry: Entry, opinion: Opinion, turns: tuple[Turn, ...]) -> Case | None:
    answerable = opinion.rating is not Rating.UNANSWERABLE and not (
        opinion.rating is Rating.RIGHT and not entry.citations
    )
    evidence = _evidence(entry) if answerable and opinion.rating is Rating.RIGHT else ()
    answers = (opinion.right,) if answerable and opinion.right else ()
    nuggets = _nuggets(entry) if answerable and not answers and opinion.rating is Rating.RIGHT else ()
    if answerable and not answers and not nuggets:
        return None
    case_id = f"kept-{_digest(entry, turns)}"
    tags = ("kept",)
    return Case(
        case_id=case_id,
        question=entry.question,
        answerable=answerable,
        cluster=cluster_of(case_id, answerable, evidence, tags),
        turns=turns,
        evidence=evidence,
        answers=answers,
        nuggets=nuggets,
        tags=tags,
    )


def _digest(entry: Entry, turns: tuple[Turn, ...]) -> str:
    asked = repr((entry.question, [(turn.question, turn.answer) for turn in turns]))
    return hashlib.sha256(asked.encode()).hexdigest()[:12]


def _evidence(entry: Entry) -> tuple[GoldSpan, ...]:
    """Every quote that a claim rests on, each once."""
    spans = (
        GoldSpan(document=citation.document, quote=citation.quote, page=citation.page)
        for citation in entry.citations
    )
    return tuple(dict.fromkeys(spans))


def _nuggets(entry: Entry) -> tuple[Nugget, ...]:
    """The claims that their quotes bear out, in their own words, for want of fewer words by the reader."""
    texts = dict.fromkeys(claim.text.strip() for claim in entry.claims if claim.support is Support.YES)
    return tuple(Nugget(text=text, accept=(text,)) for text in texts if text)

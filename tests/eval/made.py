"""Cases, documents and results made by hand, for the tests of metrics and scoring."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from eval.cases import Case, GoldSpan, Nugget
from eval.metrics.observed import last_part

RULES = (
    "Scope. The Harbour Agency keeps a register of models. "
    "Fees. A permit costs 1,600 euros and lasts six years. "
    "Appeals. The holder’s “appeal” is made within 30 days of 4 May 2023. "
    "Notes. The Harbour Agency keeps a register of models."
)
OTHER = "Fees. A licence costs 900 euros and lasts two years. Nothing else is said here."


class Documents:
    """Documents by name, with pages that begin at the offsets given."""

    def __init__(self, texts: Mapping[str, str], pages: Mapping[str, Sequence[int]] | None = None) -> None:
        self._texts = {last_part(name): text for name, text in texts.items()}
        self._pages = pages or {}

    def text(self, name: str) -> str | None:
        return self._texts.get(last_part(name))

    def page_of(self, name: str, offset: int) -> int | None:
        starts = self._pages.get(last_part(name))
        return bisect_right(starts, offset) if starts else None


CORPUS = Documents(
    {"rules.pdf": RULES, "other.md": OTHER}, {"rules.pdf": [0, RULES.index("Fees"), RULES.index("Notes")]}
)
FEE = "A permit costs 1,600 euros and lasts six years."
APPEAL = "The holder’s “appeal” is made within 30 days of 4 May 2023."
REGISTER = "The Harbour Agency keeps a register of models."


def gold(quote: str, document: str = "rules.pdf", page: int | None = None) -> GoldSpan:
    return GoldSpan(document=document, quote=quote, page=page)


def nugget(*accept: str, vital: bool = True) -> Nugget:
    return Nugget(text=accept[0], accept=accept, vital=vital)


def case(
    case_id: str = "c1",
    *,
    answerable: bool = True,
    evidence: Sequence[GoldSpan] = (),
    answers: Sequence[str] = (),
    nuggets: Sequence[Nugget] = (),
    question: str = "What does a permit cost?",
    cluster: str = "rules.pdf",
) -> Case:
    return Case(
        case_id=case_id,
        question=question,
        turns=(),
        answerable=answerable,
        evidence=tuple(evidence),
        answers=tuple(answers),
        nuggets=tuple(nuggets),
        tags=(),
        split="dev",
        cluster=cluster,
        premise="",
    )


def at(quote: str, document: str = "rules.pdf", nth: int = 0) -> dict[str, Any]:
    """Document, start and end of the `nth` place of a quote."""
    text = CORPUS.text(document) or ""
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    return {"document": document, "start": start, "end": start + len(quote)}


def cite(marker: int, quote: str, document: str = "rules.pdf", /, **changed: Any) -> dict[str, Any]:
    place = at(quote, document)
    page = CORPUS.page_of(document, place["start"])
    return {"marker": marker, "quote": quote, "page": page, **place, **changed}


def found(*places: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Places as a ranked list of retrieved passages."""
    return [{**place, "score": 1 / rank, "rank": rank} for rank, place in enumerate(places, start=1)]


def result(
    text: str = "",
    *,
    status: str = "answered",
    claims: Sequence[tuple[str, Sequence[int]]] | None = None,
    citations: Sequence[Mapping[str, Any]] = (),
    passages: Sequence[Mapping[str, Any]] = (),
    retrieved: Sequence[Mapping[str, Any]] | None = (),
    case_id: str = "c1",
    system: str = "ours",
    error: str | None = None,
    question: str = "What does a permit cost?",
    **rest: Any,
) -> dict[str, Any]:
    """A line of `results.jsonl`; `claims` default to the text as one claim with every citation."""
    if claims is None:
        claims = [(text, [citation["marker"] for citation in citations])] if text else []
    answer = {
        "question": question,
        "query": question,
        "status": status,
        "reason": "",
        "text": text,
        "claims": [{"text": said, "citations": list(cited)} for said, cited in claims],
        "citations": list(citations),
        "passages": list(passages),
        "timings": {"ttft_s": 0.5, "decode_s": 2.0},
        "usage": {"output_tokens": 30},
        **rest.pop("answer", {}),
    }
    return {
        "case": case_id,
        "system": system,
        "answer": None if error else answer,
        "error": error,
        "attempt": 1,
        "seconds": 3.0,
        "peak_memory_bytes": None,
        "joules": None,
        "energy_source": None,
        "retrieved": None if retrieved is None else list(retrieved),
        "fingerprint": {},
        **rest,
    }

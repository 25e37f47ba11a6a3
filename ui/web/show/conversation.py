"""The conversation: questions, answers with their markers and labels, and what each answer rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.types import Answer, Citation, Claim, Status, Support
from ui.web.escape import plain, rich, visible
from ui.web.show.phrases import dropped, place, searched
from ui.web.show.tools import tools
from ui.web.state import Exchange
from ui.web.texts import Words

_MARKERS = re.compile(r"(?:\s*\[\d{1,4}(?:\s?[,;]\s?\d{1,4})*\])*[.;!?]?")
_ICONS = {Support.YES: "✓", Support.PARTLY: "◐", Support.NO: "✕", Support.UNSCORED: "?"}

_OURS = (Status.ABSTAINED, Status.CLARIFY)
"""What is said then is the program's own, in English; a model answers in the language of the question."""


def conversation(words: Words, exchanges: Sequence[Exchange]) -> str:
    """All exchanges, oldest first."""
    return "".join(_exchange(words, exchange) for exchange in exchanges)


def _exchange(words: Words, exchange: Exchange) -> str:
    parts = [
        f'<article class="gp-turn" data-turn="{exchange.number}">',
        f'<h2 class="gp-question" dir="auto"><span class="gp-hidden">{words("ask.you")}: </span>',
        f"{plain(exchange.question)}</h2>",
    ]
    if (label := _status(words, exchange)) and not exchange.text.startswith(label):
        parts.append(f'<p class="gp-status">{label}</p>')
    if exchange.text:
        notes = _doubts(words, exchange.text, exchange.answer.claims) if exchange.answer else []
        answer = rich(exchange.text, markers=_links(words, exchange), notes=notes)
        said_by_us = exchange.answer is not None and exchange.answer.status in _OURS
        tongue = ' lang="en"' if said_by_us else ""
        parts.append(f'<div class="gp-answer" dir="auto"{tongue}>{answer}</div>')
    if exchange.note:
        kind, role = ("gp-error", "alert") if exchange.failed else ("gp-note", "note")
        parts.append(f'<p class="{kind}" role="{role}">{plain(exchange.note)}</p>')
    if exchange.answer:
        parts.append(_footer(words, exchange, exchange.answer))
    if exchange.record:
        parts.append(tools(words, exchange))
    return "".join([*parts, "</article>"])


def _status(words: Words, exchange: Exchange) -> str:
    return words(f"status.{exchange.answer.status.value}") if exchange.answer else ""


def _links(words: Words, exchange: Exchange) -> dict[int, str]:
    return {
        citation.marker: _link(words, exchange.number, citation)
        for citation in (exchange.citations or exchange.nearest)
    }


def _link(words: Words, turn: int, citation: Citation) -> str:
    page = place(words, citation.page, citation.page_label)
    where = ", ".join(filter(None, (citation.title or citation.document, page)))
    name = plain(words("proof.citation", marker=citation.marker, where=where))
    return (
        f'<a class="gp-cite" href="#cite-{turn}-{citation.marker}" aria-label="{name}">{citation.marker}</a>'
    )


def _doubts(words: Words, text: str, claims: Sequence[Claim]) -> list[tuple[int, str]]:
    """Labels to stand in the answer, after each claim that its quotes do not fully bear out."""
    source, cursor, notes = visible(text), 0, []
    for claim in claims:
        start = source.find(visible(claim.text), cursor)
        if start < 0:
            continue
        cursor = start + len(visible(claim.text))
        if claim.support in (Support.PARTLY, Support.NO) and (end := _MARKERS.match(source, cursor)):
            notes.append((end.end(), " " + label(words, claim)))
    return notes


def label(words: Words, claim: Claim) -> str:
    """Whether a claim is supported: a sign and a word."""
    return (
        f'<span class="gp-label gp-{claim.support.value}"><span aria-hidden="true">'
        f"{_ICONS[claim.support]}</span> {words(f'support.{claim.support.value}')}</span>"
    )


def _footer(words: Words, exchange: Exchange, answer: Answer) -> str:
    lines = [searched(words, exchange.documents, exchange.read)]
    if answer.timings.total_s:
        lines.append(words("ask.seconds", seconds=words.number(answer.timings.total_s, 1)))
    if (query := corrected_query(exchange)) and query not in answer.reason:
        lines.append(plain(words("ask.query", query=query)))
    if answer.dropped:
        lines.append(dropped(words, answer.dropped))
    nearest = "".join(_link(words, exchange.number, citation) for citation in exchange.nearest)
    shown = f'<p class="gp-nearest">{words("proof.nearest")}: {nearest}</p>' if nearest else ""
    reason = (
        f'<p class="gp-note" dir="auto" lang="en">{plain(_as_sentence(answer.reason))}</p>'
        if answer.reason
        else ""
    )
    return f'{shown}{reason}<p class="gp-footer">{" · ".join(lines)}</p>'


def corrected_query(exchange: Exchange) -> str:
    """What was looked for, where that is not the question as it was asked; else ""."""
    answer = exchange.answer
    return answer.query if answer and answer.query != exchange.question else ""


def _as_sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:] + ("" if reason.endswith((".", "?", "!")) else ".")

"""What the page shows, as HTML: every text of others goes through `ui.web.escape`, all markup is ours."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.types import Answer, Citation, Claim, DocumentInfo, Stage, Status, Support
from rag.warming import Warmth
from ui.ocr_note import ocr_note
from ui.web import texts
from ui.web.escape import plain, rich, visible
from ui.web.state import Exchange

_MARKERS = re.compile(r"(?:\s*\[\d{1,4}(?:\s?[,;]\s?\d{1,4})*\])*[.;!?]?")
_ICONS = {Support.YES: "✓", Support.PARTLY: "◐", Support.NO: "✕", Support.UNSCORED: "?"}


def conversation(exchanges: Sequence[Exchange]) -> str:
    """All exchanges, oldest first."""
    return "".join(_exchange(exchange) for exchange in exchanges)


def _exchange(exchange: Exchange) -> str:
    parts = [
        f'<article class="gp-turn" data-turn="{exchange.number}">',
        f'<h2 class="gp-question" dir="auto"><span class="gp-hidden">{texts.YOU}: </span>',
        f"{plain(exchange.question)}</h2>",
    ]
    if (label := _status(exchange)) and not exchange.text.startswith(label):
        parts.append(f'<p class="gp-status">{label}</p>')
    if exchange.text:
        notes = _doubts(exchange.text, exchange.answer.claims) if exchange.answer else []
        answer = rich(exchange.text, markers=_links(exchange), notes=notes)
        parts.append(f'<div class="gp-answer" dir="auto">{answer}</div>')
    if exchange.note:
        kind, role = ("gp-error", "alert") if exchange.failed else ("gp-note", "note")
        parts.append(f'<p class="{kind}" role="{role}">{plain(exchange.note)}</p>')
    if exchange.answer:
        parts.append(_footer(exchange, exchange.answer))
    return "".join([*parts, "</article>"])


def _status(exchange: Exchange) -> str:
    return texts.STATUS[exchange.answer.status] if exchange.answer else ""


def _links(exchange: Exchange) -> dict[int, str]:
    return {
        citation.marker: _link(exchange.number, citation)
        for citation in (exchange.citations or exchange.nearest)
    }


def _link(turn: int, citation: Citation) -> str:
    where = ", ".join(filter(None, (citation.title or citation.document, _page(citation))))
    name = plain(f"{texts.PROOF[:-1]} {citation.marker}: {where}")
    return (
        f'<a class="gp-cite" href="#cite-{turn}-{citation.marker}" aria-label="{name}" '
        f'title="{plain(where)}">{citation.marker}</a>'
    )


def _doubts(text: str, claims: Sequence[Claim]) -> list[tuple[int, str]]:
    """Labels to stand in the answer, after each claim that its quotes do not fully bear out."""
    source, cursor, notes = visible(text), 0, []
    for claim in claims:
        start = source.find(visible(claim.text), cursor)
        if start < 0:
            continue
        cursor = start + len(visible(claim.text))
        if claim.support in (Support.PARTLY, Support.NO) and (end := _MARKERS.match(source, cursor)):
            notes.append((end.end(), " " + _label(claim)))
    return notes


def _label(claim: Claim) -> str:
    return (
        f'<span class="gp-label gp-{claim.support.value}"><span aria-hidden="true">'
        f"{_ICONS[claim.support]}</span> {texts.SUPPORT[claim.support]}</span>"
    )


def _footer(exchange: Exchange, answer: Answer) -> str:
    lines = [texts.searched(exchange.documents, len(answer.hits))]
    if answer.timings.total_s:
        lines.append(f"{answer.timings.total_s:.1f} s")
    if answer.query not in ("", exchange.question) and answer.query not in answer.reason:
        lines.append(texts.QUERY.format(query=plain(answer.query)))
    if answer.dropped:
        lines.append(texts.dropped(answer.dropped))
    nearest = "".join(_link(exchange.number, citation) for citation in exchange.nearest)
    shown = f'<p class="gp-nearest">{texts.NEAREST}: {nearest}</p>' if nearest else ""
    reason = (
        f'<p class="gp-note" dir="auto">{plain(_as_sentence(answer.reason))}</p>' if answer.reason else ""
    )
    return f'{shown}{reason}<p class="gp-footer">{" · ".join(lines)}</p>'


def _as_sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:] + ("" if reason.endswith((".", "?", "!")) else ".")


def proof(exchanges: Sequence[Exchange]) -> str:
    """The right-hand panel: the quotes of every exchange, of which the last is open."""
    shown = [exchange for exchange in exchanges if exchange.citations or exchange.nearest or exchange.answer]
    if not shown:
        return f'<h2 class="gp-side-title">{texts.PROOF}</h2><p class="gp-quiet">{texts.PROOF_EMPTY}</p>'
    return "".join(_quotes(exchange, shown[-1].number, len(exchanges) > 1) for exchange in shown)


def _quotes(exchange: Exchange, last: int, several: bool) -> str:
    near = exchange.nearest and not exchange.citations
    title = texts.NEAREST if near else texts.PROOF
    number = texts.QUESTION_NUMBER.format(number=exchange.number)
    hint = texts.NEAREST_HINT if near else ("" if exchange.citations else texts.PROOF_NONE)
    cards = "".join(_card(exchange.number, citation) for citation in exchange.citations or exchange.nearest)
    claims = _claims(exchange.answer.claims) if exchange.answer else ""
    return (
        f'<section class="gp-proof" data-turn="{exchange.number}" aria-label="{title}, {number}"'
        f"{'' if exchange.number == last else ' hidden'}>"
        f'<h2 class="gp-side-title">{title}{f" <small>{number}</small>" if several else ""}</h2>'
        f"{f'<p class=gp-quiet>{hint}</p>' if hint else ''}"
        f'<ol class="gp-cards">{cards}</ol>{claims}</section>'
    )


def _card(turn: int, citation: Citation) -> str:
    name = f"cite-{turn}-{citation.marker}"
    where = " · ".join(
        plain(part) for part in (_page(citation), citation.section or "", ocr_note(citation)) if part
    )
    return (
        f'<li class="gp-card" id="{name}" tabindex="-1" aria-labelledby="{name}-t">'
        f'<p class="gp-card-title" id="{name}-t" dir="auto"><span class="gp-number">{citation.marker}</span> '
        f"{plain(citation.title or citation.document)}</p>"
        f"{f'<p class=gp-where dir=auto>{where}</p>' if where else ''}"
        f'<blockquote dir="auto">{plain(citation.quote)}</blockquote>'
        f'<p class="gp-file" dir="auto">{plain(citation.document)}</p>'
        f'<a class="gp-back" href="#{name}">{texts.BACK}</a></li>'
    )


def _page(citation: Citation) -> str:
    return texts.place(citation.page, citation.page_label)


def _claims(claims: Sequence[Claim]) -> str:
    if not claims:
        return ""
    rows = "".join(
        f'<li dir="auto">{_label(claim)} {plain(claim.text)}{_findings(claim)}</li>' for claim in claims
    )
    return f'<h3 class="gp-side-title">{texts.CLAIMS}</h3><ul class="gp-claims">{rows}</ul>'


def _findings(claim: Claim) -> str:
    return "".join(f'<span class="gp-finding">{plain(check)}</span>' for check in claim.checks)


def documents(infos: Sequence[DocumentInfo]) -> str:
    """The list of ingested documents, folded."""
    rows = "".join(
        f'<li dir="auto"><span class="gp-doc">{plain(info.title or info.name)}</span>'
        f'<span class="gp-file">{plain(info.name)}</span><span class="gp-where">{_extent(info)}</span></li>'
        for info in infos
    )
    return (
        f'<details class="gp-docs"><summary>{texts.DOCUMENTS} <small>{len(infos):,}</small></summary>'
        f"<ul>{rows}</ul></details>"
    )


def _extent(info: DocumentInfo) -> str:
    passages = texts.count(info.passages, "passage", "passages")
    return f"{texts.count(info.pages, 'page', 'pages')} · {passages}" if info.pages else passages


def header(model: str, *, offline: bool, warmth: Warmth | None = None) -> str:
    """Name, model and the offline badge; `model` may also say that it is still loading."""
    badge, why = (texts.OFFLINE, texts.OFFLINE_WHY) if offline else (texts.NOT_OFFLINE, texts.NOT_OFFLINE_WHY)
    kind = "gp-offline" if offline else "gp-online"
    return (
        f'<header class="gp-header"><h1>{texts.TITLE}</h1><p class="gp-tagline">{texts.TAGLINE}</p>'
        f'<p class="gp-model">{plain(model)}{_read_ahead(warmth) if warmth else ""}</p>'
        f'<p class="gp-badge {kind}" title="{why}">{badge}<span class="gp-hidden">. {why}</span></p></header>'
    )


def _read_ahead(warmth: Warmth) -> str:
    words = texts.read_ahead(warmth)
    return f'<span class="gp-ahead" title="{plain(warmth.reason)}"> · {plain(words)}</span>' if words else ""


def start(sentence: str, *, failed: bool = False) -> str:
    """What stands on the empty page."""
    role = ' role="alert" class="gp-error"' if failed else ' class="gp-start-title"'
    return f"<p{role}>{plain(sentence)}</p>"


def stage(event: Stage | None, *, number: int = 0) -> str:
    """The stage line; the browser counts the seconds since `number` changed.

    The live region is always there, so that screen readers announce what changes in it; the seconds are not
    in it.
    """
    text, progress = "", ""
    if event is not None:
        text = plain(texts.stage(event.name, event.total))
        if event.done:
            progress = (
                f'<progress max="{event.total}" value="{min(event.done, event.total)}" '
                f'aria-label="{text}"></progress>'
            )
    return (
        f'<div class="gp-stage" data-stage="{number if event else 0}">'
        f'<span role="status">{text}</span>{progress}'
        '<span class="gp-seconds" aria-hidden="true"></span></div>'
    )


def abstained(answer: Answer) -> bool:
    """Whether the nearest passages are shown instead of citations."""
    return answer.status in (Status.ABSTAINED, Status.CLARIFY) and not answer.citations

"""The proof beside the answers: the quotes of every exchange, and every claim with its label."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Citation, Claim
from ui.web.escape import plain
from ui.web.show.conversation import label
from ui.web.show.opening import opens
from ui.web.show.phrases import place, recognised
from ui.web.state import Exchange
from ui.web.texts import Words


def proof(words: Words, exchanges: Sequence[Exchange]) -> str:
    """The right-hand panel: the quotes of every exchange, of which the last is open."""
    shown = [exchange for exchange in exchanges if exchange.citations or exchange.nearest or exchange.answer]
    if not shown:
        title, hint = words("proof.title"), words("proof.empty")
        return f'<h2 class="gp-side-title">{title}</h2><p class="gp-quiet">{hint}</p>'
    return "".join(_quotes(words, exchange, shown[-1].number, len(exchanges) > 1) for exchange in shown)


def _quotes(words: Words, exchange: Exchange, last: int, several: bool) -> str:
    near = exchange.nearest and not exchange.citations
    title = words("proof.nearest" if near else "proof.title")
    number = words("proof.question", number=exchange.number)
    hint = words("proof.nearest_hint") if near else ("" if exchange.citations else words("proof.none"))
    cards = "".join(
        _card(words, exchange.number, citation) for citation in exchange.citations or exchange.nearest
    )
    claims = _claims(words, exchange.answer.claims) if exchange.answer else ""
    return (
        f'<section class="gp-proof" data-turn="{exchange.number}" aria-label="{title}, {number}"'
        f"{'' if exchange.number == last else ' hidden'}>"
        f'<h2 class="gp-side-title">{title}{f" <small>{number}</small>" if several else ""}</h2>'
        f"{f'<p class=gp-quiet>{hint}</p>' if hint else ''}"
        f'<ol class="gp-cards">{cards}</ol>{claims}</section>'
    )


def _card(words: Words, turn: int, citation: Citation) -> str:
    name = f"cite-{turn}-{citation.marker}"
    page = place(words, citation.page, citation.page_label)
    parts = (page, citation.section or "", recognised(words, citation.ocr))
    open_it = words("proof.open") if citation.page is None else words("proof.open_page")
    where = " · ".join(plain(part) for part in parts if part)
    return (
        f'<li class="gp-card" id="{name}" tabindex="-1" aria-labelledby="{name}-t">'
        f'<p class="gp-card-title" id="{name}-t" dir="auto"><span class="gp-number">{citation.marker}</span> '
        f"{plain(citation.title or citation.document)}</p>"
        f"{f'<p class=gp-where dir=auto>{where}</p>' if where else ''}"
        f'<blockquote dir="auto">{plain(citation.quote)}</blockquote>'
        f'<p class="gp-file" dir="auto">{plain(citation.document)}</p>'
        f'<button type="button" class="gp-open" {opens(citation.span.doc_id, citation.span)}>'
        f"{open_it}</button>"
        f'<a class="gp-back" href="#{name}">{words("proof.back")}</a></li>'
    )


def _claims(words: Words, claims: Sequence[Claim]) -> str:
    if not claims:
        return ""
    rows = "".join(
        f'<li dir="auto">{label(words, claim)} {plain(claim.text)}{_findings(claim)}</li>' for claim in claims
    )
    return f'<h3 class="gp-side-title">{words("proof.claims")}</h3><ul class="gp-claims">{rows}</ul>'


def _findings(claim: Claim) -> str:
    return "".join(f'<span class="gp-finding" lang="en">{plain(check)}</span>' for check in claim.checks)

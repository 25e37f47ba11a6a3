"""The buttons under an answer."""

from __future__ import annotations

from ui.kept.values import Opinion, Rating
from ui.web.escape import plain
from ui.web.state import Exchange
from ui.web.texts import Words

_THUMB = (
    '<svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor" '
    'stroke-width="1.5" stroke-linejoin="round"><path d="M2 9h3v9H2zM6 9l4-7c1.5 0 2.3 1 2 2.4L11.4 7H17'
    'c1 0 1.7.9 1.5 1.9L17 16.4c-.2.9-.9 1.6-1.8 1.6H6z"/></svg>'
)


def tools(words: Words, exchange: Exchange) -> str:
    """Copy, export, thumbs, note: ordinary buttons and fields that `wire.js` brings to the server."""
    answer = exchange.kept.answer_id if exchange.kept else ""
    note = _note(words, exchange) if exchange.kept else ""
    return (
        f'<div class="gp-tools" role="group" aria-label="{words("tools.title")}" data-answer="{answer}">'
        f"{_button(exchange, 'copy', words('tools.copy'))}"
        f"{_export(words, exchange)}"
        f"{_thumb(words, exchange, Rating.RIGHT)}{_thumb(words, exchange, Rating.WRONG)}{note}"
        f'<span class="gp-said" id="{said_at(exchange.number)}" role="status" data-said></span></div>'
    )


def said_at(turn: int) -> str:
    """The id of the line under an answer in which it is said what was done."""
    return f"gp-said-{turn}"


def formats(words: Words, attributes: str) -> str:
    """A button for each format in which a record can be saved."""
    labels = {".docx": "tools.word", ".pdf": "tools.pdf", ".md": "tools.markdown"}
    return "".join(
        f'<button type="button" {attributes} data-format="{suffix}">{words(key)}</button>'
        for suffix, key in labels.items()
    )


def _button(exchange: Exchange, do: str, label: str) -> str:
    return f'<button type="button" {_at(exchange, do)}>{label}</button>'


def _at(exchange: Exchange, do: str) -> str:
    return f'data-wire="tools" data-turn="{exchange.number}" data-do="{do}"'


def _export(words: Words, exchange: Exchange) -> str:
    alone = f"<p>{words('tools.answer')}</p>{formats(words, _at(exchange, 'export'))}"
    whole = f"<p>{words('tools.whole')}</p>{formats(words, _at(exchange, 'export-all'))}"
    return (
        f'<details class="gp-menu"><summary>{words("tools.export")}</summary><div class="gp-menu-body">'
        f"{alone}{whole if exchange.number > 1 else ''}</div></details>"
    )


def _thumb(words: Words, exchange: Exchange, rating: Rating) -> str:
    up = rating is Rating.RIGHT
    label = words("tools.right" if up else "tools.wrong")
    pressed = "true" if exchange.opinion.rating is rating else "false"
    return (
        f'<button type="button" class="gp-thumb {"" if up else "gp-down"}" {_at(exchange, "rate")} '
        f'data-rating="{rating.value}" aria-pressed="{pressed}" aria-label="{label}" title="{label}">'
        f"{_THUMB}</button>"
    )


def _note(words: Words, exchange: Exchange) -> str:
    opinion: Opinion = exchange.opinion
    ticked = " checked" if opinion.rating is Rating.UNANSWERABLE else ""
    return (
        f'<details class="gp-menu gp-note-form"><summary>{words("tools.note")}</summary>'
        '<div class="gp-menu-body" data-form>'
        f'<label>{words("tools.note_label")}<textarea name="note" rows="3" maxlength="4000">'
        f"{plain(opinion.note)}</textarea></label>"
        f"<label>{words('tools.right_label')}"
        f'<input name="right" maxlength="400" value="{plain(opinion.right)}"></label>'
        f'<label class="gp-tick"><input type="checkbox" name="unanswerable"{ticked}> '
        f"{words('tools.unanswerable')}</label>"
        f"{_button(exchange, 'note', words('tools.save'))}</div></details>"
    )

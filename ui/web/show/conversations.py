"""The list of kept conversations."""

from __future__ import annotations

from collections.abc import Sequence

from ui.kept.values import Line
from ui.web.escape import plain
from ui.web.show.tools import formats
from ui.web.texts import Words

SAID = "gp-conversations-said"
"""The id of the line in which it is said what was done."""


def heading(words: Words) -> str:
    """The title, and the line in which it is said what was done."""
    return (
        f'<h2 class="gp-page-title" tabindex="-1">{words("conversations.title")}</h2>'
        f'<p class="gp-said" id="{SAID}" role="status" data-said></p>'
    )


def extent(sentence: str) -> str:
    """What keeping means, or why it cannot be."""
    return f'<p class="gp-quiet" dir="auto">{plain(sentence)}</p>'


def listing(words: Words, lines: Sequence[Line], search: str, *, keeping: bool) -> str:
    """Every conversation with what can be done to it."""
    if not lines:
        if search.strip():
            key = "conversations.none_found"
        else:
            key = "conversations.none" if keeping else "conversations.off"
        return f'<p class="gp-quiet">{words(key)}</p>'
    rows = "".join(_row(words, line) for line in lines)
    return f'<ul class="gp-kept">{rows}</ul>{_all(words)}'


def _row(words: Words, line: Line) -> str:
    pinned = f'<span class="gp-pinned">{words("conversations.pinned")}</span> ' if line.pinned else ""
    when = f"{line.changed.astimezone():%Y-%m-%d %H:%M}"
    told = f"{when} · {words.count('answer', line.answers)}"
    found = f'<p class="gp-found" dir="auto">{_found(line.found)}</p>' if line.found else ""
    pin = "unpin" if line.pinned else "pin"
    pin_label = words("conversations.unpin" if line.pinned else "conversations.pin")
    export = formats(words, f'{_at(line)} data-do="export"')
    return (
        f'<li data-id="{line.conversation_id}"><button type="button" class="gp-open" dir="auto" '
        f'{_at(line)} data-do="open">{plain(line.title)}</button>'
        f'<p class="gp-where">{pinned}{told}</p>{found}<div class="gp-tools">'
        f'<button type="button" {_at(line)} data-do="{pin}">{pin_label}</button>'
        f"{_rename(words, line)}"
        f'<details class="gp-menu"><summary>{words("tools.export")}</summary><div class="gp-menu-body">'
        f"{export}</div></details>"
        f"{_sure(words('conversations.delete'), words('conversations.delete_sure'), _at(line), 'delete')}"
        "</div></li>"
    )


def _at(line: Line) -> str:
    return f'data-wire="conversations" data-id="{line.conversation_id}"'


def _found(snippet: str) -> str:
    """The words looked for, marked; the signs that mark them are ours, and everything else is escaped."""
    parts = []
    for number, part in enumerate(snippet.split("\ue000")):
        marked, sign, rest = part.partition("\ue001")
        parts.append(f"<mark>{plain(marked)}</mark>{plain(rest)}" if number and sign else plain(part))
    return "".join(parts)


def _rename(words: Words, line: Line) -> str:
    return (
        f'<details class="gp-menu"><summary>{words("conversations.rename")}</summary>'
        f'<div class="gp-menu-body" data-form><label>{words("conversations.new_title")}'
        f'<input name="title" maxlength="200" value="{plain(line.title)}"></label>'
        f'<button type="button" {_at(line)} data-do="rename">{words("tools.save")}</button></div></details>'
    )


def _sure(label: str, sure: str, at: str, do: str) -> str:
    """A deletion takes two clicks, since nothing brings it back."""
    return (
        f'<details class="gp-menu"><summary>{label}</summary><div class="gp-menu-body">'
        f'<button type="button" class="gp-danger" {at} data-do="{do}">{sure}</button></div></details>'
    )


def _all(words: Words) -> str:
    at = 'data-wire="conversations"'
    delete = _sure(
        words("conversations.delete_all"), words("conversations.delete_all_sure"), at, "delete-all"
    )
    return (
        f'<div class="gp-tools gp-all"><button type="button" {at} data-do="cases">'
        f"{words('conversations.cases')}</button>{delete}</div>"
    )

"""The viewer: a document's head, its page as a picture or as text, and the sentence of other versions."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from rag.proof import Box
from ui.web.escape import plain
from ui.web.show.phrases import place, recognised
from ui.web.show.reading import reading
from ui.web.show.versions import versions
from ui.web.texts import Words
from ui.web.viewer.view import View
from ui.web.viewer.wanted import Wanted


def frame(words: Words) -> str:
    """What is always there: the panel, closed, and the line that tells a screen reader where it is."""
    return (
        f'<section class="gp-viewer" aria-label="{words("viewer.title")}" hidden '
        f'data-failed="{words("viewer.failed")}"><p role="status" class="gp-hidden gp-view-said"></p>'
        '<div class="gp-view"></div></section>'
    )


def viewer(words: Words, view: View, wanted: Wanted) -> str:
    """Everything inside the panel."""
    return _head(words, view) + _bar(words, view, wanted) + _trouble(words, view) + _sheet(words, view)


def not_shown(words: Words, sentence: str) -> str:
    """Why there is nothing to show."""
    return (
        f'<header class="gp-view-head"><h2 class="gp-view-title" tabindex="-1">{words("viewer.title")}</h2>'
        f'{_close(words)}</header><p class="gp-error" role="alert">{plain(sentence)}</p>'
    )


def _head(words: Words, view: View) -> str:
    document = view.document
    parts = (_where(words, view), view.section, recognised(words, view.ocr))
    where = " · ".join(plain(part) for part in parts if part)
    return (
        '<header class="gp-view-head"><div>'
        f'<h2 class="gp-view-title" tabindex="-1" dir="auto">{plain(document.title or document.name)}</h2>'
        f'<p class="gp-view-where" dir="auto">{where}</p></div>{_close(words)}</header>'
    )


def _where(words: Words, view: View) -> str:
    if view.has_pages:
        page = place(words, view.number, view.page_label)
        return words("viewer.page_of", page=page, count=words.number(view.count))
    if view.count == 1:
        return ""
    return words("viewer.part_of", part=words.number(view.number), count=words.number(view.count))


def _close(words: Words) -> str:
    return (
        f'<button type="button" class="gp-view-close" data-do="close" aria-label="{words("viewer.close")}" '
        f'title="{words("viewer.close")}">×</button>'
    )


def _bar(words: Words, view: View, wanted: Wanted) -> str:
    groups = [_pages(words, view), _citations(words, wanted), _looks(words, view)]
    return f'<div class="gp-view-bar">{"".join(group for group in groups if group)}</div>'


def _pages(words: Words, view: View) -> str:
    if view.count == 1:
        return ""
    kind = "page" if view.has_pages else "part"
    before, after = view.number - 1, view.number + 1
    buttons = (
        _button(words(f"viewer.{kind}_before"), "‹", _turn(before, "before"), off=before < 1)
        + f'<span class="gp-view-count" aria-hidden="true">{view.number} / {view.count}</span>'
        + _button(words(f"viewer.{kind}_after"), "›", _turn(after, "after"), off=after > view.count)
    )
    away = view.quote_on and not view.quote_on <= view.number <= view.quote_ends
    back = _button(words("viewer.to_quote"), "", f'data-page="{view.quote_on}"') if away else ""
    if view.quote_on <= view.number < view.quote_ends:
        back = _button(words("viewer.goes_on"), "", f'data-page="{after}"')
    return _group(words(f"viewer.{kind}s"), buttons, back)


def _turn(number: int, way: str) -> str:
    """What a button to another page says to `viewer.js`."""
    return f'data-page="{number}" data-turn-page="{way}"'


def _citations(words: Words, wanted: Wanted) -> str:
    if wanted.markers < 1 or not 1 <= wanted.marker <= wanted.markers:
        return ""
    said = words("viewer.citation_of", marker=wanted.marker, count=wanted.markers)
    return _group(
        words("viewer.citations"),
        _button(words("viewer.citation_before"), "‹", 'data-do="before"', off=wanted.marker == 1),
        f'<span class="gp-view-count">{said}</span>',
        _button(words("viewer.citation_after"), "›", 'data-do="after"', off=wanted.marker == wanted.markers),
    )


def _looks(words: Words, view: View) -> str:
    """Larger, smaller, and the page as a picture or as text: only where there is a picture."""
    if view.picture is None:
        return ""
    return _group(
        words("viewer.look"),
        _button(words("viewer.smaller"), "−", 'data-do="smaller"'),
        '<span class="gp-view-zoom gp-view-count">100 %</span>',
        _button(words("viewer.larger"), "+", 'data-do="larger"'),
        _button(words("viewer.as_text"), "", 'data-do="text" aria-pressed="false"'),
    )


def _group(name: str, *parts: str) -> str:
    return f'<div class="gp-view-group" role="group" aria-label="{name}">{"".join(parts)}</div>'


def _button(name: str, sign: str, what: str, *, off: bool = False) -> str:
    """A button; its name is only said where it shows a sign."""
    shown = f'<span aria-hidden="true">{sign}</span>' if sign else name
    said = f' aria-label="{name}" title="{name}"' if sign else ""
    return f'<button type="button" {what}{said}{" disabled" if off else ""}>{shown}</button>'


def _trouble(words: Words, view: View) -> str:
    """Why there is only text, or no word marked on the page."""
    sentence = view.trouble
    if view.trouble:
        sentence = words("viewer.only_text", why=view.trouble)
    elif view.picture and view.span and view.number == view.quote_on and not view.picture.boxes[0]:
        sentence = words("viewer.unmarked")
    return f'<p class="gp-view-note" role="note" dir="auto">{plain(sentence)}</p>' if sentence else ""


def _sheet(words: Words, view: View) -> str:
    text = reading(view.document, view.text, view.span) or f"<p>{words('viewer.no_text')}</p>"
    name = plain(_where(words, view) or view.document.title or view.document.name)
    paper, kind = "", ""
    if view.picture is not None:
        paper, kind = _picture(view), " gp-behind"
    return (
        f'<div class="gp-view-scroll" tabindex="0" role="region" aria-label="{name}">{paper}'
        f'<div class="gp-view-text{kind}" dir="auto">{text}</div></div>{versions(words, view)}'
    )


def _picture(view: View) -> str:
    picture = view.picture
    assert picture is not None
    boxes = picture.boxes[0] if picture.boxes else ()
    data = base64.b64encode(picture.png).decode()
    return (
        f'<div class="gp-paper"><img alt="" width="{picture.width}" height="{picture.height}" '
        f'src="data:image/png;base64,{data}">{"".join(_boxes(boxes or ()))}</div>'
    )


def _boxes(boxes: tuple[Box, ...]) -> Iterator[str]:
    for box in boxes:
        left, top, width, height = (
            f"{100 * share:.3f}%" for share in (box.left, box.top, box.width, box.height)
        )
        yield f'<i class="gp-box" style="left:{left};top:{top};width:{width};height:{height}"></i>'

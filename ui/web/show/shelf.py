"""The list of documents: narrowed, sorted, one screen of it at a time, with what can be done with each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from rag.choosing import Filter, fitting, folders
from rag.errors import GreenpaperError
from rag.types import DocumentInfo
from ui.web.escape import plain
from ui.web.show.opening import opens
from ui.web.texts import Words

ROWS = 40
"""Documents on one screen of the list."""
ORDERS = ("title", "version", "date", "pages", "characters", "ingested")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a tab looks at the list. `removing` are the ids of which it is asked whether they shall go."""

    wanted: Filter = field(default_factory=Filter)
    order: str = "title"
    falling: bool = False
    first: int = 0
    removing: tuple[str, ...] = ()

    def fitting(self, infos: Sequence[DocumentInfo]) -> tuple[DocumentInfo, ...]:
        """The documents that it shows, on all its screens. GreenpaperError for a date that is none."""
        found = sorted(fitting(infos, self.wanted), key=lambda info: info.name)
        known = [info for info in found if _value(info, self.order)]
        unknown = [info for info in found if not _value(info, self.order)]
        known.sort(key=lambda info: _value(info, self.order), reverse=self.falling)
        return (*known, *unknown)


def _value(info: DocumentInfo, order: str) -> Any:
    """What the list is sorted by; a document that lacks it stands at the end."""
    return (info.title or info.name).casefold() if order == "title" else getattr(info, order)


def shelf(words: Words, view: View, infos: Sequence[DocumentInfo], scope: Collection[str] | None) -> str:
    """All of the list; ticked are the documents in `scope`."""
    if not infos:
        return f'<p class="gp-quiet gp-none">{words("documents.none")}</p>'
    try:
        found, wrong = view.fitting(infos), ""
    except GreenpaperError as error:
        found, wrong = (), f'<p class="gp-error" role="alert">{plain(str(error))}</p>'
    first = min(view.first, max(0, len(found) - 1) // ROWS * ROWS)
    rows = "".join(_row(words, info, scope) for info in found[first : first + ROWS])
    return (
        f'<div class="gp-shelf">{_filter(words, view, infos)}{wrong}{_bulk(words, found, infos)}'
        f"{_question(words, view, infos)}"
        f'<table class="gp-table"><caption class="gp-hidden">{words("documents.title")}</caption>'
        f"{_head(words, view)}<tbody>{rows}</tbody></table>{_paging(words, first, len(found))}</div>"
    )


def _filter(words: Words, view: View, infos: Sequence[DocumentInfo]) -> str:
    options = "".join(
        f'<option value="{plain(folder)}"{" selected" if folder == view.wanted.folder else ""}>'
        f"{plain(folder)}</option>"
        for folder in folders(infos)
    )
    date = 'type="text" inputmode="numeric" autocomplete="off" size="10" placeholder="2024-05"'
    return (
        f'<form class="gp-filter" role="search" aria-label="{words("documents.filter")}">'
        f'<label class="gp-wide">{words("documents.search")}'
        '<input type="search" name="words" autocomplete="off"></label>'
        f'<label>{words("documents.folder")}<select name="folder">'
        f'<option value="">{words("documents.all_folders")}</option>{options}</select></label>'
        f'<label>{words("documents.since")}<input name="since" {date}></label>'
        f'<label>{words("documents.until")}<input name="until" {date}></label>'
        '<label class="gp-check"><input type="checkbox" name="newest">'
        f"{words('documents.newest')}</label></form>"
    )


def _bulk(words: Words, found: Sequence[DocumentInfo], infos: Sequence[DocumentInfo]) -> str:
    """How many fit, and what can be done with all of them."""
    of = words("documents.fitting", found=words.number(len(found)), all=words.count("document", len(infos)))
    buttons = [
        _button("these", words("documents.ask_these")),
        _button("again", words("documents.again_these"), kind="do"),
        _button("removing", words("documents.remove_these")),
    ]
    return (
        f'<div class="gp-bulk"><p role="status">{of}</p>'
        f'<div class="gp-buttons"{"" if found else " hidden"}>{"".join(buttons)}</div></div>'
    )


def _question(words: Words, view: View, infos: Sequence[DocumentInfo]) -> str:
    """Whether the documents shall really go; an empty place where nothing is asked."""
    chosen = [info for info in infos if info.doc_id in view.removing]
    if not chosen:
        return '<div class="gp-question-place"></div>'
    names = ", ".join(f"“{plain(info.title or info.name)}”" for info in chosen[:3])
    more = words("documents.and_more", number=words.number(len(chosen) - 3)) if len(chosen) > 3 else ""
    asked = words("documents.remove_question", names=names, more=more)
    return (
        '<div class="gp-question-place"><div class="gp-sure" role="alertdialog" aria-labelledby="gp-sure-q" '
        f'aria-describedby="gp-sure-t"><p id="gp-sure-q" dir="auto"><strong>{asked}</strong></p>'
        f'<p id="gp-sure-t">{words("documents.remove_means")}</p><div class="gp-buttons">'
        f"{_button('keep', words('documents.keep'), more=' data-focus')}"
        f"{_button('remove', words('documents.remove'), kind='do', more=' data-danger')}</div></div></div>"
    )


def _head(words: Words, view: View) -> str:
    cells = [f'<th scope="col"><span class="gp-hidden">{words("documents.ask_column")}</span></th>']
    for order in ORDERS:
        sorted_by = "descending" if view.falling else "ascending"
        sort = f' aria-sort="{sorted_by}"' if order == view.order else ""
        label = words(f"column.{order}")
        cells.append(f'<th scope="col"{sort}>{_button("order", label, more=f" data-value={order}")}</th>')
    cells.append(f'<th scope="col"><span class="gp-hidden">{words("documents.do_column")}</span></th>')
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def _row(words: Words, info: DocumentInfo, scope: Collection[str] | None) -> str:
    title = plain(info.title or info.name)
    ticked = " checked" if scope is not None and info.doc_id in scope else ""
    findings = "".join(f'<span class="gp-finding" dir="auto">{plain(one)}</span>' for one in info.findings)
    facts = (
        plain(info.version or ""),
        plain(info.date or ""),
        words.number(info.pages) if info.pages else "",
        words.number(info.characters),
        plain((info.ingested or "")[:10]),
    )
    cells = "".join(
        f'<td data-label="{words(f"column.{order}")}">{fact}</td>'
        for order, fact in zip(ORDERS[1:], facts, strict=True)
    )
    return (
        f'<tr data-id="{plain(info.doc_id)}"><td><input type="checkbox" data-act="tick"{ticked} '
        f'aria-label="{words("documents.ask_one", title=title)}"></td>'
        f'<th scope="row" dir="auto">'
        f'<button type="button" class="gp-small" {opens(info.doc_id)}>{title}</button>'
        f'<span class="gp-file">{plain(info.name)}</span>'
        f"{findings}</th>{cells}"
        f'<td class="gp-row-do">{_button("again", words("documents.again"), about=title, kind="do")}'
        f"{_button('removing', words('documents.remove'), about=title)}</td></tr>"
    )


def _paging(words: Words, first: int, found: int) -> str:
    if found <= ROWS:
        return '<div class="gp-paging"></div>'
    last = min(first + ROWS, found)
    numbers = {"first": first + 1, "last": last, "all": found}
    where = words("documents.rows", **{name: words.number(number) for name, number in numbers.items()})
    before, after = f" data-value={max(0, first - ROWS)}", f" data-value={first + ROWS}"
    back = _button("page", words("documents.previous"), more=before, off=first == 0)
    on = _button("page", words("documents.next"), more=after, off=last == found)
    label = words("documents.paging")
    return f'<nav class="gp-paging" aria-label="{label}">{back}<span>{where}</span>{on}</nav>'


def _button(
    act: str, label: str, *, about: str = "", kind: str = "act", more: str = "", off: bool = False
) -> str:
    """A button of ours; `about` is said by screen readers after the label."""
    hidden = f'<span class="gp-hidden"> “{about}”</span>' if about else ""
    return (
        f'<button type="button" class="gp-small" data-{kind}="{act}"{more}{" disabled" if off else ""}>'
        f"{label}{hidden}</button>"
    )

"""Two versions of a document side by side: the quote, and the sentence of the other on the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from rag.answering.versions import version_number
from rag.types import Document
from ui.web.escape import plain
from ui.web.show.opening import opens
from ui.web.texts import Words
from ui.web.viewer.view import Version, View

_WORD = re.compile(r"\w+|[^\w\s]|\s+")
_LONGEST = 400
"""Words and blanks of a sentence up to which what differs is looked for: it takes time."""


def versions(words: Words, view: View) -> str:
    """A comparison for every other version; "" where there is none."""
    if view.span is None or not view.versions:
        return ""
    quote = view.document.text[view.span.start : view.span.end]
    rows = "".join(_row(words, quote, version) for version in view.versions)
    ours = _column(_name(words, view.document), plain(quote))
    return (
        f'<details class="gp-versions" open><summary>{words("viewer.versions")}</summary>'
        f'<div class="gp-side-by-side">{ours}{rows}</div></details>'
    )


def _row(words: Words, quote: str, version: Version) -> str:
    if version.span is None:
        return _column(_name(words, version.document), f"<em>{words('viewer.no_counterpart')}</em>")
    theirs = version.document.text[version.span.start : version.span.end]
    said = "".join(differing(quote, theirs)) if theirs != quote else plain(theirs)
    same = f"<p>{words('viewer.same')}</p>" if theirs == quote else ""
    button = (
        f'<button type="button" {opens(version.document.doc_id, version.span)}>'
        f"{words('viewer.open_version')}</button>"
    )
    return _column(_name(words, version.document), said, same + button)


def _name(words: Words, document: Document) -> str:
    """What a version is called, as far as the document tells; else its file's name."""
    number = version_number(document)
    if number and document.date:
        return words("viewer.version_of", number=number, date=document.date)
    if number:
        return words("viewer.version", number=number)
    return words("viewer.dated", date=document.date) if document.date else document.name


def _column(name: str, said: str, more: str = "") -> str:
    return (
        f'<div class="gp-version"><h3 dir="auto">{plain(name)}</h3>'
        f'<blockquote dir="auto">{said}</blockquote>{more}</div>'
    )


def differing(ours: str, theirs: str) -> Iterator[str]:
    """`theirs` as HTML, with every word that `ours` has otherwise marked as put in, unless very long."""
    one, other = _WORD.findall(ours), _WORD.findall(theirs)
    if max(len(one), len(other)) > _LONGEST:
        yield plain(theirs)
        return
    for kind, _, _, start, end in SequenceMatcher(a=one, b=other, autojunk=False).get_opcodes():
        shown = plain("".join(other[start:end]))
        yield shown if kind == "equal" or not shown.strip() else f"<ins>{shown}</ins>"

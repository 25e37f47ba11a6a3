"""A record in a Word file, read as it stands: its footnotes, and the data in its own part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from rag.load.docx import xml_parts
from ui.records.as_json import RecordError, from_json
from ui.records.found import Found, Opened, note_from
from ui.records.record import Record
from ui.records.to_docx import NAMESPACE

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SIGNS = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "\u2011",
    f"{_W}softHyphen": "\u00ad",
}
_TAKEN_OUT = frozenset((f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr"))


def from_docx(data: bytes, name: str) -> Opened:
    """The notes and the record of a Word file, tracked changes taken as accepted.

    Raises RecordError, and DocumentError for a file that is no Word file or is made to do harm.
    """
    parts = xml_parts(data, name)
    found: list[Found] = []
    for part in ("word/footnotes.xml", "word/endnotes.xml"):
        if part in parts:
            found += _notes(_parsed(parts[part]))
    return Opened(found=tuple(found), record=_record(parts))


def _record(parts: Mapping[str, bytes]) -> Record | None:
    """The data: Word may have given its part another number."""
    for part, content in parts.items():
        if part.startswith("customXml/item") and NAMESPACE.encode() in content:
            root = _parsed(content)
            if root.tag == f"{{{NAMESPACE}}}record":
                return from_json(root.text or "")
    return None


def _parsed(content: bytes) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(content)  # noqa: S314 - entities were refused before
    except ElementTree.ParseError as error:
        raise RecordError(
            f"It is damaged ({error}). Open it in a word processor and save it again."
        ) from None


def _notes(root: ElementTree.Element) -> Iterator[Found]:
    """Word and others number notes anew as they like; a reader counts them in the order of their ids."""
    own = [note for note in root if not note.get(f"{_W}type")]
    for number, note in enumerate(own, start=1):
        text = "\n".join("".join(_text(paragraph)) for paragraph in note.iter(f"{_W}p"))
        if read := note_from(number, text):
            yield read


def _text(element: ElementTree.Element) -> Iterator[str]:
    if element.tag in _TAKEN_OUT:
        return
    if element.tag == f"{_W}t":
        yield element.text or ""
    elif element.tag in _SIGNS:
        yield _SIGNS[element.tag]
    for child in element:
        yield from _text(child)

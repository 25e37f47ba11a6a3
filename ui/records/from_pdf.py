"""A record in a PDF, read as it stands: what its pages say, and the data attached to it.

Print keeps no line breaks and no double spaces, so a note on the page is compared with the attached one
without them; the quote that is checked is then the attached one, to the character.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ui.records.as_json import RecordError, from_json
from ui.records.found import Found, Opened, note_from
from ui.records.pdf_child import SECONDS
from ui.records.printable import squeezed
from ui.records.record import Record, notes
from ui.records.to_pdf import note_text
from ui.records.words import CLOSE, LOCATOR, OPEN

_ROOT = Path(__file__).resolve().parents[2]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from ui.records.pdf_child import main; main()"


def from_pdf(data: bytes) -> Opened:
    """The notes and the record of a PDF. Raises RecordError."""
    reply = _read(data)
    record = None if reply["data"] is None else from_json(str(reply["data"]))
    text = str(reply["text"])
    found = _expected(text, record) if record else _by_locators(text)
    return Opened(found=tuple(found), record=record)


def _read(data: bytes) -> dict[str, object]:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", _START, str(_ROOT)],
            input=data,
            capture_output=True,
            timeout=2 * SECONDS,
            check=True,
        )
        reply: dict[str, object] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise RecordError(
            "It cannot be read as a PDF: it is damaged, cut off, or made to break its reader. Open it in a "
            "PDF reader and print it into a new file, or export the answer anew."
        ) from None
    return reply


def _expected(text: str, record: Record) -> Iterator[Found]:
    """The notes of the data that the pages show; one that they show otherwise, as they show it."""
    shown, at = squeezed(text), 0
    for note in notes(record):
        wanted, span = squeezed(note_text(note)), note.citation.span
        quote: str | None
        start = shown.find(wanted, at)
        if start >= 0:
            at = start + len(wanted)
            quote = note.citation.quote
        else:
            quote = _instead(shown[at:], squeezed(f"[{span.doc_id}:{span.start}-{span.end}]"), note.number)
        if quote is not None:
            yield Found(
                number=note.number, quote=quote, said="", doc_id=span.doc_id, start=span.start, end=span.end
            )


def _instead(shown: str, locator: str, number: int) -> str | None:
    """What stands where a note should; None where not even its locator does."""
    end = shown.find(locator)
    if end < 0:
        return None
    before = shown[:end]
    start = max(0, before.rfind(f"{number}{OPEN}"))
    note = note_from(number, before[start:] + locator)
    return note.quote if note else None


def _by_locators(text: str) -> Iterator[Found]:
    """Without the data: between a number with “ and a locator stands a note. Its line breaks are blanks."""
    flat, at = " ".join(text.split()), 0
    for number, locator in enumerate(LOCATOR.finditer(flat), start=1):
        before = flat[at : locator.end()]
        start = before.find(f"{number} {OPEN}")
        if start >= 0 and CLOSE in before[start:] and (note := note_from(number, before[start:])):
            yield note
        at = locator.end()

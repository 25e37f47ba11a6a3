"""An exported record, opened whatever its format, and refused with a sentence where it is none."""

from __future__ import annotations

from pathlib import Path

from ui.records.as_json import RecordError
from ui.records.export import WRITERS
from ui.records.found import Opened

MAX_BYTES = 64 * 2**20


def open_record(path: Path) -> Opened:
    """What the file holds now. Raises a GreenpaperError that names the file."""
    data = _bytes(path)
    try:
        opened = _opened(path, data)
    except RecordError as error:
        raise RecordError(f"{path} cannot be verified. {error}") from None
    if opened.record is None and not opened.found:
        raise RecordError(
            f"{path} holds no record: neither its data nor a note with its code in brackets. Give a file "
            "that Greenpaper exported."
        )
    return opened


def _opened(path: Path, data: bytes) -> Opened:
    match path.suffix.lower():
        case ".docx":
            from ui.records.from_docx import from_docx

            return from_docx(data, str(path))
        case ".pdf":
            from ui.records.from_pdf import from_pdf

            return from_pdf(data)
        case _:
            from ui.records.from_markdown import from_markdown

            return from_markdown(data)


def _bytes(path: Path) -> bytes:
    if path.suffix.lower() not in WRITERS:
        raise RecordError(f"{path} is no record: give a file that ends in {', '.join(WRITERS)}.")
    if path.exists() and not path.is_file():
        raise RecordError(f"{path} is no file: check the path.")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RecordError(f"{path} cannot be read ({error.strerror}): check the path.") from None
    if len(data) > MAX_BYTES:
        raise RecordError(
            f"{path} has more than {MAX_BYTES // 2**20} MiB, which no record has: give a file that "
            "Greenpaper exported."
        )
    return data

"""A record in the format that a file name asks for."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

from rag.errors import GreenpaperError
from ui.records.record import Record


def _docx(record: Record) -> bytes:
    from ui.records.to_docx import to_docx

    return to_docx(record)


def _markdown(record: Record) -> bytes:
    from ui.records.to_markdown import to_markdown

    return to_markdown(record)


def _pdf(record: Record) -> bytes:
    from ui.records.to_pdf import to_pdf

    return to_pdf(record)


WRITERS: dict[str, Callable[[Record], bytes]] = {".docx": _docx, ".md": _markdown, ".pdf": _pdf}
"""By suffix, in lower case; each imports its libraries when it is used."""


def check_target(path: Path) -> None:
    """Refuse a file that cannot be written, before the question is asked. Raises GreenpaperError."""
    if path.suffix.lower() not in WRITERS:
        raise GreenpaperError(f"{path} is of no format that can be written: name it {', '.join(WRITERS)}.")
    if path.exists() or path.is_symlink():
        raise GreenpaperError(f"{path} is there already, and is left as it is: give another name.")
    if not path.parent.is_dir():
        raise GreenpaperError(f"There is no folder {path.parent}: make it, or name another.")


def write_record(record: Record, path: Path) -> None:
    """Write `record` to the new file `path`. Raises GreenpaperError."""
    data = WRITERS[path.suffix.lower()](record)
    try:
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            path.unlink(missing_ok=True)
            raise
        raise GreenpaperError(f"{path} cannot be written ({error.strerror}): name another file.") from None

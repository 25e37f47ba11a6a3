"""`load`: chooses the reader of a file and hands what it read to the builder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rag.errors import DocumentError
from rag.load.model import Loaded, Parsed
from rag.load.ocr import Tesseract, Told, unheard

MAX_FILE_BYTES = 256 * 2**20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _html(data: bytes, name: str) -> Parsed:  # noqa: ARG001 - every reader has this signature
    from rag.load.html import load_html

    return load_html(data)


def _docx(data: bytes, name: str) -> Parsed:
    from rag.load.docx import load_docx

    return load_docx(data, name)


def _markdown(data: bytes, name: str) -> Parsed:  # noqa: ARG001
    from rag.load.markdown import load_markdown

    return load_markdown(data)


def _text(data: bytes, name: str) -> Parsed:  # noqa: ARG001
    from rag.load.text import load_text

    return load_text(data)


_PDF = ".pdf"
_READERS: dict[str, Callable[[bytes, str], Parsed]] = {
    ".html": _html,
    ".htm": _html,
    ".xhtml": _html,
    ".docx": _docx,
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _text,
}
SUFFIXES: frozenset[str] = frozenset({_PDF, *_READERS})
"""The suffixes of files that can be loaded, in lower case, with the dot."""


def load(
    path: Path,
    *,
    name: str,
    engine: Tesseract | None = None,
    told: Told = unheard,
) -> Loaded:
    """Reads the file at `path`; `name` is what it is called in the index.

    With an engine, pages that are pictures are read too.
    Raises DocumentError where the file cannot be read, is of no supported format, is not what its suffix
    says, or has no text. Runs the parsers in this process: `LoadWorker` keeps them apart.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DocumentError(
            f"{name} is of no format that can be read. Supported are {', '.join(sorted(SUFFIXES))}: "
            "convert it to one of these."
        )
    data = _bytes(path, name)
    _check_kind(suffix, data, name)
    from rag.load.build import build

    if suffix == _PDF:
        from rag.load.pdf import load_pdf

        parsed = load_pdf(data, name, engine, told)
    else:
        parsed = _READERS[suffix](data, name)
    return build(parsed, data, name=name, source=str(path.resolve()))


def _bytes(path: Path, name: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise DocumentError(
                f"{name} has {size / 2**20:.0f} MiB; files over {MAX_FILE_BYTES // 2**20} MiB are not read. "
                "Split it into parts."
            )
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"{name} cannot be read: {error.strerror}. Check the path and its permissions."
        ) from None
    if not data:
        raise DocumentError(
            f"{name} is empty (0 bytes): the download or the copy probably failed. Get it again."
        )
    return data


def _check_kind(suffix: str, data: bytes, name: str) -> None:
    """Refuses files whose first bytes contradict their suffix, saying what they are."""
    for mark, kind, suffixes in _MAGIC:
        if data.startswith(mark) and suffix not in suffixes:
            raise DocumentError(
                f"{name} is not a {suffix} file but a {kind}. Rename it to its true suffix, or export "
                "it again."
            )


_MAGIC = (
    (b"%PDF-", "PDF", (".pdf",)),
    (b"PK\x03\x04", "zip archive (DOCX, ODT or the like)", (".docx",)),
    (_OLE, "older or password-protected Office file", (".docx",)),
)

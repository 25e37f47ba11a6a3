"""DOCX, by way of mammoth's HTML, after the zip archive has been checked."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree

import mammoth

from rag.errors import DocumentError
from rag.load.html import fragment_blocks, iso_date
from rag.load.model import Parsed
from rag.load.notes import mark_captions

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_ENTRIES = 5_000
_MAX_INFLATED = 512 * 2**20
_MAX_XML = 64 * 2**20
_MAX_RATIO = 150
_RATIO_COUNTS_FROM = 4 * 2**20
_MAX_DEPTH = 400
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Caption'] => figcaption:fresh
p[style-name='caption'] => figcaption:fresh
"""
_VANISH = re.compile(rb"<w:(?:vanish|webHidden)\b(?![^>]*w:val=\"(?:0|false|off)\")[^>]*>")
_RUN_TEXT = re.compile(r"<w:t(?:\s[^>]*)?>([^<]*)</w:t>")
_TAG = re.compile(rb"<(/?)[A-Za-z_][^<>]*?(/?)>")
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What reading an entry of a damaged archive may raise."""
_CORE = {
    "title": "{http://purl.org/dc/elements/1.1/}title",
    "modified": "{http://purl.org/dc/terms/}modified",
    "version": "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}version",
}


def load_docx(data: bytes, name: str) -> Parsed:
    """Headings, paragraphs, lists, tables and footnotes of a Word document.

    Raises DocumentError for a file that is no DOCX, is protected by a password, or is made to exhaust
    the reader: each before anything large is inflated.
    """
    parts = xml_parts(data, name)
    main = parts.get("word/document.xml", b"")
    try:
        html = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(lambda image: {}),  # noqa: ARG005
        ).value
    except RecursionError:
        raise _damaged(name, "its elements are nested too deeply") from None
    except Exception as error:  # mammoth lets every kind of exception out on a malformed document
        raise _damaged(name, f"{type(error).__name__}: {error}"[:200]) from None
    blocks = mark_captions(fragment_blocks(html))
    core = _core(parts.get("docProps/core.xml", b""))
    shown = sum(len(piece.text) for block in blocks for piece in block.pieces)
    return Parsed(
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        blocks=blocks,
        title=core.get("title"),
        date=iso_date(core.get("modified", "")),
        version=core.get("version"),
        findings=_findings(main, shown),
    )


def xml_parts(data: bytes, name: str) -> dict[str, bytes]:
    """The XML parts of a Word file by their names, safe to parse: no entities, no depth, no bomb.

    Raises DocumentError for a file that is no DOCX, is protected, or is made to exhaust its reader.
    """
    with _archive(data, name) as archive:
        return _checked_parts(archive, name)


def _archive(data: bytes, name: str) -> zipfile.ZipFile:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise DocumentError(
                f"{name} is protected by a password. Open it in a word processor, save it without the "
                "password, and ingest that copy."
            )
        raise DocumentError(
            f"{name} is an old Word file (.doc) named .docx. Save it as .docx, and ingest that copy."
        )
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _damaged(name, f"it is no zip archive ({error})") from None


def _checked_parts(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    """The XML parts, after every check that needs no inflating."""
    entries = archive.infolist()
    inflated = sum(entry.file_size for entry in entries)
    xml = [entry for entry in entries if entry.filename.lower().endswith((".xml", ".rels"))]
    if len(entries) > _MAX_ENTRIES or inflated > _MAX_INFLATED or sum(e.file_size for e in xml) > _MAX_XML:
        raise _bomb(name, f"{len(entries):,} entries, {inflated / 2**20:,.0f} MiB when unpacked")
    for entry in entries:
        if entry.file_size > _RATIO_COUNTS_FROM and entry.file_size > _MAX_RATIO * max(
            1, entry.compress_size
        ):
            raise _bomb(
                name, f"{entry.file_size / max(1, entry.compress_size):,.0f} times larger when unpacked"
            )
        if entry.flag_bits & 1:
            raise DocumentError(
                f"{name} is protected by a password. Save it without the password, and ingest that copy."
            )
    if "word/document.xml" not in archive.namelist() and not any("document" in e.filename for e in xml):
        raise DocumentError(
            f"{name} is a zip archive, but no Word document is in it. Check what it is, and export it as "
            ".docx."
        )
    try:
        parts = {entry.filename: archive.read(entry) for entry in xml}
    except _UNREADABLE as error:
        raise _damaged(name, f"{error}") from None
    for part, content in parts.items():
        _check_xml(part, content, name)
    return parts


def _check_xml(part: str, content: bytes, name: str) -> None:
    plain = content.replace(b"\x00", b"")  # so that UTF-16 hides nothing
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise DocumentError(
            f"{name} defines its own XML entities (in {part[:80]}), which no word processor writes: it is "
            "probably made to attack its reader, and was not opened."
        )
    if plain.count(b"</") > _MAX_DEPTH and _depth(plain) > _MAX_DEPTH:
        raise _damaged(name, "its elements are nested too deeply")


def _depth(content: bytes) -> int:
    depth = deepest = 0
    for match in _TAG.finditer(content):
        if match.group(1):
            depth -= 1
        elif not match.group(2):
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _core(content: bytes) -> dict[str, str]:
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - entities were refused before
    except ElementTree.ParseError:
        return {}
    found = {key: (root.findtext(tag) or "").strip() for key, tag in _CORE.items()}
    if found["title"].lower().startswith("microsoft word - "):
        found["title"] = ""
    return {key: value for key, value in found.items() if value}


def _findings(main: bytes, shown: int) -> tuple[str, ...]:
    found = []
    hidden = len(_VANISH.findall(main))
    if hidden:
        found.append(f"{hidden} runs of text are marked as hidden in the file; they were read like the rest")
    stated = sum(len(text) for text in _RUN_TEXT.findall(main.decode("utf-8", errors="replace")))
    if shown < 0.7 * stated:
        found.append(f"only {shown:,} of about {stated:,} characters could be read: the file may be damaged")
    return tuple(found)


def _damaged(name: str, why: str) -> DocumentError:
    return DocumentError(
        f"{name} cannot be read as a Word document: {why}. It is probably damaged: open it in a word "
        "processor and save it again."
    )


def _bomb(name: str, found: str) -> DocumentError:
    return DocumentError(
        f"{name} was not opened: {found}. That is far beyond any real document, so it is probably made to "
        "fill memory or disk."
    )

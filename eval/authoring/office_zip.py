"""An Office archive, opened only as far as it is harmless: sizes and entities are checked before parsing."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree

from rag.errors import DocumentError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_BYTES = 32 * 2**20
_MAX_ENTRIES = 5_000
_MAX_XML = 64 * 2**20
_MAX_RATIO = 150
_RATIO_COUNTS_FROM = 2**20
_MAX_DEPTH = 60
_TAG = re.compile(rb"<(/?)[A-Za-z_][^<>]*?(/?)>")

Element = ElementTree.Element


class OfficeZip:
    """The XML parts of a spreadsheet, each parsed when asked for."""

    def __init__(self, data: bytes, name: str) -> None:
        """`name` is what messages call the file. DocumentError for what is no spreadsheet, or an attack."""
        self._name = name
        self._parts = _checked_parts(data, name)

    def xml(self, part: str) -> Element | None:
        """The root element of a part; None where the archive has no such part. Raises DocumentError."""
        content = self._parts.get(part.lstrip("/").lower())
        if content is None:
            return None
        if _depth(content) > _MAX_DEPTH:
            raise damaged(self._name, f"the elements of {part[:80]} are nested too deeply")
        try:
            return ElementTree.fromstring(content)  # noqa: S314 - entities were refused before
        except (ElementTree.ParseError, LookupError, ValueError) as error:
            raise damaged(self._name, f"{part[:80]} is no XML ({error})") from None


def damaged(name: str, why: str) -> DocumentError:
    """The error of a spreadsheet that cannot be read."""
    return DocumentError(
        f"{name} cannot be read as a spreadsheet: {why}. Open it in a spreadsheet program and save it again "
        "as .xlsx, or as .csv."
    )


def _checked_parts(data: bytes, name: str) -> dict[str, bytes]:
    """The XML parts by lower-case name, after every check that needs no inflating."""
    if data.startswith(_OLE):
        raise DocumentError(
            f"{name} is protected by a password, or an old spreadsheet (.xls) named .xlsx. Save it without "
            "a password as .xlsx or .csv, and take that copy."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            xml = [entry for entry in entries if entry.filename.lower().endswith((".xml", ".rels"))]
            _check_sizes(entries, xml, name)
            parts = {entry.filename.lower(): archive.read(entry) for entry in xml}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
        raise damaged(name, f"it is no sound zip archive ({error})") from None
    for part, content in parts.items():
        plain = content.replace(b"\x00", b"")  # so that UTF-16 hides nothing
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise DocumentError(
                f"{name} defines its own XML entities (in {part[:80]}), which no spreadsheet program writes: "
                "it is probably made to attack its reader, and was not opened."
            )
    if "xl/workbook.xml" not in parts:
        raise damaged(name, "no workbook is in it")
    return parts


def _check_sizes(entries: list[zipfile.ZipInfo], xml: list[zipfile.ZipInfo], name: str) -> None:
    size = sum(entry.file_size for entry in xml)
    worst = max(
        (
            entry.file_size / max(1, entry.compress_size)
            for entry in xml
            if entry.file_size > _RATIO_COUNTS_FROM
        ),
        default=0.0,
    )
    if len(entries) > _MAX_ENTRIES or size > _MAX_XML or worst > _MAX_RATIO:
        raise DocumentError(
            f"{name} was not opened: {len(entries):,} entries, {size / 2**20:,.0f} MiB when unpacked, "
            f"up to {worst:,.0f} times larger than packed. That is far beyond a table of questions: it is "
            "made to fill memory, or holds much else. Copy the questions into a new spreadsheet."
        )


def _depth(content: bytes) -> int:
    depth = deepest = 0
    for match in _TAG.finditer(content.replace(b"\x00", b"")):
        if match.group(1):
            depth -= 1
        elif not match.group(2):
            depth += 1
            deepest = max(deepest, depth)
    return deepest

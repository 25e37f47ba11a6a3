"""Bytes to text: byte order mark, stated charset, UTF-8, Windows-1252."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE
)
_LATIN_1 = frozenset({"iso8859-1", "ascii", "iso8859-15"})


def decode(data: bytes, *, html: bool = False) -> tuple[str, tuple[str, ...]]:
    """The text, with line ends as newlines, and findings where bytes did not fit the encoding.

    With `html`, a charset stated in a meta element counts. NUL bytes are dropped.
    """
    encoding, body = _encoding(data, html=html)
    findings: tuple[str, ...] = ()
    try:
        text = body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        text = body.decode("cp1252", errors="replace")
        lost = text.count("\ufffd")
        findings = (f"{lost} bytes fit no known encoding and were replaced",) if lost else ()
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", ""), findings


def _encoding(data: bytes, *, html: bool) -> tuple[str, bytes]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            usable = len(data) - len(mark)
            width = 4 if "32" in name else 2 if "16" in name else 1
            return name, data[len(mark) : len(mark) + usable - usable % width]
    wide = _wide_without_mark(data)
    if wide:
        return wide, data[: len(data) - len(data) % 2]
    stated = _stated(data) if html else None
    if stated and not _is_utf8(data):
        return stated, data
    return "utf-8", data


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _wide_without_mark(data: bytes) -> str | None:
    """UTF-16 without a mark: Latin text then has a NUL at every other byte."""
    sample = data[:2000]
    if len(sample) < 8:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 0.4 * len(sample) and even < 0.05 * len(sample):
        return "utf-16-le"
    if even > 0.4 * len(sample) and odd < 0.05 * len(sample):
        return "utf-16-be"
    return None


def _stated(data: bytes) -> str | None:
    match = _META_CHARSET.search(data[:4096])
    if not match:
        return None
    try:
        name = codecs.lookup(match.group(1).decode("ascii")).name
    except LookupError:
        return None
    # Browsers read Latin-1 as Windows-1252, and a file whose meta element can be read is not UTF-16.
    return "cp1252" if name in _LATIN_1 or name.startswith("utf-16") else name

"""Bytes to text."""

from __future__ import annotations

import codecs

import pytest

from rag.load.encoding import decode

WORD = "Größe – café"


@pytest.mark.parametrize(
    ("data", "html"),
    [
        pytest.param(WORD.encode(), False, id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + WORD.encode(), False, id="utf-8-mark"),
        pytest.param(codecs.BOM_UTF16_LE + WORD.encode("utf-16-le"), False, id="utf-16-le-mark"),
        pytest.param(codecs.BOM_UTF16_BE + WORD.encode("utf-16-be"), False, id="utf-16-be-mark"),
        pytest.param(WORD.encode("utf-16-le"), False, id="utf-16-without-mark"),
        pytest.param(WORD.encode("cp1252"), False, id="cp1252"),
        pytest.param(codecs.BOM_UTF16_LE + WORD.encode("utf-16-le") + b"\x00", False, id="odd-byte"),
    ],
)
def test_decode(data: bytes, html: bool) -> None:
    text, findings = decode(data, html=html)
    assert text.replace("\x00", "") == WORD
    assert findings == ()


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("iso-8859-2", "iso-8859-2"), ("latin1", "cp1252"), ("no-such-thing", "cp1252"), ("utf-16", "cp1252")],
)
def test_the_meta_element_of_a_page_counts(charset: str, encoding: str) -> None:
    word = "člen" if encoding == "iso-8859-2" else "“café”"
    text, _ = decode(f'<meta charset="{charset}"><p>{word}</p>'.encode(encoding), html=True)
    assert word in text


def test_bytes_that_fit_nothing_are_counted_and_nul_is_dropped() -> None:
    text, findings = decode(b"a\x00b \x81\x8d \xff")
    assert text.startswith("ab")
    assert findings == ("2 bytes fit no known encoding and were replaced",)


def test_line_ends_are_newlines() -> None:
    assert decode(b"a\r\nb\rc")[0] == "a\nb\nc"

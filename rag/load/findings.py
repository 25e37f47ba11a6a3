"""What a reader of the ingestion report should know about a document's text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.load.model import Parsed
from rag.types import Document, joined_pages

MIN_PAGE_CHARACTERS = 20
"""A page with fewer characters counts as a page without text."""

_UNDECODED = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")
_ALPHANUMERIC = re.compile(r"[^\W_]")
_LATIN_WORD = re.compile(r"[A-Za-z]{4,}")
_VOWEL = re.compile(r"[aeiouyAEIOUY]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\U000e0000-\U000e007f]")
_MANY_INVISIBLE = 20


def text_findings(parsed: Parsed, document: Document) -> tuple[str, ...]:
    """Sentences about pages without text, garbled text and characters that cannot be seen."""
    found: list[str] = []
    pages = _page_texts(document)
    if parsed.pictures:
        found.append(f"{_pages(parsed.pictures)} no text but a picture, probably a scan: --ocr reads it")
    empty = [
        number
        for number in range(1, parsed.page_count + 1)
        if len(pages.get(number, "").strip()) < MIN_PAGE_CHARACTERS and number not in parsed.pictures
    ]
    if empty:
        found.append(f"{_pages(empty)} no text: blank, or drawn without letters")
    garbled = [number for number, text in pages.items() if is_garbled(text)]
    if garbled and parsed.page_count:
        found.append(f"{_pages(garbled)} text that does not decode to words: its fonts lack a character map")
    elif not parsed.page_count and is_garbled(document.text):
        found.append("the text does not decode to words: the file is damaged, or in an unknown encoding")
    hidden = sum(len(_INVISIBLE.findall(piece.text)) for block in parsed.blocks for piece in block.pieces)
    if hidden >= _MANY_INVISIBLE:
        found.append(f"{hidden} invisible characters were removed from the text")
    return tuple(found)


def is_garbled(text: str) -> bool:
    """Whether `text` is mostly signs of a failed decoding rather than words.

    Three signs: more than 5 % replacement or private-use characters; or, of at least 20
    longer Latin words, more than 40 % without a vowel; or hardly a letter in a long text of symbols.
    """
    shown = sum(len(part) for part in text.split())
    if shown < MIN_PAGE_CHARACTERS:
        return False
    if len(_UNDECODED.findall(text)) > 0.05 * shown:
        return True
    words = [word for word in _LATIN_WORD.findall(text) if not word.isupper()]
    mute = sum(_VOWEL.search(word) is None for word in words)
    if len(words) >= 20 and mute > 0.4 * len(words):
        return True
    return shown >= 200 and len(_ALPHANUMERIC.findall(text)) < 0.25 * shown


def _pages(numbers: Sequence[int]) -> str:
    return f"page {numbers[0]} has" if len(numbers) == 1 else f"pages {joined_pages(numbers)} have"


def _page_texts(document: Document) -> dict[int, str]:
    """The text of each page by its number; empty for formats without pages."""
    texts: dict[int, list[str]] = {}
    for number, text in _stretches(document):
        texts.setdefault(number, []).append(text)
    return {number: "\n".join(parts) for number, parts in texts.items()}


def _stretches(document: Document) -> Iterator[tuple[int, str]]:
    for index, run in enumerate(document.pages):
        following = document.pages[index + 1 : index + 2]
        end = following[0].start if following else len(document.text)
        yield run.number, document.text[run.start : end]

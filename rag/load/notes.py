"""Tells footnotes from paragraphs in text whose notes are only numbered paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.load.model import RawBlock
from rag.load.normalise import PLAIN_DIGITS, superscript
from rag.types import BlockKind

_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}")
_PLAIN = re.compile(r"\[?(\d{1,4})\]?\s+(?=\S)")
_CAPTION = re.compile(
    r"\s*(?:figure|fig\.|table|chart|exhibit)\s+[A-Z]?\d{1,3}(?:[.-]\d{1,3})?\s*[.:|–—-]\s*\S", re.IGNORECASE
)
_LONGEST_CAPTION = 900
_CANDIDATES = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})


def mark_notes(blocks: Sequence[RawBlock]) -> tuple[RawBlock, ...]:
    """The blocks with footnotes as such.

    A paragraph is a footnote when it begins with a raised number, or with a plain number that the text
    refers to by a raised one, and that no other paragraph begins with. A note that another note follows
    in the same paragraph ends there.
    """
    referred = {
        int(mark.group().translate(PLAIN_DIGITS)) for block in blocks for mark in _referring(block.text)
    }
    plain = [_plain_number(block) for block in blocks]
    out: list[RawBlock] = []
    for block, number in zip(blocks, plain, strict=True):
        note = _as_note(block, number if plain.count(number) == 1 and number in referred else None)
        out += _single_notes(note, referred) if note.kind is BlockKind.FOOTNOTE else [note]
    return tuple(out)


def _referring(text: str) -> list[re.Match[str]]:
    return [mark for mark in _RAISED.finditer(text) if mark.start() > 0]


def _plain_number(block: RawBlock) -> int | None:
    match = _PLAIN.match(block.text) if block.kind in _CANDIDATES else None
    return int(match.group(1)) if match else None


def _as_note(block: RawBlock, number: int | None) -> RawBlock:
    if block.kind not in _CANDIDATES:
        return block
    raised = _RAISED.match(block.text)
    if raised and len(block.text) > raised.end():
        return replace(block, kind=BlockKind.FOOTNOTE)
    if number is None:
        return block
    match = _PLAIN.match(block.text)
    assert match is not None
    first = replace(
        block.pieces[0], text=superscript(str(number)) + " " + block.pieces[0].text[match.end() :]
    )
    return replace(block, kind=BlockKind.FOOTNOTE, pieces=(first, *block.pieces[1:]))


def mark_captions(blocks: Sequence[RawBlock]) -> tuple[RawBlock, ...]:
    """The blocks with captions ("Figure 2: ...") as such."""
    return tuple(
        replace(block, kind=BlockKind.CAPTION, level=0)
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING)
        and len(block.text) <= _LONGEST_CAPTION
        and _CAPTION.match(block.text)
        else block
        for block in blocks
    )


def _single_notes(note: RawBlock, referred: set[int]) -> list[RawBlock]:
    """`note`, or two and more where the next number follows a full stop ("... html. 28 Sung Kim ...")."""
    raised = _RAISED.match(note.text)
    if raised is None or len(note.pieces) != 1:
        return [note]
    following = int(raised.group().translate(PLAIN_DIGITS)) + 1
    inner = re.search(
        rf"\s({superscript(str(following))})\s|[.!?][\"”)]?\s+({following})\s+(?=[A-Z\"“])", note.text
    )
    if following not in referred or inner is None:
        return [note]
    piece = note.pieces[0]
    head = replace(note, pieces=(replace(piece, text=piece.text[: inner.start(inner.lastindex or 0)]),))
    rest = replace(piece, text=superscript(str(following)) + piece.text[inner.end(inner.lastindex or 0) :])
    return [head, *_single_notes(replace(note, pieces=(rest,)), referred)]

"""Joins paragraphs that a footnote or the end of a column or page interrupts.

The footnotes follow the paragraph that they interrupted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from rag.load.model import RawBlock
from rag.types import BlockKind

_RUNS_ON = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})
_ASIDE = frozenset({BlockKind.FOOTNOTE, BlockKind.CAPTION})
_ENDED = re.compile(r"[.!?:;…][\"'”’)\]»⁰¹²³⁴⁵⁶⁷⁸⁹,\s]*$")
_NOTE_MARK = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹*†‡§\d]")
_MARK = re.compile(r"\(?(?:[a-z]|[ivx]{1,5}|\d{1,3})[.)]\s|[•–—*-]\s")


def reflow(blocks: Iterable[RawBlock | None]) -> tuple[RawBlock, ...]:
    """The blocks with every paragraph whole; nothing else changes. None stands for a column's end."""
    out: list[RawBlock] = []
    asides: list[RawBlock] = []
    broken = False
    for block in blocks:
        if block is None:
            broken = True
        elif block.kind is BlockKind.FOOTNOTE and broken and asides and _note_runs_on(asides[-1], block):
            asides[-1] = _joined(asides[-1], block)
        elif block.kind in _ASIDE:
            asides.append(block)
        elif (asides or broken) and out and runs_on(out[-1], block):
            out[-1] = _joined(out[-1], block)
            broken = False
        else:
            out += asides
            asides.clear()
            out.append(block)
            broken = False
    return (*out, *asides)


def runs_on(before: RawBlock, after: RawBlock) -> bool:
    """Whether the sentence at the end of `before` goes on at the start of `after`."""
    if before.kind not in _RUNS_ON or after.kind is not BlockKind.PARAGRAPH:
        return False
    start, end = after.text.lstrip(), before.text.rstrip()
    if not start or not end or _MARK.match(start):
        return False
    if start[0].islower():
        return not end.endswith(":")
    return before.full and _ENDED.search(end) is None and (start[0].isalnum() or start[0] in "\"“(‘'")


def _note_runs_on(before: RawBlock, after: RawBlock) -> bool:
    """A footnote without a mark of its own goes on from the column or page before."""
    return not _NOTE_MARK.match(after.text) and _ENDED.search(before.text.rstrip()) is None


def _joined(before: RawBlock, after: RawBlock) -> RawBlock:
    return replace(before, pieces=before.pieces + after.pieces, full=after.full)

"""Walks an HTML tree once, without recursion, and yields blocks in document order.

Deep nesting costs time but never text: the walk keeps its own stack.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from rag.load.html_rules import (
    BLOCKS,
    NEVER,
    heading_level,
    is_around,
    is_decoration,
    is_hidden,
    is_note,
    is_raised,
)
from rag.load.html_tables import Table, number_mark, table_blocks
from rag.load.model import RawBlock, raw
from rag.load.normalise import superscript
from rag.types import BlockKind

_SPACE = re.compile(r"[ \t\r\n\f\v\xa0]+")
_BACK_LINK = re.compile(r"\s*[\[(]?[↩⤴↑\ufe0e\ufe0f]+[\])]?\s*$")
_NEXT_NOTE = re.compile(r"\n\s*(?=[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}\s)")
_ITEM = re.compile(r"(?:\((?:[a-z]{1,2}|[ivx]{1,6}|\d{1,3})\)|[—–•])\s")
_OWN_MARK = re.compile(r"\(?\w{1,5}[.)]\s|[•–—⁰¹²³⁴⁵⁶⁷⁸⁹*†‡]|\[\w{1,4}\]|\^")
_OWN_NOTE_MARK = re.compile(r"\(?\d{1,4}[.)]\s|[⁰¹²³⁴⁵⁶⁷⁸⁹*†‡]|\[\w{1,4}\]|\^")
"""Notes are numbered; "S. 1993" at a note's beginning is a bill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """The blocks, and how many characters were left out because they are hidden."""

    blocks: tuple[RawBlock, ...]
    hidden: int


@dataclass(slots=True, kw_only=True)
class _Frame:
    """One open element."""

    tag: str
    kind: BlockKind | None = None
    level: int = 0
    raised_at: int = -1
    mark: str = ""
    table: Table | None = None
    sink: list[RawBlock] = field(default_factory=list)
    items: int = 0


def walk(root: LexborNode, *, boilerplate: bool) -> Walk:
    """The blocks below `root`. With `boilerplate` false, what surrounds the content is left out."""
    walker = _Walker(boilerplate)
    stack: list[LexborNode] = []
    node = root
    while True:
        if walker.enter(node):
            child = node.first_child
            if child is not None:
                stack.append(node)
                node = child
                continue
            walker.leave()
        following = node.next if stack else None
        while stack and following is None:
            node = stack.pop()
            walker.leave()
            following = node.next if stack else None
        if following is None:
            break
        node = following
    walker.flush()
    return Walk(blocks=tuple(walker.blocks), hidden=walker.hidden)


class _Walker:
    """Collects inline text until a block ends; the open elements decide what it becomes."""

    def __init__(self, boilerplate: bool) -> None:
        self.blocks: list[RawBlock] = []
        self.hidden = 0
        self._boilerplate = boilerplate
        self._text: list[str] = []
        self._frames: list[_Frame] = []
        self._sinks: list[list[RawBlock]] = [self.blocks]
        self._tables: list[Table] = []
        self._lists: list[_Frame] = []
        self._kinds: list[_Frame] = []
        self._notes = 0
        self._articles = 0
        self._table_count = 0

    def enter(self, node: LexborNode) -> bool:
        """Opens `node`; False when it is a leaf or left out, and so must not be left."""
        if node.is_text_node:
            self._text.append(_SPACE.sub(" ", node.text_content or ""))
            return False
        tag = node.tag or ""
        if not node.is_element_node or tag in NEVER:
            return tag in ("-document", "-frag") and self._push(_Frame(tag=tag))
        if tag == "br":
            self._text.append("\n")
            return False
        attributes = node.attributes
        if is_hidden(attributes):
            self.hidden += len(_SPACE.sub(" ", node.text(deep=True)).strip())
            return False
        note = tag in BLOCKS and is_note(attributes)
        if is_decoration(attributes) or self._is_around(tag, attributes, note):
            return False
        return self._open(tag, attributes, note)

    def leave(self) -> None:
        """Closes the innermost open element."""
        frame = self._frames[-1]
        if frame.raised_at >= 0:
            raised = "".join(self._text[frame.raised_at :])
            del self._text[frame.raised_at :]
            self._text.append(superscript(raised))
        if frame.tag in BLOCKS:
            self.flush()
        self._frames.pop()
        if self._kinds and self._kinds[-1] is frame:
            self._kinds.pop()
            self._notes -= frame.kind is BlockKind.FOOTNOTE
        self._articles -= frame.tag in ("main", "article")
        if frame.tag in ("ol", "ul", "menu"):
            self._lists.pop()
        self._leave_table(frame)

    def flush(self) -> None:
        """Ends the current block, if it has any text."""
        text = "".join(self._text)
        self._text.clear()
        if not text.strip():
            return
        frame = self._kinds[-1] if self._kinds else None
        kind = frame.kind if frame and frame.kind else BlockKind.PARAGRAPH
        if self._notes and kind is not BlockKind.HEADING:
            kind = BlockKind.FOOTNOTE
            text = _BACK_LINK.sub("", text)
        mark = self._mark()
        own = _OWN_NOTE_MARK if kind is BlockKind.FOOTNOTE else _OWN_MARK
        if mark and not own.match(text.lstrip()):
            text = (
                (superscript(mark.rstrip(".")) if kind is BlockKind.FOOTNOTE else mark) + " " + text.lstrip()
            )
        level = frame.level if frame and kind is BlockKind.HEADING else 0
        if level == 1 and frame and frame.tag == "p" and self._joins_title(text):
            return
        if kind is BlockKind.PARAGRAPH and _ITEM.match(text.lstrip()):
            kind = BlockKind.LIST_ITEM
        parts = [text] if kind is BlockKind.HEADING else _NEXT_NOTE.split(text)
        self._sinks[-1].extend(raw(kind, part, level=level) for part in parts if part.strip())

    def _joins_title(self, text: str) -> bool:
        """Adds `text` to the title before it: the EU's titles take several paragraphs."""
        sink = self._sinks[-1]
        if not sink or sink[-1].kind is not BlockKind.HEADING or sink[-1].level != 1:
            return False
        sink[-1] = raw(BlockKind.HEADING, f"{sink[-1].text.strip()} {text.strip()}", level=1)
        return True

    def _is_around(self, tag: str, attributes: dict[str, str | None], note: bool) -> bool:
        if self._boilerplate or note or not self._frames:
            return False
        return is_around(tag, attributes, in_article=self._articles > 0)

    def _open(self, tag: str, attributes: dict[str, str | None], note: bool) -> bool:
        if tag in BLOCKS:
            self.flush()
        frame = _Frame(tag=tag, level=heading_level(tag, attributes))
        if frame.level:
            frame.kind = BlockKind.HEADING
        elif note:
            frame.kind = BlockKind.FOOTNOTE
        elif tag in ("caption", "figcaption"):
            frame.kind = BlockKind.CAPTION
        elif tag == "li":
            frame.kind = BlockKind.LIST_ITEM
        if tag == "li" and self._lists and self._lists[-1].tag == "ol":
            frame.mark = self._number(attributes)
        elif tag == "ol":
            start = attributes.get("start") or ""
            frame.items = int(start) - 1 if start.isdecimal() and len(start) < 6 else 0
            frame.mark = attributes.get("type") or "1"
        elif is_raised(tag, attributes):
            frame.raised_at = len(self._text)
        return self._push(frame)

    def _push(self, frame: _Frame) -> bool:
        self._frames.append(frame)
        if frame.kind is not None:
            self._kinds.append(frame)
            self._notes += frame.kind is BlockKind.FOOTNOTE
        self._articles += frame.tag in ("main", "article")
        if frame.tag in ("ol", "ul", "menu"):
            self._lists.append(frame)
        elif frame.tag == "table":
            self._table_count += 1
            frame.table = Table(number=self._table_count)
            self._tables.append(frame.table)
        elif frame.tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif frame.tag in ("td", "th") and self._tables and self._tables[-1].rows:
            self._sinks.append(frame.sink)
            self._tables[-1].rows[-1].append(frame.sink)
        return True

    def _leave_table(self, frame: _Frame) -> None:
        if self._sinks[-1] is frame.sink:
            self._sinks.pop()
        if frame.table is not None:
            self._tables.pop()
            self._sinks[-1].extend(table_blocks(frame.table))

    def _number(self, attributes: dict[str, str | None]) -> str:
        ordered = self._lists[-1]
        stated = attributes.get("value") or ""
        ordered.items = int(stated) if stated.isdecimal() and len(stated) < 6 else ordered.items + 1
        return number_mark(ordered.items, ordered.mark)

    def _mark(self) -> str:
        """The number of the list item that begins with the text just collected, once."""
        for frame in reversed(self._frames):
            if frame.tag == "li":
                mark, frame.mark = frame.mark, ""
                return mark
        return ""

"""Plain text: paragraphs, simple headings and lists, hard-wrapped lines joined."""

from __future__ import annotations

import re

from rag.load.encoding import decode
from rag.load.markdown import markdown_blocks
from rag.load.model import Parsed, RawBlock, raw
from rag.load.notes import mark_captions, mark_notes
from rag.load.reflow import reflow
from rag.types import BlockKind

_MARKDOWN = re.compile(
    r"^#{1,6} +\S|<sup>\d|^\|[ :|-]{3,}\|\s*$|\*\*[^\s*][^*\n]*\*\*|\[[^\]\n]+\]\(https?:", re.MULTILINE
)
_ITEM = re.compile(r"\s*(?:[•◦▪*+–—-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)])\s+\S")
_NUMBERED = re.compile(
    r"(?i:chapter|section|article|part|annex|appendix)\s+(?:\d{1,3}|[A-Z]|[IVXLC]{1,6})\b|"
    r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.)\s+[A-Z]"
)
_UNDERLINE = re.compile(r"\s*(={3,}|-{3,}|~{3,})\s*")
_ENDS = re.compile(r"[.!?:;][\"'”’)\]]*\s*$")
_UNWRAPPED = 160
"""Lines longer than this were not broken by hand: each line is then a paragraph of its own."""
_LONGEST_HEADING = 80


def load_text(data: bytes) -> Parsed:
    """The blocks of a plain text file; one that is written in Markdown is read as such."""
    text, findings = decode(data)
    if len(_MARKDOWN.findall(text)) >= 3:
        blocks = markdown_blocks(text)
    else:
        blocks = reflow(mark_captions(mark_notes(_blocks(text))))
    first = next((block for block in blocks), None)
    title = first.text if first is not None and first.kind is BlockKind.HEADING else None
    return Parsed(media_type="text/plain", blocks=blocks, title=title, findings=findings)


def _blocks(text: str) -> list[RawBlock]:
    lines = [line.expandtabs().rstrip() for line in re.split(r"[\n\x0b\x0c\x85\u2028\u2029]", text)]
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return []
    width = lengths[int(0.95 * (len(lengths) - 1))]
    blocks: list[RawBlock] = []
    for stanza in _stanzas(lines):
        blocks += _stanza_blocks(stanza, width, first=not blocks)
    return blocks


def _stanzas(lines: list[str]) -> list[list[str]]:
    """The lines between blank lines, together."""
    stanzas: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            stanzas[-1].append(line)
        elif stanzas[-1]:
            stanzas.append([])
    return [stanza for stanza in stanzas if stanza]


def _stanza_blocks(stanza: list[str], width: int, *, first: bool) -> list[RawBlock]:
    if len(stanza) == 2 and (underline := _UNDERLINE.fullmatch(stanza[1])):
        return [raw(BlockKind.HEADING, stanza[0], level=1 if underline.group(1)[0] == "=" else 2)]
    level = heading_level(stanza[0], first=first) if len(stanza) == 1 or (first and width > _UNWRAPPED) else 0
    if level:
        head = [raw(BlockKind.HEADING, stanza[0], level=level)]
        return head + (_stanza_blocks(stanza[1:], width, first=False) if stanza[1:] else [])
    groups: list[list[str]] = []
    for line in stanza:
        if groups and not _begins(line, groups[-1], width):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_paragraph(group) for group in groups]


def _begins(line: str, before: list[str], width: int) -> bool:
    """Whether `line` begins a new block rather than going on with the lines `before` it."""
    if width > _UNWRAPPED or _ITEM.match(line):
        return True
    short = len(before[-1]) < 0.6 * width
    return short and _ENDS.search(before[-1]) is not None


def _paragraph(lines: list[str]) -> RawBlock:
    kind = BlockKind.LIST_ITEM if _ITEM.match(lines[0]) else BlockKind.PARAGRAPH
    return raw(kind, "\n".join(line.strip() for line in lines))


def heading_level(line: str, *, first: bool) -> int:
    """1 for a title, 2 for a line in capitals or a numbered one, 3 for deeper numbers, 0 for text."""
    shown = line.strip()
    if not shown or len(shown) > _LONGEST_HEADING or shown.endswith((".", ",", ";", ":", "!")):
        return 0
    if first:
        return 1
    letters = [char for char in shown if char.isalpha()]
    if len(letters) >= 3 and all(char.isupper() for char in letters):
        return 2
    if _NUMBERED.match(shown):
        return 2 + min(3, shown.split()[0].rstrip(".").count("."))
    return 0

"""One page's fragments to blocks: regions, lines, footnotes, headings, paragraphs, table rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from rag.load.model import Piece, RawBlock
from rag.load.normalise import PLAIN_DIGITS
from rag.load.pdf.columns import Region, regions
from rag.load.pdf.glyphs import Fragment, PageGlyphs
from rag.load.pdf.lines import Line, to_lines
from rag.load.pdf.styles import Styles
from rag.load.pdf.tables import TableArea, ruled_tables
from rag.load.printed import joined
from rag.types import BlockKind

_BULLET = r"[•◦▪●○■□☐➢✓❖►\uf020-\uf0ff]"
_WEAK_MARK = r"[–—-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{2,5})[.)]"
_ITEM = re.compile(rf"(?:{_BULLET}|{_WEAK_MARK})\s+\S")
_BULLET_ITEM = re.compile(rf"{_BULLET}\s*\S")
_BEFORE_ITEM = re.compile(r"(?:[.:;,!?…]|\b(?:and|or))[\"'”’)\]⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
_LONGEST_HEADING = 220
_ENDED = re.compile(r"[.!?:;…][\"'”’)\]»⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
_RAISED_START = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}|[*†‡§]{1,3}\s?(?=\w)")
_NOTE = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}\s?[^\W\d]")
_PLAIN_START = re.compile(r"\d{1,3}\.?\s+\S")
_LEADER = re.compile(r"(?:\s?\.){5,}\s*\w{1,6}$")


@dataclass(slots=True, kw_only=True)
class _Region:
    """A region with what its lines have in common."""

    lines: list[Line]
    left: float
    right: float
    leading: float


def page_blocks(page: PageGlyphs, styles: Styles, first_table: int) -> list[RawBlock | None]:
    """The blocks of a page in reading order; None where a column ends. Footnotes come last in theirs."""
    tables = ruled_tables(page, first_table)
    taken = {id(item) for table in tables for item in table.fragments}
    fragments = [item for item in page.fragments if id(item) not in taken]
    fragments += [_stand_in(table, place) for place, table in enumerate(tables)]
    out: list[RawBlock | None] = []
    for region in regions(fragments):
        out.append(None)
        out += _region_blocks(region, page, styles, tables)
    out += [RawBlock(kind=BlockKind.PARAGRAPH, pieces=(piece,), full=False) for piece in page.stray]
    return out


def _stand_in(table: TableArea, place: int) -> Fragment:
    return Fragment(
        x0=table.x0, x1=table.x1, y=table.edges[0] - 1, size=1.0, bold=False, order=0, text="", table=place
    )


def _region_blocks(
    region: Region, page: PageGlyphs, styles: Styles, tables: Sequence[TableArea]
) -> list[RawBlock]:
    lines = to_lines(item for item in region.fragments if item.table is None)
    notes_from = _footnotes_from(lines, region, page, styles)
    notes = _footnotes(lines[notes_from:], page.number)
    inset = sorted((item for item in region.fragments if item.table is not None), key=lambda item: -item.y)
    out: list[RawBlock] = []
    rest = lines[:notes_from]
    for stand_in in inset:
        above = [line for line in rest if line.y > stand_in.y]
        rest = rest[len(above) :]
        out += _flow(above, region, page, styles)
        out += tables[stand_in.table or 0].rows
    return out + _flow(rest, region, page, styles) + notes


def _flow(lines: list[Line], region: Region, page: PageGlyphs, styles: Styles) -> list[RawBlock]:
    if not lines:
        return []
    gaps = [above.y - below.y for above, below in pairwise(lines) if above.y > below.y]
    size = median(line.size for line in lines)
    close = [gap for gap in gaps if gap < 2.2 * size]
    frame = _Region(
        lines=lines, left=region.x0, right=region.x1, leading=median(close) if close else 1.2 * size
    )
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not _begins(line, groups[-1], frame, page.number, styles):
            groups[-1].append(line)
        else:
            groups.append([line])
    blocks: list[RawBlock] = []
    for group in groups:
        blocks += _group_blocks(group, frame, page.number, styles)
    return blocks


def _begins(line: Line, group: list[Line], frame: _Region, number: int, styles: Styles) -> bool:
    """Whether `line` begins a new block."""
    before = group[-1]
    gap = before.y - line.y
    level, level_before = styles.heading_level(line, number), styles.heading_level(before, number)
    if level or level_before:
        return level != level_before or gap > 1.6 * max(line.size, before.size) or _own_line(line, before)
    if gap > 1.35 * frame.leading + 0.5 and gap > 1.25 * line.size:
        return True
    if len(before.cells) > 1 or _LEADER.search(before.text) or _is_item_start(line, group, frame):
        return True
    if len(line.cells) > 1:
        # The last line of a long entry in a table of contents carries the page number.
        return not (line.cells[-1].isdecimal() and _is_full(before, frame) and not _ENDED.search(before.text))
    if abs(line.size - before.size) > 0.12 * before.size:
        return True
    if line.bold and not before.bold and _ENDED.search(before.text):
        return True
    ended = _ENDED.search(before.text) is not None
    width = frame.right - frame.left
    if ended and before.x1 < frame.right - 0.25 * width:
        return True
    indent = line.x0 - before.x0
    first_of_list = len(group) == 1 and _ITEM.match(before.text)
    return ended and not first_of_list and 0.8 * line.size < indent < 5 * line.size


def _is_item_start(line: Line, group: list[Line], frame: _Region) -> bool:
    """Whether a list item begins, or ends. A bullet always begins one; a dash or "2." may be mid-sentence."""
    before, first = group[-1], group[0]
    in_item = _ITEM.match(first.text) is not None or _BULLET_ITEM.match(first.text) is not None
    if in_item and line.x0 < first.x0 - 0.5 * line.size and not _is_full(before, frame):
        return True
    if _BULLET_ITEM.match(line.text):
        return True
    if not _ITEM.match(line.text):
        return False
    if in_item and abs(line.x0 - first.x0) < 0.3 * line.size:
        return True
    return (
        _BEFORE_ITEM.search(before.text) is not None
        or not _is_full(before, frame)
        or abs(line.x0 - before.x0) > 0.8 * line.size
    )


def _own_line(line: Line, before: Line) -> bool:
    """Two headings of one style under each other, not one heading of two lines."""
    return re.match(r"\d+(?:\.\d+)*\.?\s", line.text) is not None and before.text[:1].isdigit()


def _group_blocks(group: list[Line], frame: _Region, number: int, styles: Styles) -> list[RawBlock]:
    level = styles.heading_level(group[0], number)
    text = "\n".join(line.text for line in group)
    if level and len(text) <= _LONGEST_HEADING:
        return [_block(BlockKind.HEADING, text, group, number, level=level)]
    if len(group) == 1 and len(group[0].cells) > 1:
        if _ITEM.match(text) and len(group[0].cells) == 2 and len(group[0].cells[0]) <= 4:
            return [_block(BlockKind.LIST_ITEM, text, group, number, full=_is_open(group, frame))]
        return [_block(BlockKind.TABLE_ROW, " | ".join(group[0].cells), group, number)]
    if _LEADER.search(text):
        return [_block(BlockKind.LIST_ITEM, text, group, number)]
    if _NOTE.match(text):
        kind = BlockKind.FOOTNOTE
    else:
        kind = BlockKind.LIST_ITEM if _ITEM.match(text) or _BULLET_ITEM.match(text) else BlockKind.PARAGRAPH
    return [_block(kind, text, group, number, full=_is_open(group, frame))]


def _is_open(group: list[Line], frame: _Region) -> bool:
    """Whether the sentence may go on in the next column: every line fills the column, as set text does."""
    width = frame.right - frame.left
    return _is_full(group[-1], frame) and all(
        line.x1 > frame.right - 0.3 * width and line.x0 < frame.left + 0.2 * width for line in group
    )


def _is_full(line: Line, frame: _Region) -> bool:
    """Whether the line reaches the right edge, so that its sentence may go on elsewhere."""
    width = frame.right - frame.left
    return line.x1 > frame.right - 0.15 * width and line.x0 < frame.left + 0.2 * width


def _block(
    kind: BlockKind, text: str, lines: Sequence[Line], number: int, *, level: int = 0, full: bool = False
) -> RawBlock:
    piece = Piece(text=text, page=number, printed=joined(line.printed for line in lines))
    return RawBlock(kind=kind, pieces=(piece,), level=level, full=full)


def _footnotes_from(lines: list[Line], region: Region, page: PageGlyphs, styles: Styles) -> int:
    """The index of the first footnote line; `len(lines)` where there is none.

    Signals: a mark at the left edge, a smaller font from there to the column's end, and a short rule
    above. A raised mark needs one of the other two, a plain number both; text without a mark below a
    rule in a smaller font goes on from the page before.
    """
    for index, line in enumerate(lines):
        if line.y > 0.6 * page.height and not (index == 0 and line.size <= 0.92 * styles.body):
            continue
        below = lines[index:]
        if any(other.size > 1.15 * line.size for other in below):
            continue
        smaller = median(other.size for other in below) <= 0.92 * styles.body
        ruled = _rule_above(line, lines[index - 1] if index else None, region, page)
        raised = line.raised or _RAISED_START.match(line.text) is not None
        plain = _PLAIN_START.match(line.text) is not None
        if (raised and (smaller or ruled)) or (smaller and ruled):
            return index
        if plain and smaller and index and lines[index - 1].size > 1.08 * line.size and _numbers_rise(below):
            return index
    return len(lines)


def _numbers_rise(lines: Sequence[Line]) -> bool:
    numbers = [int(match.group()) for line in lines if (match := re.match(r"\d{1,3}(?=\.?\s)", line.text))]
    return numbers == sorted(set(numbers))


def _rule_above(line: Line, above: Line | None, region: Region, page: PageGlyphs) -> bool:
    top = above.y if above is not None else page.height
    return any(
        line.y + 0.5 * line.size < rule.y < min(top, line.y + 3 * line.size)
        and abs(rule.x0 - region.x0) < 12
        and rule.x1 - rule.x0 < 0.6 * (region.x1 - region.x0)
        for rule in page.rules
    )


def _footnotes(lines: list[Line], number: int) -> list[RawBlock]:
    groups: list[list[Line]] = []
    left = min((line.x0 for line in lines), default=0.0)
    last = 0
    for line in lines:
        plain = re.match(r"(\d{1,3})\.?\s+\S", line.text)
        raised = line.raised or _RAISED_START.match(line.text) is not None
        follows = plain is not None and int(plain.group(1)) == last + 1 and line.x0 < left + 15
        if not groups or raised or follows:
            groups.append([line])
        else:
            groups[-1].append(line)
        mark = re.match(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}|\d{1,3}", line.text)
        if mark and len(groups[-1]) == 1:
            last = int(mark.group().translate(PLAIN_DIGITS))
    return [
        _block(BlockKind.FOOTNOTE, "\n".join(line.text for line in group), group, number, full=True)
        for group in groups
    ]

"""Chunking: a document's text becomes passages along its structure, without losing a character.

The text is cut into units (sentences, headings, list items, table rows). Runs of units are then packed into
passages by dynamic programming: near the target size, rather between sections and blocks than between
sentences, never across a top section, never with a heading as the last thing. A unit too large for the
embedder is split by langchain-text-splitters, measured in the embedder's own tokens. What is embedded is the
passage with its title and headings in front (`embedded_text`), and that whole string fits the embedder, so
nothing is cut off silently.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.sentences import sentence_spans
from rag.types import Block, BlockKind, Document, Passage, Section, Span

TARGET_TOKENS = 200
"""Where a passage would like to end: large enough to carry its context, small enough to be quoted from."""

CHUNKER = f"structure-{TARGET_TOKENS}-2"
"""Names what `chunk` does; it changes whenever the same document would give other passages."""

CountTokens = Callable[[str], int]

_CHARACTERS_PER_TOKEN = 10
"""WordPiece gives a word of 5,000 letters a single "unknown": such text counts by its characters instead."""

_SECTION, _BLOCK, _ROW, _SENTENCE, _TORN = 0.0, 0.2, 0.3, 0.6, 2.0
"""What it costs to begin a passage there, on the scale on which an empty passage costs 1."""
_CROSSED_SECTION = 0.15
_HEADING_LAST = 3.0
_SEPARATORS = ["\n", "; ", ": ", ", ", " ", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """A stretch of text that stays whole; `cost` is the price of beginning a passage with it."""

    start: int
    end: int
    tokens: int
    cost: float
    heading: bool = False
    section: bool = False


def chunk(document: Document, *, count_tokens: CountTokens, max_tokens: int) -> tuple[Passage, ...]:
    """The document's passages, in order; together they hold every non-space character exactly once.

    `count_tokens` counts as the embedder does, its special tokens included; `max_tokens` is the most it
    takes. Raises ValueError where `max_tokens` leaves no room for text.
    """
    specials = count_tokens("")
    if max_tokens < specials + 8:
        raise ValueError(f"max_tokens={max_tokens} leaves no room beside {specials} special tokens")
    measure = _Measure(document=document, count_tokens=count_tokens, specials=specials, max_tokens=max_tokens)
    spans = [
        span
        for group in _groups(document, measure)
        for start, end in _pack(group, measure)
        for span in _fitted(start, end, measure)
    ]
    return tuple(_passage(document, start, end) for start, end in spans)


def embedded_text(passage: Passage, *, title: str, count_tokens: CountTokens, max_tokens: int) -> str:
    """What the embedder reads for a passage: its title and headings on a line of their own, then its text."""
    line = _context(title, passage.heading_path, passage.text, count_tokens, max_tokens)
    return f"{line}\n{passage.text}" if line else passage.text


def _context(title: str, path: Sequence[str], text: str, count_tokens: CountTokens, max_tokens: int) -> str:
    """Title and headings, outermost dropped first, within a quarter of the embedder's room.

    What the text itself begins with is not said twice.
    """
    parts = list(dict.fromkeys(" ".join(part.split()) for part in (title, *path)))
    parts = [part for part in parts if part and not text.startswith(part)]
    while parts and count_tokens(" > ".join(parts)) > max_tokens // 4:
        del parts[0]
    return " > ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """How much of the embedder's room a stretch of the document takes."""

    document: Document
    count_tokens: CountTokens
    specials: int
    max_tokens: int
    rooms: dict[tuple[str, ...], int] = field(default_factory=dict)

    def size(self, text: str) -> int:
        """Tokens of `text` alone, at least 1."""
        return max(1, self.count_tokens(text) - self.specials, len(text) // _CHARACTERS_PER_TOKEN)

    def room(self, start: int) -> int:
        """Tokens left for text in a passage that begins at `start`, beside its headings."""
        path = self.document.heading_path(start)
        if path not in self.rooms:
            line = _context(self.document.title, path, "", self.count_tokens, self.max_tokens)
            self.rooms[path] = max(1, self.max_tokens - self.count_tokens(line))
        return self.rooms[path]

    def fits(self, start: int, end: int) -> bool:
        """Whether the passage, with its headings, goes into the embedder whole."""
        text = self.document.text[start:end]
        path = self.document.heading_path(start)
        line = _context(self.document.title, path, text, self.count_tokens, self.max_tokens)
        whole = f"{line}\n{text}" if line else text
        return max(self.count_tokens(whole), len(text) // _CHARACTERS_PER_TOKEN) <= self.max_tokens


def _passage(document: Document, start: int, end: int) -> Passage:
    return Passage(
        passage_id=f"{document.doc_id}:{start}-{end}",
        span=Span(doc_id=document.doc_id, start=start, end=end),
        text=document.text[start:end],
        heading_path=document.heading_path(start),
    )


def _groups(document: Document, measure: _Measure) -> Iterator[list[_Unit]]:
    """The units of each top section, in order; headings with nothing below them go with what follows."""
    tops = top_section_starts(document.sections)
    group: list[_Unit] = []
    for unit in _units(document, measure):
        crosses = group and bisect_right(tops, group[-1].start) != bisect_right(tops, unit.start)
        if crosses and not all(before.heading for before in group):
            yield group
            group = []
        group.append(unit)
    if group:
        yield group


def top_section_starts(sections: Sequence[Section]) -> list[int]:
    """Where the top sections begin: those of the highest level that occurs more than once, and above.

    A single heading over everything is the document's title and divides nothing.
    """
    levels = Counter(section.level for section in sections)
    repeated = [level for level, count in levels.items() if count > 1]
    top = min(repeated or levels, default=0)
    return sorted({section.start for section in sections if section.level <= top})


def _units(document: Document, measure: _Measure) -> Iterator[_Unit]:
    """Cuts at every block, section and sentence; what blocks and sentences leave between them is kept too."""
    text, blocks = document.text, document.blocks
    sections = {section.start for section in document.sections}
    edges = {block.start for block in blocks} | sections
    rows = {block.start for block in blocks if block.kind is BlockKind.TABLE_ROW}
    sentences = {start for start, _ in sentence_spans(text, blocks) if not _inside_row(start, blocks)}
    cuts = sorted({0, len(text)} | edges | {block.end for block in blocks} | sentences)
    kinds = {block.start: block.kind for block in blocks}
    for left, right in pairwise(cuts):
        start, end = _trimmed(text, left, right)
        if start == end:
            continue
        kind = kinds.get(left)
        cost = _SENTENCE
        if left in sections:
            cost = _SECTION
        elif left in rows or kind is BlockKind.LIST_ITEM:
            cost = _ROW
        elif left in edges:
            cost = _BLOCK
        heading = kind is BlockKind.HEADING or left in sections
        yield from _whole_or_split(text, start, end, cost, heading, left in sections, measure)


def _inside_row(offset: int, blocks: Sequence[Block]) -> bool:
    """Whether `offset` lies within a table row, after its start: rows stay whole."""
    at = bisect_right(blocks, offset, key=lambda block: block.start) - 1
    return at >= 0 and blocks[at].kind is BlockKind.TABLE_ROW and blocks[at].start < offset < blocks[at].end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, max(start, end - (len(piece) - len(piece.rstrip())))


def _whole_or_split(
    text: str, start: int, end: int, cost: float, heading: bool, section: bool, measure: _Measure
) -> Iterator[_Unit]:
    tokens = measure.size(text[start:end])
    room = measure.room(start)
    if tokens <= room:
        yield _Unit(start=start, end=end, tokens=tokens, cost=cost, heading=heading, section=section)
        return
    for left, right in split_oversize(text[start:end], room, measure.size):
        tokens = measure.size(text[start + left : start + right])
        yield _Unit(start=start + left, end=start + right, tokens=tokens, cost=cost, section=section)
        cost, section = _TORN, False


def split_oversize(text: str, room: int, size: CountTokens) -> list[tuple[int, int]]:
    """Spans of `text` of at most `room` tokens, trimmed; together they hold every non-space character.

    The splitter's own start index is wrong when lengths are tokens, so the offsets are the running sum of the
    pieces, which is exact because nothing is stripped and every separator is kept.
    """
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=room,
        chunk_overlap=0,
        separators=_SEPARATORS,
        keep_separator=True,
        strip_whitespace=False,
        length_function=size,
    )
    spans: list[tuple[int, int]] = []
    offset = 0
    for piece in splitter.split_text(text):
        start, end = _trimmed(text, offset, offset + len(piece))
        offset += len(piece)
        if start < end:
            spans.append((start, end))
    if offset != len(text):
        raise AssertionError(f"the splitter gave {offset} of {len(text)} characters")
    return spans


def _pack(units: Sequence[_Unit], measure: _Measure) -> list[tuple[int, int]]:
    """Cuts the units into runs at the least total cost; each run is a passage.

    best[j] is the least cost of packing the first j units, came[j] where their last run begins.
    """
    rooms = [measure.room(unit.start) for unit in units]
    best = [0.0] + [float("inf")] * len(units)
    came = [0] * (len(units) + 1)
    for first, unit in enumerate(units):
        tokens, crossed = 0, 0
        for last in range(first, len(units)):
            tokens += units[last].tokens
            if tokens > rooms[first] and last > first:
                break
            crossed += units[last].section and last > first
            cost = best[first] + unit.cost + _run_cost(tokens, crossed, units[last].heading)
            if cost < best[last + 1]:
                best[last + 1], came[last + 1] = cost, first
    runs: list[tuple[int, int]] = []
    end = len(units)
    while end:
        runs.append((units[came[end]].start, units[end - 1].end))
        end = came[end]
    return runs[::-1]


def _run_cost(tokens: int, crossed: int, heading_last: bool) -> float:
    miss = 1 - tokens / TARGET_TOKENS
    return miss * miss + crossed * _CROSSED_SECTION + heading_last * _HEADING_LAST


def _fitted(start: int, end: int, measure: _Measure) -> Iterator[tuple[int, int]]:
    """The run itself, or its halves where tokens do not add up and the whole would be cut off."""
    if measure.fits(start, end) or end - start == 1:
        yield start, end
        return
    text = measure.document.text
    middle = (start + end) // 2
    space = max(text.rfind(" ", start, middle), text.rfind("\n", start, middle))
    middle = space if space > start else middle
    for left, right in ((start, middle), (middle, end)):
        trimmed = _trimmed(text, left, right)
        if trimmed[0] < trimmed[1]:
            yield from _fitted(*trimmed, measure)

"""The values that cross module borders: frozen, slotted, keyword-only.

Text is the truth and everything else is an offset into it. Offsets count Unicode characters of
`Document.text`, half-open. The words are those of the glossary in CONTRIBUTING.md.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open character range `[start, end)` of one document's text."""

    doc_id: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, got {self.start}:{self.end}")


class BlockKind(StrEnum):
    """What a stretch of document text is; decides how it is chunked and where sentences may end."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    FOOTNOTE = "footnote"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph-like unit `[start, end)` of a document's text; blocks never overlap.

    `level` is the heading's level (1 is the highest) and 0 for every other kind.
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRun:
    """From offset `start` to the next run the text stands on page `number` (1-based).

    Runs are sorted by `start`. The numbers need not rise: a footnote that stands on page 3 can follow,
    in reading order, a sentence that ran over to page 4. `label` is the number printed on the page
    ("iv", "12"), None where the file has none. `ocr` is how sure text recognition was of the page, 0 to 1,
    None where the text is the file's own.
    """

    start: int
    number: int
    label: str | None
    ocr: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading at `start`; the section reaches to the next heading of the same or a higher level."""

    start: int
    level: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One policy file after loading.

    `doc_id` comes from the file's content; `name` is the path as ingested, relative to the folder given;
    `source` is the absolute path it was read from. `pages` is empty for formats without pages.
    """

    doc_id: str
    name: str
    title: str
    text: str
    blocks: tuple[Block, ...]
    pages: tuple[PageRun, ...]
    sections: tuple[Section, ...]
    sha256: str
    source: str
    media_type: str
    version: str | None = None
    date: str | None = None

    def page_at(self, offset: int) -> PageRun | None:
        """The page on which the character at `offset` stands; None for formats without pages."""
        if not self.pages:
            return None
        return self.pages[max(0, bisect_right(self.pages, offset, key=lambda run: run.start) - 1)]

    def ocr_between(self, start: int, end: int) -> float | None:
        """How sure text recognition was of the least sure page in `[start, end)`; None without any such."""
        first = max(0, bisect_right(self.pages, start, key=lambda run: run.start) - 1)
        last = bisect_left(self.pages, end, key=lambda run: run.start)
        return min((run.ocr for run in self.pages[first:last] if run.ocr is not None), default=None)

    def heading_path(self, offset: int) -> tuple[str, ...]:
        """The titles of the sections that enclose `offset`, outermost first."""
        path: list[Section] = []
        last = bisect_right(self.sections, offset, key=lambda section: section.start)
        for section in self.sections[:last]:
            while path and path[-1].level >= section.level:
                path.pop()
            path.append(section)
        return tuple(section.title for section in path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The indexed, citable unit: `text == document.text[span.start:span.end]`."""

    passage_id: str
    span: Span
    text: str
    heading_path: tuple[str, ...]


class Origin(StrEnum):
    """Which stage gave a hit its score; scores of different origins are never compared."""

    DENSE = "dense"
    LEXICAL = "lexical"
    FUSED = "fused"
    RERANKED = "reranked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found for one question; `rank` is 1-based."""

    passage: Passage
    score: float
    rank: int
    origin: Origin


OCR_VERBATIM = 0.9
"""From this confidence of a page on, what text recognition read there is quoted as verbatim (docs/log.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A resolved pointer: `quote == document.text[span.start:span.end]`, to the character.

    `ocr` is how sure text recognition was of the quote's page, 0 to 1; None where the text is the file's own.
    """

    marker: int
    span: Span
    document: str
    title: str
    page: int | None
    page_label: str | None
    section: str | None
    quote: str
    ocr: float | None = None

    @property
    def verbatim(self) -> bool:
        """Whether the quote may be called the page's own words: not where text recognition was unsure."""
        return self.ocr is None or self.ocr >= OCR_VERBATIM


class Support(StrEnum):
    """Whether a claim is borne out by its own quotes."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNSCORED = "unscored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The smallest checkable sentence of an answer, with the markers it rests on."""

    text: str
    citations: tuple[int, ...]
    support: Support
    checks: tuple[str, ...] = ()
    """What the checks found wrong, one sentence each; empty when nothing was found."""


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    ABSTAINED = "abstained"
    CLARIFY = "clarify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Seconds. `ttft_s` counts from the question to the first character shown."""

    contextualise_s: float = 0.0
    retrieve_s: float = 0.0
    prefill_s: float = 0.0
    ttft_s: float = 0.0
    decode_s: float = 0.0
    total_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens. `cached_tokens` of the `prompt_tokens` were not decoded anew."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An earlier question and the answer's text."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a question got. `hits` are exactly the passages in the prompt; without one, those found."""

    question: str
    query: str
    status: Status
    reason: str
    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    timings: Timings
    usage: Usage
    model: str
    fingerprint: str
    dropped: int = 0
    """Passages that were found but left out whole, because the prompt would not have fitted."""
    confidence: float = 0.0
    """The estimated probability that the passages answer the question; 0 where nothing was written."""

    @property
    def read(self) -> int:
        """How many passages the model read: none where it was not asked, as when the question is unclear."""
        return len(self.hits) if self.usage.prompt_tokens else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Progress for the one who waits: `done` of `total` in the stage called `name`."""

    name: str
    detail: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """The hits that go into the prompt."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A quote, resolved.

    The quotes of the preview come as soon as it is written, and those of the answer before it: of two with
    the same marker the last counts, and in the end `Answer.citations` alone: none where it abstains.
    """

    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDelta:
    """More of the answer's text. The deltas joined are a preview: `Answer.text` is what counts."""

    text: str


Event = Stage | Retrieved | Cited | TextDelta | Answer
"""What `Answerer.stream` yields; the last event is always the `Answer`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInfo:
    """A document's line in a listing, without its text."""

    doc_id: str
    name: str
    title: str
    pages: int
    passages: int
    characters: int
    sha256: str
    source: str
    media_type: str
    version: str | None
    date: str | None
    findings: tuple[str, ...] = ()
    """What its reader should know of its text, one sentence each."""
    ingested: str | None = None
    """When it was read, in UTC (ISO 8601, to the second); None where that was not kept yet."""


class FileStatus(StrEnum):
    """What became of one file given to ingestion."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"
    REMOVED = "removed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """One line of the ingestion report. `findings` are sentences ("pages 3-5 have no text: scanned?")."""

    path: str
    status: FileStatus
    doc_id: str | None = None
    pages: int = 0
    passages: int = 0
    findings: tuple[str, ...] = field(default=())


def joined_pages(numbers: Sequence[int]) -> str:
    """`[1, 2, 3, 7]` as "1-3, 7", for messages."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)

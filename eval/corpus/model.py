"""What a source says, free of any format: blocks of runs, and the notes they point at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of text in one style, or (`note` set, `text` empty) the mark of a footnote."""

    text: str = ""
    bold: bool = False
    italic: bool = False
    href: str | None = None
    note: int | None = None


Runs = tuple[Run, ...]


class ParagraphKind(StrEnum):
    """What a paragraph is for."""

    BODY = "body"
    QUOTE = "quote"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; level 1 is a chapter, since the title is not a heading of the source."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text, a quotation, or the caption of the table or figure that follows."""

    runs: Runs
    kind: ParagraphKind = ParagraphKind.BODY


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One item; `number` is None in a bulleted list. `depth` 0 is the outermost list."""

    runs: Runs
    number: int | None
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with one row of headings; `shares` are the columns' shares of the width."""

    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    shares: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A bar chart: a value and a label for each bar, in the source's order."""

    unit: str
    labels: tuple[str, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A mark of a scatter chart; its label stands to the right of it, or to the left."""

    label: str
    day: date
    value: float
    left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Values over time, the values on a logarithmic axis. `unit` names the axis."""

    unit: str
    points: tuple[Point, ...]


class Switch(StrEnum):
    """A turn in the layout: only the PDF heeds them."""

    BODY = "body"
    """The front matter (pages i, ii) ends and the body (pages 1, 2) starts."""
    CONTENTS = "contents"
    PAGE = "page"
    """What follows starts on a new page."""
    COLUMNS_1 = "columns 1"
    COLUMNS_2 = "columns 2"


Block = Heading | Paragraph | ListItem | Table | Bars | Points | Switch


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One document of the library before it is written. `notes[i]` is footnote i + 1."""

    file: str
    title: str
    subtitle: str
    version: str
    day: date
    language: str
    fictional: bool
    blocks: tuple[Block, ...]
    notes: tuple[Runs, ...]
    scanned: bool = False
    """Whether the PDF holds pictures of its pages instead of text."""


def stretches(source: Source) -> Iterator[Runs]:
    """Everything that a source says, piece by piece: titles, blocks, a table's cells, notes; no figures."""
    yield (Run(text=source.title),)
    yield (Run(text=source.subtitle),)
    for block in source.blocks:
        if isinstance(block, Table):
            yield from (cell for row in (block.head, *block.rows) for cell in row)
        elif isinstance(block, Heading | Paragraph | ListItem):
            yield block.runs
    yield from source.notes


def plain(runs: Iterable[Run]) -> str:
    """The text of runs without style and without footnote marks."""
    return "".join(run.text for run in runs)


_IMPRINT = {
    "en": ("Version {version}, {day}", "Greenpaper starter library. Licence: CC BY 4.0."),
    "de": ("Fassung {version}, {day}", "Startbibliothek von Greenpaper. Lizenz: CC BY 4.0."),
    "fr": ("Version {version}, {day}", "Bibliothèque de départ de Greenpaper. Licence : CC BY 4.0."),
}
_DAY = {"en": "{day} {month} {year}", "de": "{day}. {month} {year}", "fr": "{day} {month} {year}"}
_FICTION = {
    "de": "Erfundenes Beispiel: die Stelle, ihre Regeln und ihre Zahlen sind erfunden.",
    "en": "Fictional example: the body that issues this text, its rules and its figures are invented.",
    "fr": "Exemple fictif : l’organisme, ses règles et ses chiffres sont inventés.",
}
_MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}


def imprint(source: Source) -> tuple[str, ...]:
    """The lines under the title: version and date, licence, and that it is fictional if it is."""
    month = _MONTHS[source.language].split()[source.day.month - 1]
    day = _DAY[source.language].format(day=source.day.day, month=month, year=source.day.year)
    first, second = _IMPRINT[source.language]
    lines = (first.format(version=source.version, day=day), second)
    return (*lines, _FICTION[source.language]) if source.fictional else lines

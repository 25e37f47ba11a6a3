"""Reads a source: TOML between `+++` lines, then Markdown with `[^name]` footnotes.

Footnotes are numbered in the order of their first mark. A mark without a note, a note without a mark
and Markdown that no writer knows are errors, so that nothing is lost between source and library.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from eval.corpus.model import (
    Bars,
    Block,
    Heading,
    ListItem,
    Paragraph,
    ParagraphKind,
    Point,
    Points,
    Run,
    Runs,
    Source,
    Switch,
    Table,
)

_NOTE = re.compile(r"^\[\^([\w-]+)\]: (.+(?:\n {4}.+)*)$", re.MULTILINE)
_MARK = re.compile(r"\[\^([\w-]+)\]")
_CAPTION = re.compile(r"^(Table|Figure|Tableau|Tabelle|Abbildung) \d+\.? ")
_COMMENT = re.compile(r"<!-- (.+?) -->")
_PARSER = MarkdownIt("commonmark").enable("table")


class SourceError(ValueError):
    """A source says something that cannot be built; the message names the file and the fault."""


def read_source(path: Path) -> Source:
    """The document that the file at `path` describes. Raises SourceError."""
    text = path.read_text(encoding="utf-8")
    parts = text.split("+++\n", 2)
    if len(parts) != 3 or parts[0]:
        raise SourceError(f"{path.name}: does not start with front matter between +++ lines")
    meta = tomllib.loads(parts[1])
    try:
        blocks, notes = parse_body(parts[2])
        return Source(
            file=meta["file"],
            title=meta["title"],
            subtitle=meta.get("subtitle", ""),
            version=meta["version"],
            day=meta["date"],
            language=meta["language"],
            fictional=meta["fictional"],
            blocks=blocks,
            notes=notes,
            scanned=meta.get("scanned", False),
        )
    except SourceError as error:
        raise SourceError(f"{path.name}: {error}") from None
    except KeyError as error:
        raise SourceError(f"{path.name}: the front matter lacks {error}") from None


def parse_body(text: str) -> tuple[tuple[Block, ...], tuple[Runs, ...]]:
    """The blocks of Markdown `text`, and its footnotes in the order of their marks."""
    defined = {m[1]: re.sub(r"\n +", " ", m[2]) for m in _NOTE.finditer(text)}
    reader = _Reader(defined=defined)
    tokens = _PARSER.parse(_NOTE.sub("", text))
    blocks = tuple(reader.blocks(tokens))
    unused = sorted(set(defined) - set(reader.order))
    if unused:
        raise SourceError(f"footnotes without a mark: {', '.join(unused)}")
    notes = tuple(_styled(_inline(defined[name])) for name in reader.order)
    return blocks, notes


def _inline(text: str) -> Sequence[Token]:
    return _PARSER.parseInline(text)[0].children or []


def _styled(children: Sequence[Token]) -> Runs:
    """Runs of inline tokens; a soft line break is a space."""
    runs: list[Run] = []
    bold = italic = False
    href: str | None = None
    for token in children:
        match token.type:
            case "text" | "code_inline":
                runs.append(Run(text=token.content, bold=bold, italic=italic, href=href))
            case "softbreak":
                runs.append(Run(text=" ", bold=bold, italic=italic, href=href))
            case "strong_open" | "strong_close":
                bold = token.type == "strong_open"
            case "em_open" | "em_close":
                italic = token.type == "em_open"
            case "link_open":
                href = str(token.attrGet("href"))
            case "link_close":
                href = None
            case _:
                raise SourceError(f"no writer knows {token.type!r}")
    return tuple(run for run in runs if run.text)


@dataclass(slots=True)
class _Reader:
    """Walks the tokens once; `order` collects the footnotes' names as their marks come."""

    defined: dict[str, str]
    order: list[str] = field(default_factory=list)

    def runs(self, children: Sequence[Token] | None) -> Runs:
        return tuple(piece for run in _styled(children or []) for piece in self._marked(run))

    def _marked(self, run: Run) -> Iterator[Run]:
        for index, part in enumerate(_MARK.split(run.text)):
            if index % 2:
                yield Run(note=self._number(part))
            elif part:
                yield Run(text=part, bold=run.bold, italic=run.italic, href=run.href)

    def _number(self, name: str) -> int:
        if name not in self.defined:
            raise SourceError(f"the mark [^{name}] has no footnote")
        if name not in self.order:
            self.order.append(name)
        return self.order.index(name) + 1

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        lists: list[int | None] = []
        quoted = False
        at = 0
        while at < len(tokens):
            token = tokens[at]
            match token.type:
                case "heading_open":
                    yield Heading(level=int(token.tag[1]), runs=self.runs(tokens[at + 1].children))
                    at += 2
                case "paragraph_open":
                    yield self._paragraph(self.runs(tokens[at + 1].children), lists, quoted)
                    at += 2
                case "bullet_list_open":
                    lists.append(None)
                case "ordered_list_open":
                    lists.append(int(token.attrGet("start") or 1))
                case "bullet_list_close" | "ordered_list_close":
                    lists.pop()
                case "blockquote_open" | "blockquote_close":
                    quoted = token.type == "blockquote_open"
                case "list_item_open" | "list_item_close":
                    pass
                case "table_open":
                    end = next(i for i in range(at, len(tokens)) if tokens[i].type == "table_close")
                    yield self._table(tokens[at:end])
                    at = end
                case "fence":
                    yield _chart(token)
                case "html_block":
                    yield from _switches(token.content)
                case _:
                    raise SourceError(f"no writer knows {token.type!r}")
            at += 1

    def _paragraph(self, runs: Runs, lists: list[int | None], quoted: bool) -> Block:
        if lists:
            number = lists[-1]
            if number is not None:
                lists[-1] = number + 1
            return ListItem(runs=runs, number=number, depth=len(lists) - 1)
        if quoted:
            return Paragraph(runs=runs, kind=ParagraphKind.QUOTE)
        caption = runs and _CAPTION.match(runs[0].text)
        return Paragraph(runs=runs, kind=ParagraphKind.CAPTION if caption else ParagraphKind.BODY)

    def _table(self, tokens: Sequence[Token]) -> Table:
        rows: list[list[Runs]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self.runs(token.children))
        head, *body = (tuple(row) for row in rows)
        return Table(head=head, rows=tuple(body), shares=_shares((head, *body)))


def _shares(rows: Sequence[tuple[Runs, ...]]) -> tuple[int, ...]:
    """Column widths from the text in them: the mean length up to 40, and room for the longest word."""
    shares = []
    for column in zip(*rows, strict=True):
        texts = ["".join(run.text for run in runs) for runs in column]
        word = max(len(word) for text in texts for word in (text.split() or [""]))
        mean = sum(map(len, texts)) // len(texts)
        shares.append(max(4 + word * 7 // 5, min(mean, 40)))
    return tuple(shares)


def _chart(token: Token) -> Bars | Points:
    """A fence holds a chart as TOML: `bars` or `points`."""
    kind = token.info.strip()
    if kind not in ("bars", "points"):
        raise SourceError(f"no writer knows the fence {token.info!r}")
    data = tomllib.loads(token.content)
    if kind == "points":
        points = tuple(_point(point) for point in data["point"])
        return Points(unit=data["unit"], points=points)
    return Bars(
        unit=data["unit"],
        labels=tuple(bar["label"] for bar in data["bar"]),
        values=tuple(float(bar["value"]) for bar in data["bar"]),
    )


def _point(data: dict[str, Any]) -> Point:
    """A logarithm needs a value above zero, and a chart without one would lose the point."""
    if data["value"] <= 0:
        raise SourceError(f"the point {data['label']!r} is not above zero")
    return Point(
        label=data["label"], day=data["day"], value=float(data["value"]), left=data.get("left", False)
    )


def _switches(content: str) -> Iterator[Switch]:
    for comment in _COMMENT.findall(content):
        try:
            yield Switch(comment)
        except ValueError:
            raise SourceError(f"no writer knows the comment {comment!r}") from None

"""An answer's text as paragraphs and list items of runs: emphasis, note marks, labels of doubtful claims."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.types import Claim, Support
from ui.records.pieces import Kind, Piece, Run
from ui.records.record import Entry
from ui.records.words import SUPPORT

_PARSER = MarkdownIt("commonmark", {"html": False}).disable(
    ["autolink", "code", "html_block", "html_inline", "image", "lheading", "link", "reference"]
)
_MARKER = re.compile(r"\[(\d{1,4}(?:\s?[,;]\s?\d{1,4})*)\]")
_LABEL = re.compile(r"\ue000(\w+)\ue001")
_AFTER = re.compile(r"(?:\s*\[\d{1,4}(?:\s?[,;]\s?\d{1,4})*\])*[.;!?]?")


def prose(entry: Entry, first_note: int) -> tuple[Piece, ...]:
    """The answer's paragraphs; its citation k, in order, is note `first_note` + k of the record."""
    numbers = {citation.marker: first_note + at for at, citation in enumerate(entry.citations)}
    tokens = _PARSER.parse(_labelled(entry.text.replace("\ue000", "").replace("\ue001", ""), entry.claims))
    return tuple(_blocks(tokens, numbers))


def _labelled(text: str, claims: Sequence[Claim]) -> str:
    """The text with a sign after each claim that its quotes do not fully bear out."""
    parts, cursor = [], 0
    for claim in claims:
        start = text.find(claim.text, cursor)
        if start < 0:
            continue
        after = _AFTER.match(text, start + len(claim.text))
        assert after is not None
        sign = "" if claim.support is Support.YES else f"\ue000{claim.support.value}\ue001"
        parts.append(text[cursor : after.end()] + sign)
        cursor = after.end()
    return "".join([*parts, text[cursor:]])


def _blocks(tokens: Sequence[Token], numbers: Mapping[int, int]) -> Iterator[Piece]:
    lists: list[int | None] = []
    mark = ""
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            ordered = token.type == "ordered_list_open"
            lists.append(int(token.attrGet("start") or 1) if ordered else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            number = lists[-1]
            mark = "•" if number is None else f"{number}."
            lists[-1] = None if number is None else number + 1
        elif token.type in ("inline", "fence"):
            children = token.children if token.type == "inline" else [token]
            runs = tuple(_runs(children or [], numbers))
            kind = Kind.ITEM if lists else Kind.BODY
            yield Piece(kind=kind, runs=runs, mark=mark, depth=max(0, len(lists) - 1))
            mark = ""


def _runs(tokens: Sequence[Token], numbers: Mapping[int, int]) -> Iterator[Run]:
    style = Run()
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                style = replace(style, bold=token.nesting == 1)
            case "em_open" | "em_close":
                style = replace(style, italic=token.nesting == 1)
            case "softbreak" | "hardbreak":
                yield replace(style, text="\n")
            case _:
                yield from _marked(token.content, style, numbers)


def _marked(text: str, style: Run, numbers: Mapping[int, int]) -> Iterator[Run]:
    """One stretch, cut at the note marks and labels in it; a mark of no citation stays text."""
    done = 0
    for match in re.finditer(f"{_MARKER.pattern}|{_LABEL.pattern}", text):
        marks = [int(digits) for digits in re.findall(r"\d+", match[1] or "")]
        if match[1] and not all(mark in numbers for mark in marks):
            continue
        before = text[done : match.start()]
        yield from _text(before.rstrip(" ") if match[1] else before, style)
        yield from (Run(note=numbers[mark]) for mark in marks)
        if match[2]:
            yield Run(text=f" ({SUPPORT[Support(match[2])]})", italic=True)
        done = match.end()
    yield from _text(text[done:], style)


def _text(text: str, style: Run) -> Iterator[Run]:
    if text:
        yield replace(style, text=text)

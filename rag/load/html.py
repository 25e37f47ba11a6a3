"""HTML: what the reader of the page reads, as blocks. DOCX and Markdown come through here too."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rag.load.encoding import decode
from rag.load.html_walker import Walk, walk
from rag.load.model import Parsed, RawBlock

_DATE_NAMES = (
    "date",
    "dc.date",
    "dcterms.date",
    "dcterms.issued",
    "dcterms.modified",
    "dc.date.issued",
    "article:published_time",
    "citation_publication_date",
    "publication_date",
)
_VERSION_NAMES = ("version", "dcterms.hasversion", "dc.version", "document-version")
_ISO_DATE = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?")
_SMALL_PART = 0.1
"""A `main` or `article` with less than this share of the text is not the page's content."""


def load_html(data: bytes) -> Parsed:
    """The content of a web page: `main`, a lone `article` or the body, without what surrounds it."""
    text, findings = decode(data, html=True)
    tree = LexborHTMLParser(text)
    walked = _content(tree)
    if walked.hidden:
        findings += (f"{walked.hidden} characters of hidden text were left out",)
    meta = _meta(tree)
    stated = tree.css_first("title")
    return Parsed(
        media_type="text/html",
        blocks=walked.blocks,
        title=stated.text(deep=True) if stated is not None else None,
        date=iso_date(next((meta[key] for key in _DATE_NAMES if key in meta), "")),
        version=next((meta[key] for key in _VERSION_NAMES if key in meta), None),
        findings=findings,
    )


def fragment_blocks(html: str) -> tuple[RawBlock, ...]:
    """The blocks of HTML that another reader made (DOCX, Markdown): all of it is content."""
    tree = LexborHTMLParser(html)
    return walk(tree.body, boilerplate=True).blocks if tree.body is not None else ()


def iso_date(stated: str) -> str | None:
    """The ISO date (or year and month) that `stated` begins with, else None."""
    match = _ISO_DATE.match(stated.strip())
    if not match:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    if not (1800 <= year <= 2200 and 1 <= month <= 12 and day <= 31):
        return None
    return f"{year:04d}-{month:02d}" + (f"-{day:02d}" if day else "")


def _content(tree: LexborHTMLParser) -> Walk:
    body = tree.body
    if body is None:
        return Walk(blocks=(), hidden=0)
    everything = walk(body, boilerplate=True)
    total = _size(everything.blocks)
    for root in (*_candidates(tree), body):
        walked = walk(root, boilerplate=False)
        if _size(walked.blocks) >= _SMALL_PART * total:
            return Walk(blocks=walked.blocks, hidden=everything.hidden)
    return everything


def _candidates(tree: LexborHTMLParser) -> list[LexborNode]:
    for selector in ("main", "[role=main]", "article"):
        found = tree.css(selector)
        if len(found) == 1:
            return found
    return []


def _size(blocks: tuple[RawBlock, ...]) -> int:
    return sum(len(piece.text) for block in blocks for piece in block.pieces)


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta"):
        name = (node.attributes.get("name") or node.attributes.get("property") or "").lower()
        content = (node.attributes.get("content") or "").strip()
        if name and content:
            found.setdefault(name, content)
    return found

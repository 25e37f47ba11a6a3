"""Markdown, by way of HTML: front matter, footnotes and the attribute lists of static-site generators."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from rag.load.encoding import decode
from rag.load.front_matter import split_front_matter
from rag.load.html import fragment_blocks, iso_date
from rag.load.model import Parsed, RawBlock, raw
from rag.load.notes import mark_captions, mark_notes
from rag.load.reflow import reflow
from rag.types import BlockKind

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NOTE = re.compile(r" {0,3}\[\^([^\]\s]{1,60})\]:[ \t]*(.*)")
_NOTE_REFERENCE = re.compile(r"\[\^([^\]\s]{1,60})\]")
_ATTRIBUTE_LIST = re.compile(r"^\s*\{:[^}\n]*\}\s*$")
_MAX_NESTING = 100
_MARKUP = re.compile(
    r"<[^>]{0,2000}>|<!--.*?-->|\]\([^)\s]{0,2000}\)|^\s*\[[^\]]{1,200}\]:.*$|https?://\S+",
    re.DOTALL | re.MULTILINE,
)
_QUOTE_MARKS = re.compile(r"^(?:\s*>)+", re.MULTILINE)
_LONG_FIELD = 400


def load_markdown(data: bytes) -> Parsed:
    """Headings, paragraphs, lists, tables and footnotes of a Markdown file."""
    text, findings = decode(data)
    fields, body = split_front_matter(text)
    # Some content systems write the whole document into a field.
    sources = [*(value for value in fields.values() if len(value) >= _LONG_FIELD), body]
    return Parsed(
        media_type="text/markdown",
        blocks=tuple(block for source in sources if source.strip() for block in markdown_blocks(source)),
        title=fields.get("title") or fields.get("resource_name") or fields.get("name"),
        date=iso_date(fields.get("date") or fields.get("published") or ""),
        version=fields.get("version"),
        findings=findings,
    )


def markdown_blocks(source: str) -> tuple[RawBlock, ...]:
    """The blocks of Markdown text, footnotes after the paragraph that they interrupt."""
    renderer = MarkdownIt("commonmark", {"html": True, "maxNesting": _MAX_NESTING}).enable(
        ["table", "strikethrough"]
    )
    blocks = fragment_blocks(renderer.render(_prepared(source)))
    if _letters("\n".join(block.text for block in blocks)) < 0.5 * _letters(_MARKUP.sub(" ", source)):
        blocks = tuple(  # nested beyond what the parser follows: it would drop the text silently
            raw(BlockKind.PARAGRAPH, _QUOTE_MARKS.sub("", part)) for part in source.split("\n\n")
        )
    return reflow(mark_captions(mark_notes(blocks)))


def _letters(text: str) -> int:
    return sum(char.isalnum() for char in text)


def _prepared(source: str) -> str:
    """Footnotes as the HTML that the walker knows; attribute lists removed; code left as it is."""
    lines: list[str] = []
    fence = ""
    note = False
    for line in source.split("\n"):
        opening = _FENCE.match(line)
        if opening and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else opening.group(1)
        definition = None if fence else _NOTE.match(line)
        if note and (
            definition or (line.strip() and not line.startswith(("    ", "\t")) and not lines[-1].strip())
        ):
            lines += ["", "</div>", ""]
            note = False
        if definition:
            lines += [
                "",
                '<div class="footnote">',
                "",
                f"{_raised(definition.group(1))} {definition.group(2)}",
            ]
            note = True
        elif fence:
            lines.append(line)
        elif not _ATTRIBUTE_LIST.match(line):
            shown = line.lstrip() if note else line
            lines.append(_NOTE_REFERENCE.sub(lambda match: _raised(match.group(1)), shown))
    return "\n".join(lines + (["", "</div>"] if note else []))


def _raised(name: str) -> str:
    return f"<sup>{name}</sup>" if name.isdecimal() else f"[{name}]"

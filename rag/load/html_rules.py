"""What an HTML element means to a reader: left out, a block, a heading, a note."""

from __future__ import annotations

import re
from collections.abc import Mapping

Attributes = Mapping[str, str | None]

NEVER = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "canvas",
        "video",
        "audio",
        "head",
        "title",
        "button",
        "select",
        "input",
        "textarea",
        "datalist",
    ]
)
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_AROUND = frozenset({"nav", "form", "aside"})
_AROUND_ARTICLE = frozenset({"header", "footer"})
_AROUND_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary"})
_AROUND_NAMES = re.compile(
    r"\bcookie[-_]?(?:bar|banner|consent|notice|popup)|\bskip[-_]?(?:link|to|nav)", re.IGNORECASE
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?:\.0+)?(?:px|pt|r?em|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_NOTE_ROLES = frozenset({"doc-footnote", "doc-footnotes", "doc-endnote", "doc-endnotes"})
_NOTE_NAME = re.compile(r"(?:foot|end)-?notes?(?:[-_:.]?\w{0,12})?|fn[-_:.]?\d{1,5}", re.IGNORECASE)
_NOTE_LINK = re.compile(r"(?:foot|end)-?note-?ref", re.IGNORECASE)
_EU_LEVELS = (
    ("title-doc-first", 1),
    ("title-annex-1", 2),
    ("title-annex-2", 3),
    ("title-division-1", 2),
    ("title-division-2", 3),
    ("title-article", 4),
    ("title-gr-seq", 5),
    ("ti-section-1", 2),
    ("ti-section-2", 3),
    ("ti-art", 4),
    ("sti-art", 5),
    ("ti-grseq", 5),
    ("ti-annotation", 5),
)
"""The Official Journal of the EU marks its headings by class, on plain paragraphs."""


def is_hidden(attributes: Attributes) -> bool:
    """Whether the element states that it is not shown."""
    return "hidden" in attributes or bool(_HIDDEN_STYLE.search(attributes.get("style") or ""))


def is_decoration(attributes: Attributes) -> bool:
    return attributes.get("aria-hidden") == "true"


def is_around(tag: str, attributes: Attributes, *, in_article: bool) -> bool:
    """Whether the element surrounds the content: navigation, banner, form, cookie bar."""
    if tag in _AROUND or (tag in _AROUND_ARTICLE and not in_article):
        return True
    if (attributes.get("role") or "").lower() in _AROUND_ROLES:
        return True
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
    return len(names) < 500 and bool(_AROUND_NAMES.search(names))


def is_note(attributes: Attributes) -> bool:
    """Whether the block is a footnote or endnote, or holds them."""
    if (attributes.get("role") or "").lower() in _NOTE_ROLES:
        return True
    names = [attributes.get("id") or "", *(attributes.get("class") or "").split()[:20]]
    return any(_NOTE_NAME.fullmatch(name) and not _NOTE_LINK.match(name) for name in names if len(name) < 40)


def heading_level(tag: str, attributes: Attributes) -> int:
    """1 to 6 for a heading, 0 for anything else."""
    if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
        return int(tag[1])
    if attributes.get("role") == "heading":
        stated = attributes.get("aria-level") or ""
        return min(6, int(stated)) if stated.isdecimal() and int(stated) > 0 else 2
    if tag == "p":
        for name in (attributes.get("class") or "").split()[:20]:
            for prefix, level in _EU_LEVELS:
                if name.startswith(prefix):
                    return level
    return 0


def is_raised(tag: str, attributes: Attributes) -> bool:
    """Whether the element is superscript."""
    return tag == "sup" or (tag == "span" and "super" in (attributes.get("class") or ""))

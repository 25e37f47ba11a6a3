"""Front matter of Markdown files: the top-level fields that are text, read without a YAML library.

Only what documents use is understood: `key: value`, quoted values, values that go on indented, and block
scalars (`|` keeps line ends, `>` folds them). Lists, maps, aliases and tags are passed over.
"""

from __future__ import annotations

import re

_FENCED = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"([A-Za-z_][\w -]{0,60}):(?:[ \t]+(.*))?$")
_BLOCK = re.compile(r"([|>])[-+\d]{0,2}\s*(?:#.*)?$")


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """The text fields by their names in lower case, and the body after them."""
    match = _FENCED.match(text)
    if match is None:
        return {}, text
    fields: dict[str, str] = {}
    lines = match.group(1).split("\n")
    at = 0
    while at < len(lines):
        field = _FIELD.match(lines[at])
        at += 1
        start = at
        while at < len(lines) and (not lines[at].strip() or lines[at][0] in " \t"):
            at += 1
        if field is not None:
            value = _value(field.group(2) or "", lines[start:at])
            if value:
                fields.setdefault(field.group(1).lower(), value)
    return fields, text[match.end() :]


def _value(first: str, rest: list[str]) -> str:
    """The text of one field, "" for anything that is not text."""
    first = first.strip()
    block = _BLOCK.match(first)
    if block:
        lines = _dedented(rest)
        return ("\n".join(lines) if block.group(1) == "|" else _folded(lines)).strip("\n")
    if first[:1] in ("[", "{", "&", "*", "!") or not first:
        return ""
    whole = " ".join([first, *(line.strip() for line in rest if line.strip())])
    if len(whole) >= 2 and whole[0] == whole[-1] and whole[0] in "'\"":
        quote, inner = whole[0], whole[1:-1]
        return inner.replace("''", "'") if quote == "'" else inner.replace('\\"', '"')
    return whole.split(" #")[0].strip()


def _dedented(lines: list[str]) -> list[str]:
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[margin:].rstrip() for line in lines]


def _folded(lines: list[str]) -> str:
    """A line end is a space, n empty lines are n line ends; indented lines keep theirs."""
    out: list[str] = []
    empty = 0
    for line in lines:
        if not line:
            empty += 1
            continue
        if out:
            kept = line[0] in " \t" or out[-1][:1] in (" ", "\t")
            out.append("\n" * (empty + kept) or " ")
        out.append(line)
        empty = 0
    return "".join(out)

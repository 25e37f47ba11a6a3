"""A record in Markdown, read as it stands: its footnotes, and the data in its comment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ui.records.as_json import RecordError, from_json
from ui.records.found import Found, Opened, note_from
from ui.records.to_markdown import DATA

_DEFINITION = re.compile(r"\[\^(\d{1,9})\]:[ \t]?")
_DATA_START, _DATA_END = f"<!-- {DATA} ", " -->"
_MARKUP = re.compile(
    r"\\\n {0,4}"  # a hard break
    r"|\\([!-/:-@\[-`{-~])"  # a sign that is only a sign
    r"|\n[ \t]*\n\s*"  # the end of a paragraph
    r"|\n[ \t]{0,4}"  # a line that an editor broke
)


def from_markdown(data: bytes) -> Opened:
    """The notes and the record of a Markdown file. Raises RecordError."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise RecordError("It is not text in UTF-8. Save it as UTF-8, and verify that copy.") from None
    before, start, after = text.rpartition(_DATA_START)
    if not start:
        return Opened(found=tuple(_notes(text)), record=None)
    data_part, _, rest = after.partition(_DATA_END)
    unwrapped = data_part.replace("\n", " ")  # an editor that breaks lines does so at blanks
    return Opened(found=tuple(_notes(f"{before}\n{rest}")), record=from_json(unwrapped))


def _notes(text: str) -> Iterator[Found]:
    number = 0
    lines: list[str] = []
    for line in [*text.split("\n"), "[^0]: "]:
        start = _DEFINITION.match(line)
        outside = lines and lines[-1].strip() == "" and line.strip() and not line.startswith(("    ", "\t"))
        if number and (start or outside):
            if note := note_from(number, _MARKUP.sub(_shown, "\n".join(lines))):
                yield note
            number, lines = 0, []
        if start:
            number, lines = int(start[1]), [line[start.end() :]]
        elif number:
            lines.append(line)


def _shown(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    if match[0].startswith("\\"):
        return "\n"
    return "\n\n" if match[0].count("\n") > 1 else " "

"""A record as JSON, and the way back: what an exported file carries besides what its reader sees."""

from __future__ import annotations

import json

from pydantic import TypeAdapter, ValidationError

from rag.errors import GreenpaperError
from ui.records.record import FORMAT, Record


class RecordError(GreenpaperError):
    """A file is no record, or not one that can be read."""


_ADAPTER: TypeAdapter[Record] = TypeAdapter(Record)


def to_json(record: Record) -> str:
    """The whole record on one line of ASCII, so that no file format loses a character of it."""
    return json.dumps(_ADAPTER.dump_python(record, mode="json"), ensure_ascii=True, separators=(",", ":"))


def from_json(text: str) -> Record:
    """The record that `to_json` wrote. Raises RecordError, which names the first fault."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"Its data is not JSON ({error}): it was cut off or edited. {_NEXT}") from None
    made = raw.get("format") if isinstance(raw, dict) else None
    if isinstance(made, int) and made > FORMAT:
        raise RecordError(
            f"It was written by a newer Greenpaper (format {made}, this one reads up to {FORMAT}): update."
        )
    try:
        return _ADAPTER.validate_python(raw)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, fault["loc"])) or "the whole"
        raise RecordError(f"Its data is not a record ({place}: {fault['msg']}). {_NEXT}") from None


_NEXT = "Export the answer anew."

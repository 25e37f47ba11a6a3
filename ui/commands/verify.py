"""`greenpaper verify`: every quote of an exported record against the library, as the file stands now."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import IndexOption

if TYPE_CHECKING:
    from ui.records.verify import Checked


def verify(
    file: Annotated[Path, typer.Argument(help="A record that Greenpaper exported: .docx, .md or .pdf.")],
    index: IndexOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Check every quote of an exported record against the library.

    \b
    greenpaper verify memo.docx
    greenpaper verify memo.md --json

    The quotes are read as they stand in the file now, also after it was edited. Only they are checked, not
    the sentences that rest on them. The exit status is 0 only if every quote is verbatim.
    """
    from rag.index import Index
    from rag.paths import default_index
    from ui.records.open_record import open_record
    from ui.records.verify import Outcome
    from ui.records.verify import verify as checked_quotes

    opened = open_record(file)
    with Index.open(index or default_index()) as library:
        checked = checked_quotes(opened, library)
    good = all(one.outcome is Outcome.VERBATIM for one in checked)
    if as_json:
        _print_json(file, checked, good)
    else:
        _print(file, checked)
    if not good:
        raise typer.Exit(1)


def _print_json(file: Path, checked: Sequence[Checked], good: bool) -> None:
    quotes = [asdict(one) | {"outcome": one.outcome.value} for one in checked]
    reply = {"file": str(file), "all_verbatim": good, "quotes": quotes}
    sys.stdout.write(json.dumps(reply, ensure_ascii=False, indent=2) + "\n")


def _print(file: Path, checked: Sequence[Checked]) -> None:
    from rich.console import Console
    from rich.text import Text

    from ui.records.verify import Outcome

    out = Console(highlight=False, soft_wrap=True)
    for one in checked:
        fine = one.outcome is Outcome.VERBATIM
        out.print(Text(f"[{one.number}] {_told(one)}", style="green" if fine else "yellow"))
        if not fine:
            out.print(Text(_shown(one)))
    verbatim = sum(one.outcome is Outcome.VERBATIM for one in checked)
    summary = f"{verbatim} of {len(checked)} quotes are verbatim." if checked else "No quote to check."
    out.print(Text(f"{file}: {summary}", style="bold"))


def _told(one: Checked) -> str:
    from ui.records.verify import Outcome

    match one.outcome:
        case Outcome.VERBATIM:
            return f"verbatim: {one.place}"
        case Outcome.MOVED:
            return f"moved: the same words now stand in {one.place}"
        case Outcome.ALTERED:
            return f"altered: the document says otherwise, {one.place}"
        case Outcome.CHANGED if one.verbatim_elsewhere:
            return f"document changed: {one.document}; the new one has the same words, {one.place}"
        case Outcome.CHANGED:
            return f"document changed: {one.document}; most like it in the new one, {one.place}"
        case Outcome.GONE if one.verbatim_elsewhere:
            return f"document gone: {one.document}; the same words stand in {one.place}"
        case Outcome.GONE:
            return f"document gone: {one.document} is not in the library"
        case Outcome.REMOVED:
            return f"removed from the file: the note that quoted {one.document}"


def _shown(one: Checked) -> str:
    """The quote, with what differs marked where the library says otherwise."""
    from ui.records.difference import difference

    text = difference(one.quote, one.library) if one.library and one.library != one.quote else one.quote
    return f"    “{text}”"

"""`greenpaper documents`: what the index holds, its text, and how to take something out again."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import IndexOption, NewestOption, SinceOption, UntilOption

if TYPE_CHECKING:
    from rag.types import DocumentInfo

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def documents() -> None:
    """List the ingested documents, print their text, remove them.

    \b
    greenpaper documents list                   id, name, title, date, pages, passages
    greenpaper documents list reports/2024      what lies in a folder; --since, --until, --newest go with it
    greenpaper documents text ID                the text that every offset counts in
    greenpaper documents remove ID...           for good, out of the index; your own file stays
    greenpaper documents roll-back              back to the index as it was before the last change
    """


@app.command("list")
def list_(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID...]", help="Only these: ids, names or folders.")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    newest: NewestOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
    index: IndexOption = None,
) -> None:
    """Show the documents of the index, by name; with the options of `ask`, those that would be asked."""
    from rag.choosing import Filter, fitting, named
    from rag.index import Index

    with Index.open(_folder(index)) as opened:
        infos = opened.documents()
    wanted = Filter(since=since or "", until=until or "", newest=newest)
    infos = fitting(named(infos, names) if names else infos, wanted)
    if as_json:
        typer.echo(json.dumps([asdict(info) for info in infos], indent=2))
    else:
        _print_table(infos)


@app.command()
def text(
    document: Annotated[str, typer.Argument(metavar="ID", help="An id, its beginning, or a name.")],
    index: IndexOption = None,
) -> None:
    """Print a document's text exactly: text[start:end] of it is what a citation quotes.

    Nothing is added, no line break either; on a terminal, control characters in it are shown as escapes.
    """
    from rag.index import Index

    with Index.open(_folder(index)) as opened:
        content = opened.document(document).text
    if sys.stdout.isatty():
        content = "".join(
            letter if letter.isprintable() or letter in "\n\t" else repr(letter)[1:-1] for letter in content
        )
    sys.stdout.write(content)


@app.command()
def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids, their beginnings, or names.")],
    index: IndexOption = None,
) -> None:
    """Take documents out of the index for good, all or none.

    Your own files stay where they are; a copy that the chat kept of a file that was handed to it is deleted.
    Of the text nothing is left in the index: `roll-back` does not bring it back, but `greenpaper ingest` of
    the file does. What a model has computed from its passages (numbers, from which text could be worked out)
    stays in the cache folder until newer passages push it out; that folder may be deleted at any time, and
    `greenpaper doctor` says where it is.
    """
    from rag.paths import documents_dir
    from rag.removal import remove as remove_documents

    for report in remove_documents(ids, _folder(index), copies=documents_dir()):
        typer.echo(f"removed {report.path} ({report.passages} passages)")
        for finding in report.findings:
            typer.echo(f"        {finding}")


@app.command("roll-back")
def roll_back(index: IndexOption = None) -> None:
    """Go back to the index as it was before the last change; given twice, forward again.

    Removing documents cannot be undone so: it leaves nothing to go back to.
    """
    from rag.index.generations import roll_back as go_back

    folder = _folder(index)
    typer.echo(f"{folder} is now as it was in {go_back(folder)}")


def _folder(index: Path | None) -> Path:
    from rag.paths import default_index

    return index or default_index()


def _print_table(infos: tuple[DocumentInfo, ...]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from rag.sources import printable

    if not infos:
        typer.echo("There are no such documents. Add some with `greenpaper ingest PATH...`.")
        return
    table = Table(box=box.SIMPLE)
    table.add_column("id", no_wrap=True)
    table.add_column("name", overflow="fold")
    table.add_column("title", overflow="fold")
    table.add_column("date", no_wrap=True)
    for heading in ("pages", "passages", "characters"):
        table.add_column(heading, justify="right")
    for info in infos:
        counts = (info.date or "-", str(info.pages or "-"), str(info.passages), str(info.characters))
        table.add_row(info.doc_id, Text(info.name), Text(printable(info.title)), *counts)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 200
    console.print(table)

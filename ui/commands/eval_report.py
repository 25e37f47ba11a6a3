"""`greenpaper eval report`: the report of a run, as a page, for machines and for documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    run: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a run.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write to, made where it is missing. Default: the run's own."),
    ] = None,
) -> None:
    """Write report.html, report.json and report.md of a run, also of one that is not finished.

    The page needs no network and no other file: it can be sent as it is.
    """
    from eval.report.load import report_of
    from eval.report.text import visible
    from eval.report.write import write_report

    made = report_of(run)
    for paragraph in made.verdict:
        typer.echo(visible(paragraph))
    for path in write_report(made, out or run):
        typer.echo(str(path))

"""`greenpaper eval score`: a run that is there is scored again; nothing is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def score(
    run: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a run, whole or not yet.")],
) -> None:
    """Score a run again, without asking any model: after the metrics were changed, say.

    The cases are those that the run was begun with, from its own folder. Suites that were mended since are
    not looked at: answers to one question are not answers to another.
    """
    from eval.scoring import score_run
    from eval.store import locked, read_run

    read_run(run)  # says what is wrong before a folder is made
    with locked(run):
        count = score_run(run)
    typer.echo(f"{count} results scored in {run}. The report: greenpaper eval report {run}")

"""`greenpaper warm`: prefill every passage once, so that each question starts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from ui.options import IndexOption, ModelOption, ThreadsOption

if TYPE_CHECKING:
    from rag.types import Stage


def warm(
    index: IndexOption = None,
    model: ModelOption = None,
    threads: ThreadsOption = None,
) -> None:
    """Read all passages with the model now, so that no question waits for it.

    Nearly all of the wait for a first word is the model reading the passages. What it has read is kept in
    your cache folder (GREENPAPER_CACHE), so this can be stopped and given again at any time, and questions
    can be asked without it: a passage is then read when it is first needed.
    """
    from rag.embedding import SentenceTransformerEmbedder
    from rag.index import Index
    from rag.llm.catalogue import embedder_dir
    from rag.llm.llama import EngineSettings
    from rag.paths import default_index
    from rag.session import open_generator
    from rag.warming import warm_index

    fingerprint = SentenceTransformerEmbedder(embedder_dir()).fingerprint
    with Index.open(index or default_index(), fingerprint) as opened:
        generator = open_generator(model, settings=EngineSettings(threads=threads))
        if not generator.stitches:
            typer.echo(f"{generator.name} cannot use stored passages (recurrent or sliding-window memory).")
            return
        with _bar() as progress:
            report = warm_index(opened, generator, progress=progress)
    typer.echo(
        f"{report.prefilled} passages read in {report.seconds:.0f} s, {report.stored_before} were known; "
        f"{report.bytes / 1e6:.0f} MB are kept."
    )


@contextmanager
def _bar() -> Iterator[Callable[[Stage], None]]:
    """A progress bar with the time left on a terminal; a line for every 20 passages elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def show(stage: Stage) -> None:
            bar.update(task, completed=stage.done, total=stage.total, description=stage.detail[:60])
            if not console.is_terminal and stage.done % 20 == 0:
                typer.echo(f"{stage.done} of {stage.total} passages", err=True)

        yield show

"""`greenpaper warm`: prefill every passage once, so that each question starts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import GreenpaperError
from ui.options import (
    CalibratedOption,
    IndexOption,
    KvTypeOption,
    ModelOption,
    SetOption,
    ThreadsOption,
    engine_settings,
)

if TYPE_CHECKING:
    from rag.llm.settings import EngineSettings
    from rag.warming import WarmReport, Warmth


def warm(
    index: IndexOption = None,
    model: ModelOption = None,
    documents: Annotated[
        list[str] | None,
        typer.Option(
            help="Only these documents (ids or names, see `greenpaper documents list`); repeatable."
        ),
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option(
            metavar="GB", help="What stored passages may take on the disk from now on; at first 4.3."
        ),
    ] = None,
    threads: ThreadsOption = None,
    kv: KvTypeOption = None,
    calibrated: CalibratedOption = True,
    own: SetOption = None,
) -> None:
    """Read all passages with the model now, so that no question waits for it.

    Nearly all of the wait for a first word is the model reading the passages. What it has read is kept in
    your cache folder (GREENPAPER_CACHE), so this can be stopped and given again at any time, and questions
    can be asked without it: a passage is then read when it is first needed.
    """
    from rag.llm.cache_budget import choose_budget, passages_dir
    from rag.paths import default_index

    if budget is not None:
        choose_budget(passages_dir(), int(budget * 1e9))
    settings = engine_settings(threads=threads, kv=kv, calibrated=calibrated, own=own)
    report = warm_all(index or default_index(), model, settings, documents)
    typer.echo(told(report))
    if report.warmth.reason:
        raise GreenpaperError(report.warmth.reason)


def warm_all(
    index: Path, model: str | None, settings: EngineSettings, documents: Sequence[str] | None = None
) -> WarmReport:
    """Warm the index (or only `documents`, ids or names) behind a progress bar on stderr."""
    from rag.index import Index
    from rag.llm.catalogue import embedder_dir
    from rag.question_embedding import question_embedder
    from rag.session import open_generator
    from rag.warming import warm_index

    with Index.open(index, question_embedder(embedder_dir()).fingerprint) as opened:
        chosen = {opened.document(name).doc_id for name in documents} if documents else None
        generator = open_generator(model, settings=settings)
        try:
            with _bar() as progress:
                return warm_index(opened, generator, progress=progress, documents=chosen)
        finally:
            generator.close()


def told(report: WarmReport) -> str:
    """One line: what was done, and what is kept."""
    return (
        f"{report.prefilled} passages read in {report.seconds:.0f} s, {report.stored_before} were known; "
        f"{report.warmth.bytes / 1e6:.0f} MB are kept."
    )


@contextmanager
def _bar() -> Iterator[Callable[[Warmth, str], None]]:
    """A bar with passages, bytes and the time left on a terminal; a line for every 20 passages elsewhere."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _say
        return
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[kept]}"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=None, kept="", start=False)
        begun = False

        def show(warmth: Warmth, heading: str) -> None:
            nonlocal begun
            if not begun:  # what was known before must not count as speed
                bar.reset(task, completed=warmth.done, total=warmth.total)
                begun = True
            kept = f"{warmth.bytes / 1e6:.0f} MB"
            bar.update(task, completed=warmth.done, kept=kept, description=escape(heading[:60]))

        yield show


def _say(warmth: Warmth, _heading: str) -> None:
    if warmth.done % 20 == 0:
        typer.echo(f"{warmth.done} of {warmth.total} passages, {warmth.bytes / 1e6:.0f} MB kept", err=True)

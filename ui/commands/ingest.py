"""`greenpaper ingest`: files and folders into the index, with a line for each file at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import DocumentError
from ui.options import ModelOption

if TYPE_CHECKING:
    from rag.types import FileReport, Stage


def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders.")],
    index: Annotated[
        Path | None, typer.Option("--index", help="The index to write (default: your own).")
    ] = None,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Also remove for good what came from these folders and is gone there."),
    ] = False,
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Read scanned pages too, by text recognition (needs Tesseract).")
    ] = False,
    warm: Annotated[
        bool, typer.Option("--warm", help="Then let the model read all passages, as greenpaper warm does.")
    ] = False,
    model: ModelOption = None,
) -> None:
    """Read documents (PDF, HTML, DOCX, Markdown, text) into the index.

    Unchanged files are skipped and changed ones replaced; stop it when you like and give it again. At the
    end there is a line for each file. The exit status is 1 when a file failed. With --ocr pages that are
    pictures are read as well, also of documents that are in the index without them; quotes from such pages
    are marked.

    \b
    greenpaper ingest corpus
    greenpaper ingest reports/ letter.pdf --prune
    greenpaper ingest corpus/scans --ocr
    greenpaper ingest corpus --warm
    """
    from rag.embedding import SentenceTransformerEmbedder
    from rag.ingest import ingest as ingest_paths
    from rag.llm.catalogue import embedder_dir
    from rag.paths import default_index
    from rag.types import FileStatus

    if "" in paths:  # of an unset variable in a script; as a path it would mean the working directory
        raise DocumentError('A path is empty. Name files and folders; the folder you are in is ".".')
    if model is not None and not warm:
        raise DocumentError("--model goes with --warm: reading documents takes no such model.")
    if warm:
        _check_model(model)
    files = [Path(path) for path in paths]
    embedder = SentenceTransformerEmbedder(embedder_dir())
    with shown_progress() as progress:
        reports = ingest_paths(
            files, index or default_index(), embedder, prune=prune, ocr=ocr, progress=progress
        )
    for line in report_lines(reports):
        typer.echo(line)
    if warm:
        _warm(index or default_index(), model)
    if any(report.status is FileStatus.FAILED for report in reports):
        raise typer.Exit(1)


def _check_model(model: str | None) -> None:
    """Raise ModelError now rather than after a long ingestion."""
    from rag.llm.catalogue import resolve_model

    resolve_model(model)


def _warm(index: Path, model: str | None) -> None:
    from rag.llm.settings import EngineSettings
    from ui.commands.warm import told, warm_all

    report = warm_all(index, model, EngineSettings())
    typer.echo(told(report))
    if report.warmth.reason:  # the documents are in the index all the same
        typer.echo(report.warmth.reason, err=True)


def report_lines(reports: Sequence[FileReport]) -> Iterator[str]:
    """A line for each file, its findings below it, and the totals."""
    for report in reports:
        counts = f"{report.pages} pages, " * bool(report.pages) + f"{report.passages} passages"
        yield f"{report.status.value:<9}  {report.path}{f'  ({counts})' if report.doc_id else ''}"
        for finding in report.findings:
            yield f"           {' '.join(finding.split())}"
    counted = Counter(report.status.value for report in reports)
    kinds = ", ".join(f"{count} {status}" for status, count in counted.items())
    new = [report for report in reports if report.status.value in ("added", "replaced")]
    pages, passages = sum(report.pages for report in new), sum(report.passages for report in new)
    yield f"{kinds or 'nothing to ingest'}; {pages} pages and {passages} passages are new"


@contextmanager
def shown_progress() -> Iterator[Callable[[Stage], None]]:
    """A bar on a terminal; elsewhere a line for each file that is read. Both on stderr."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _say_lines
        return
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        files, passages = bar.add_task("", total=None), bar.add_task("", total=None, visible=False)

        def show(stage: Stage) -> None:
            inner = stage.name in ("embedding", "recognising")
            text = escape(f"{stage.name} {stage.detail}"[-60:])
            bar.update(
                passages if inner else files,
                description=text,
                completed=stage.done,
                total=stage.total or None,
                visible=True,
            )
            if not inner:
                bar.update(passages, visible=False)

        yield show


def _say_lines(stage: Stage) -> None:
    if stage.name in ("reading", "renewing"):
        typer.echo(f"{stage.name} {stage.detail} ({stage.done + 1} of {stage.total})", err=True)
    elif stage.name == "recognising":
        typer.echo(f"recognising {stage.detail}, page {stage.done + 1} of {stage.total}", err=True)

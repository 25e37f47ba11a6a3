"""`greenpaper demo`: five questions on the starter library, answered in the terminal with their quotes."""

from __future__ import annotations

import time
from pathlib import Path

import typer

from rag.errors import GreenpaperError
from ui.options import IndexOption, ModelOption


def demo(index: IndexOption = None, model: ModelOption = None) -> None:
    """Ask five questions of the starter library and show their quotes.

    Where the index is empty, the library is read into it first. Only the library's documents are asked. The
    first time, the model has to read the passages of every question, which takes some minutes on two cores;
    from then on the five take less than one.

    \b
    greenpaper demo
    greenpaper demo --model qwen2.5-coder-0.5b-instruct
    """
    from rag.llm.catalogue import resolve_model
    from rag.paths import default_index
    from rag.session import open_answerer
    from ui.starter import library_digests, topics
    from ui.terminal import show_answer

    resolve_model(model)  # now rather than after the reading of the library
    folder = index or default_index()
    _provide_library(folder)
    typer.echo("Loading the model ...", err=True)
    answerer = open_answerer(folder, model)
    infos = answerer.index.documents()
    ours = frozenset(library_digests().values())
    scope = frozenset(info.doc_id for info in infos if info.sha256 in ours)
    asked = [question for topic in topics(infos) for question in topic.questions if question.demo]
    typer.echo(
        f"{len(asked)} questions. A passage that is new to the model is read first: that is the wait.",
        err=True,
    )
    began = time.monotonic()
    for number, question in enumerate(asked, start=1):
        typer.echo(f"\n{number}. {question.text}\n")
        show_answer(answerer.stream(question.text, scope=scope), answerer.index)
    typer.echo(
        f"\n{len(asked)} questions in {time.monotonic() - began:.0f} s. Yours: "
        'greenpaper ask "...", or greenpaper chat for the page in the browser.'
    )


def _provide_library(folder: Path) -> None:
    """Reads the library into an empty index. GreenpaperError where it is not there and may not be added."""
    from rag.index import Index
    from rag.index.generations import CURRENT
    from ui.starter import CORPUS, library_digests

    ours = set(library_digests().values())
    if not ours:
        raise GreenpaperError(
            "The starter library is not here: it comes with a clone of Greenpaper's repository and not with "
            'the installed package. Ask your own documents instead: greenpaper ask "..."'
        )
    if (folder / CURRENT).exists():
        with Index.open(folder) as opened:
            held = {info.sha256 for info in opened.documents()}
        if ours <= held:
            return
        if held - ours:
            raise GreenpaperError(
                f"The index {folder} holds other documents, and not the whole starter library. To add it: "
                f"greenpaper ingest {CORPUS / 'library'}. To leave yours alone: "
                "greenpaper demo --index FOLDER, with a folder that is not there yet."
            )
    _read_library(folder, CORPUS / "library")


def _read_library(folder: Path, library: Path) -> None:
    from rag.embedding import SentenceTransformerEmbedder
    from rag.ingest import ingest
    from rag.llm.catalogue import embedder_dir
    from ui.commands.ingest import shown_progress

    typer.echo("Reading the starter library into the index, once: a minute or two on two cores.", err=True)
    embedder = SentenceTransformerEmbedder(embedder_dir())
    with shown_progress() as progress:
        ingest([library], folder, embedder, progress=progress)

"""`greenpaper ask`: one question, one cited answer, in the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import DocumentError, GreenpaperError
from ui.options import (
    CalibratedOption,
    ContextOption,
    ExactOption,
    GpuLayersOption,
    IndexOption,
    KvTypeOption,
    ModelOption,
    NewestOption,
    SetOption,
    SinceOption,
    ThreadsOption,
    UntilOption,
    engine_settings,
)

if TYPE_CHECKING:
    from rag.choosing import Filter
    from rag.types import DocumentInfo, Turn


def ask(
    question: Annotated[str, typer.Argument(help="What you want to know, in your own words.")],
    more: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    index: IndexOption = None,
    model: ModelOption = None,
    documents: Annotated[
        list[str] | None,
        typer.Option(
            help="Ask only these (ids, names or folders, see `greenpaper documents list`); repeatable."
        ),
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    newest: NewestOption = False,
    history: Annotated[
        Path | None,
        typer.Option(help='Earlier turns as a JSON list: [{"question": "...", "answer": "..."}].'),
    ] = None,
    query: Annotated[
        str | None,
        typer.Option(
            help="What to look for, where a follow-up was misunderstood: the question, standing alone."
        ),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(help="Write the answer with its quotes to a new file, too: .docx, .md or .pdf."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
    exact: ExactOption = False,
    threads: ThreadsOption = None,
    context: ContextOption = 4096,
    gpu_layers: GpuLayersOption = None,
    kv: KvTypeOption = None,
    calibrated: CalibratedOption = True,
    own: SetOption = None,
) -> None:
    """Answer a question from your documents, each claim with its verbatim quote.

    \b
    greenpaper ask "What are the four functions of the AI RMF Core?"
    greenpaper ask "And who maintains it?" --history turns.json
    greenpaper ask "Which models are exempt?" --documents ai-act.pdf --json
    greenpaper ask "Who must report incidents?" --export memo.docx
    greenpaper ask "What changed?" --documents reports/2024 --since 2024-05 --newest

    The exit status is 0 also when the documents do not say: that is an answer too.
    """
    from rag.answering.as_json import answer_to_json
    from rag.choosing import Filter
    from rag.paths import default_index
    from rag.session import open_answerer
    from ui.records.build import record_of
    from ui.records.export import check_target, write_record

    if not question.strip():
        raise GreenpaperError('The question is empty. Ask in your own words: greenpaper ask "Who ... ?"')
    if more and not documents:
        raise GreenpaperError('Put the question in quotes: greenpaper ask "What is open-source AI?"')
    documents = [*(documents or ()), *(more or ())]  # --documents A B, and --documents A --documents B
    if not _is_text(question):
        raise GreenpaperError("The question is not text in UTF-8: type it anew, in a UTF-8 terminal.")
    if export:
        check_target(export)
    turns = _read_history(history) if history else ()
    settings = engine_settings(
        threads=threads, kv=kv, calibrated=calibrated, own=own, context=context, gpu_layers=gpu_layers
    )
    answerer = open_answerer(index or default_index(), model, settings=settings, exact=exact)
    wanted = Filter(since=since or "", until=until or "", newest=newest)
    scope = _scope(answerer.index.documents(), documents, wanted)
    asked = datetime.now(UTC)
    if as_json:
        answer = answerer.ask(question, turns, scope=scope, query=query)
        text = json.dumps(answer_to_json(answer, answerer.index.document), ensure_ascii=False, indent=2)
        sys.stdout.write(text + "\n")
    else:
        from ui.terminal import show_answer

        answer = show_answer(answerer.stream(question, turns, scope=scope, query=query), answerer.index)
    if export:
        digest = answerer.model_sha256
        record = record_of(answer, answerer.index, asked=asked, model_sha256=digest, scope=scope)
        write_record(record, export)
        typer.echo(f"Written: {export}", err=True)


def _scope(infos: Sequence[DocumentInfo], names: Sequence[str], wanted: Filter) -> frozenset[str] | None:
    """Ids of the documents to ask; None for all. DocumentError where none is left."""
    from rag.choosing import Filter, fitting, named

    if not names and wanted == Filter():
        return None
    chosen = fitting(named(infos, names) if names else infos, wanted)
    if not chosen:
        raise DocumentError(
            "No document is left to ask: none of them fits --since, --until and --newest. "
            "`greenpaper documents list` shows their dates."
        )
    return frozenset(info.doc_id for info in chosen)


def _read_history(path: Path) -> tuple[Turn, ...]:
    try:
        turns = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GreenpaperError(f"{path} cannot be read ({error.strerror}): check --history.") from None
    except (ValueError, RecursionError) as error:
        raise _no_history(path, f"it is no JSON in UTF-8: {error}") from None
    if not isinstance(turns, list):
        raise _no_history(path, "it does not hold a list")
    return tuple(_turn(path, number, turn) for number, turn in enumerate(turns, start=1))


def _turn(path: Path, number: int, turn: object) -> Turn:
    from rag.types import Turn

    match turn:
        case {"question": str(question), "answer": str(answer)} if _is_text(question + answer):
            return Turn(question=question, answer=answer)
    raise _no_history(path, f"its turn {number} has not a question and an answer, both of them text")


def _is_text(text: str) -> bool:
    """Whether every character is one: bytes of another encoding arrive as halves of characters."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _no_history(path: Path, why: str) -> GreenpaperError:
    return GreenpaperError(
        f"{path} is not a list of earlier turns: {why}. It must look like "
        '[{"question": "...", "answer": "..."}], the oldest turn first.'
    )

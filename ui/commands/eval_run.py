"""`greenpaper eval run`: a suite, asked of several systems; stopped and gone on with as one likes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import GpuLayersOption, IndexOption, ThreadsOption

if TYPE_CHECKING:
    from eval.run import Step
    from rag.types import Stage

_CONTEXTS = ("retrieved", "gold", "closed-book")
_SYSTEMS = ("naive", "closed-book", "exact")
_ALWAYS = ("always-abstain", "first-sentence")
_SILENCE_S = 10.0


def run(
    suite: Annotated[Path, typer.Argument(help="The suite's folder.")],
    out: Annotated[Path, typer.Option(help="The run's folder; the same folder goes on with the same run.")],
    model: Annotated[
        list[str] | None,
        typer.Option(
            help="A model's name, the path of a .gguf file, or http://127.0.0.1:PORT/v1[#NAME]; repeatable. "
            "Default: this machine's."
        ),
    ] = None,
    system: Annotated[
        list[str] | None,
        typer.Option(
            help="What each model is run as besides: naive (a plain prompt over the same passages), "
            "closed-book (without passages), exact; repeatable."
        ),
    ] = None,
    baselines_of: Annotated[
        str,
        typer.Option(
            metavar="MODEL",
            help="Which of the models is always run as naive and closed-book too; default: the smallest.",
        ),
    ] = "",
    context: Annotated[
        str,
        typer.Option(help="Which passages are read: retrieved, gold (those with the evidence), closed-book."),
    ] = "retrieved",
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask this many of the cases, drawn by --seed; default: all.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides which cases are drawn, and the intervals.")] = 0,
    split: Annotated[str, typer.Option(help="Ask only the cases of this split (dev, test).")] = "",
    exact: Annotated[
        bool, typer.Option("--exact", help="Read all passages anew instead of from the passage cache: slow.")
    ] = False,
    index: IndexOption = None,
    primary: Annotated[
        str, typer.Option(help="The one metric that decides; default: what the suite names.")
    ] = "",
    threads: ThreadsOption = None,
    gpu_layers: GpuLayersOption = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Ask those cases again that ended in an error.")
    ] = False,
    accept_code: Annotated[
        bool, typer.Option("--accept-code", help="Go on with a run that another version of the code began.")
    ] = False,
) -> None:
    """Ask every case of a suite of every model, and score what comes back.

    \b
    greenpaper eval run eval/gold --model qwen2.5-coder-0.5b-instruct --out run
    greenpaper eval run eval/gold --split dev --limit 20 --system naive --out try

    Stop it when you like and give the same command again: it goes on where it was, and asks nothing twice.
    Baselines are always in it, and asked last: a naive prompt and a closed book, with one of the models, and
    two without any (always-abstain, first-sentence). The suite's documents are read into an index in the
    run's folder, unless --index names another.
    """
    from eval.suite_run import RunRequest, Watcher, run_suite
    from eval.systems.contexts import ContextKind
    from eval.systems.system import Kind
    from rag.llm.settings import EngineSettings
    from ui.commands.eval_report import report

    kinds = tuple(Kind(_one_of(name, (*_SYSTEMS, *_ALWAYS), "--system")) for name in system or ())
    request = RunRequest(
        suite=suite,
        out=out,
        models=tuple(model or ()),
        kinds=kinds,
        baselines_of=baselines_of,
        context=ContextKind(_one_of(context, _CONTEXTS, "--context")),
        limit=limit,
        seed=seed,
        split=split,
        exact=exact,
        index=index,
        primary=primary,
        settings=EngineSettings(threads=threads, gpu_layers=gpu_layers),
        retry_failed=retry_failed,
        accept=("code", "greenpaper") if accept_code else (),
    )
    try:
        with _progress() as (ingesting, asking):
            watcher = Watcher(ingesting=ingesting, asking=asking, say=lambda line: typer.echo(line, err=True))
            run_suite(request, watcher)
    except KeyboardInterrupt:
        typer.echo("\nThe same command goes on with it; nothing is asked twice.", err=True)
        raise
    report(out)


def _one_of(name: str, known: tuple[str, ...], option: str) -> str:
    if name not in known:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(known)}", param_hint=option)
    return name


def time_left(seconds: float | None) -> str:
    """How long it still takes, for people: "about 2 h 10 min left"."""
    if seconds is None:
        return "time left unknown"
    if seconds < 60:
        return "under a minute left"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"about {f'{hours} h ' if hours else ''}{minutes} min left"


@contextmanager
def _progress() -> Iterator[tuple[Callable[[Stage], None], Callable[[Step], None]]]:
    """For documents and for cases: a bar on a terminal, elsewhere a line now and then. Both on stderr."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _line_tellers()
        return
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def read(stage: Stage) -> None:
            if stage.name != "embedding":  # one of many within a document
                shown = escape(f"{stage.name} {stage.detail}"[:70])
                bar.update(task, completed=stage.done, total=stage.total or None, description=shown)

        def ask(step: Step) -> None:
            shown = escape(f"{time_left(step.seconds_left)}  {step.system}: {step.case_id}"[:70])
            bar.update(task, completed=step.done, total=step.total, description=shown)

        yield read, ask


def _line_tellers() -> tuple[Callable[[Stage], None], Callable[[Step], None]]:
    """A line when a system begins, and then at most every ten seconds."""
    told: dict[str, float] = {}

    def due(what: str) -> bool:
        now = time.monotonic()
        if now - told.get(what, -_SILENCE_S) < _SILENCE_S:
            return False
        told[what] = now
        return True

    def read(stage: Stage) -> None:
        if stage.total and stage.name != "embedding" and due(stage.name):
            typer.echo(f"{stage.name} {stage.detail} ({stage.done + 1} of {stage.total})", err=True)

    def ask(step: Step) -> None:
        if due(step.system):
            left = time_left(step.seconds_left)
            where = f"{step.done + 1} of {step.total}"
            typer.echo(f"{where}: {step.system}, {step.case_id} ({left})", err=True)

    return read, ask

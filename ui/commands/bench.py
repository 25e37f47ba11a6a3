"""`greenpaper bench`: how fast a model answers on this machine."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import IndexOption, ThreadsOption

if TYPE_CHECKING:
    from eval.bench import BenchReport, Spread


def bench(
    model: Annotated[
        list[str] | None, typer.Option(help="A model's name or path; repeatable. Default: this machine's.")
    ] = None,
    index: IndexOption = None,
    questions: Annotated[int, typer.Option(min=1, help="How many questions each model is asked.")] = 5,
    threads: ThreadsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array instead of tables.")] = False,
) -> None:
    """Measure how soon the first word comes, here and with plain llama-cpp-python.

    Each question is asked three times: cold (no passage was read before), warm (all were), and through
    `Llama.create_chat_completion`. Made in a cache of its own, so nothing that you have warmed is lost.
    Takes about a minute a question with the 0.5B model on two cores, three with the 1.5B.
    """
    from rag.paths import default_index

    reports = [_bench(name, index or default_index(), questions, threads) for name in (model or (None,))]
    if as_json:
        typer.echo(json.dumps([asdict(report) for report in reports], indent=2))
        return
    for report in reports:
        _print(report)


def _bench(model: str | None, index: Path, questions: int, threads: int | None) -> BenchReport:
    from tempfile import TemporaryDirectory

    from eval.bench import bench as measure
    from eval.bench import questions_of
    from eval.plain import PlainChat
    from rag.llm.catalogue import resolve_model
    from rag.llm.llama import EngineSettings
    from rag.llm.machine import physical_cores
    from rag.session import open_pair

    with TemporaryDirectory() as cache:
        settings = EngineSettings(threads=threads)
        answerer, generator = open_pair(index, model, settings=settings, cache=Path(cache))
        plain = PlainChat(
            resolve_model(model).path, context=settings.context, threads=threads or physical_cores()
        )
        return measure(
            answerer,
            plain,
            questions_of(answerer.index, questions),
            progress=lambda line: typer.echo(line, err=True),
            bytes_kept=generator.bytes_per_token,
        )


def _print(report: BenchReport) -> None:
    def line(name: str, spread: Spread, unit: str) -> None:
        typer.echo(f"  {name:<34}{spread.median:8.2f} {unit}  ({spread.least:.2f} to {spread.greatest:.2f})")

    typer.echo(f"{report.model}: {report.questions} questions, {report.prompt_tokens:.0f} tokens of prompt")
    line("first word, plain llama-cpp-python", report.plain_ttft_s, "s")
    line("first word, passages never read", report.cold_ttft_s, "s")
    line("first word, passages read before", report.warm_ttft_s, "s")
    line("whole answer, passages read before", report.warm_total_s, "s")
    line("writing", report.decode_tokens_s, "tokens/s")
    typer.echo(f"  {'plain over warm':<34}{report.ttft_ratio:8.1f} times")
    typer.echo(f"  {'of the warm time, searching':<34}{report.searching:8.0%}")
    typer.echo(f"  {'kept for a token of a passage':<34}{report.cache_bytes_per_token / 1024:8.1f} KiB")
    typer.echo(f"  {'most memory at once, both together':<34}{report.peak_memory_bytes / 2**20:8.0f} MiB")

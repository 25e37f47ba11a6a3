"""`greenpaper bench`: how fast a model answers on this machine."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import GreenpaperError
from ui.options import (
    CalibratedOption,
    IndexOption,
    KvTypeOption,
    SetOption,
    ThreadsOption,
    engine_settings,
)

if TYPE_CHECKING:
    from eval.bench import BenchReport, Spread
    from rag.llm.settings import EngineSettings

_WIDTH = 44


def bench(
    model: Annotated[
        list[str] | None, typer.Option(help="A model's name or path; repeatable. Default: this machine's.")
    ] = None,
    index: IndexOption = None,
    questions: Annotated[int, typer.Option(min=1, help="How many questions each model is asked.")] = 5,
    ask: Annotated[
        list[str] | None,
        typer.Option(help="A question of your own, instead of those made from headings; repeatable."),
    ] = None,
    threads: ThreadsOption = None,
    kv: KvTypeOption = None,
    calibrated: CalibratedOption = True,
    own: SetOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array instead of tables.")] = False,
) -> None:
    """Measure how soon the first word comes, here and with plain llama-cpp-python.

    Each question is asked five times: cold (no passage was read before), warm (all were), warm without
    proposed tokens, with nothing but the prompt's start reused, and through `Llama.create_chat_completion`.
    Made in a cache of its own, so nothing that you have warmed is lost. Takes about a minute and a half a
    question with the 0.5B model on two cores, four with the 1.5B; let the machine do nothing else.
    """
    from rag.paths import default_index

    settings = engine_settings(threads=threads, kv=kv, calibrated=calibrated, own=own)
    folder = index or default_index()
    reports = [_bench(name, folder, ask or questions, settings) for name in (model or (None,))]
    if as_json:
        typer.echo(json.dumps([asdict(report) for report in reports], indent=2))
        return
    for report in reports:
        for line in report_lines(report):
            typer.echo(line)


def _bench(
    model: str | None, index: Path, questions: int | list[str], settings: EngineSettings
) -> BenchReport:
    from tempfile import TemporaryDirectory

    from eval.bench import bench as measure
    from eval.bench import embedding_speed, questions_of
    from eval.opening import opening_s
    from eval.plain_process import PlainProcess
    from rag.embedding import SentenceTransformerEmbedder
    from rag.llm.calibration import describe
    from rag.llm.catalogue import embedder_dir, resolve_model
    from rag.session import open_pair

    with TemporaryDirectory() as folder:
        cache = Path(folder)
        answerer, generator = open_pair(index, model, settings=settings, cache=cache)
        asked = questions_of(answerer.index, questions) if isinstance(questions, int) else questions
        if not asked:
            raise GreenpaperError("There are no documents to ask about yet. Run: greenpaper ingest PATH...")
        used = generator.settings
        with PlainProcess(
            resolve_model(model).path,
            context=used.context,
            threads=used.threads,
            gpu_layers=used.gpu_layers,
        ) as plain:
            report = measure(
                answerer,
                generator,
                plain,
                asked,
                settings=describe(used),
                progress=lambda line: typer.echo(line, err=True),
            )
        generator.close()
        typer.echo("opening the program anew, and embedding", err=True)
        opened = opening_s(index, model, asked[0], settings=settings, cache=cache)
        speed = embedding_speed(answerer.index, SentenceTransformerEmbedder(embedder_dir()))
        return replace(report, opened_s=opened, embedded_passages_s=speed)


def report_lines(report: BenchReport) -> list[str]:
    """The table: a median with least and greatest in each line."""

    def spread(name: str, found: Spread, unit: str, digits: int = 2) -> str:
        median, least, greatest = (
            f"{number:.{digits}f}" for number in (found.median, found.least, found.greatest)
        )
        return f"  {name:<{_WIDTH}}{median:>9} {unit}  ({least} to {greatest})"

    def one(name: str, text: str) -> str:
        return f"  {name:<{_WIDTH}}{text:>9}"

    page = report.cache_bytes_per_page
    lines = [
        f"{report.model}: {report.questions} questions, {report.prompt_tokens:.0f} tokens of prompt",
        f"  {report.settings}",
        spread("first word, plain llama-cpp-python", report.plain_ttft_s, "s"),
        spread("first word, the prompt's start reused", report.prefix_ttft_s, "s"),
        spread("first word, passages never read", report.cold_ttft_s, "s"),
        spread("first word, passages read before", report.warm_ttft_s, "s"),
        one("plain over passages read before", f"{report.ttft_ratio:.1f}  times"),
        spread("of it not taking in the question", _percent(report.outside), "%", 0),
        spread("whole answer, passages read before", report.warm_total_s, "s"),
        spread("prefill", report.prefill_tokens_s, "tokens/s", 1),
        spread("writing", report.decode_tokens_s, "tokens/s", 1),
        spread("writing, plain greedy", report.greedy_tokens_s, "tokens/s", 1),
        one("writing over plain greedy", f"{report.decode_ratio:.2f}  times"),
        one("writing and quoting over plain greedy", f"{report.quoted_ratio:.1f}  times"),
        one("the whole answer over plain greedy", f"{report.checked_ratio:.1f}  times"),
        one("the same text", f"{report.identical}  of {report.compared}"),
        spread("searching", report.query_ms, "ms", 0),
        one("kept for a token of a passage", f"{report.cache_bytes_per_token / 1024:.1f}  KiB"),
        one("kept for a page", f"{page / 1024:.0f}  KiB" if page is not None else "no pages"),
        one("most memory of this process", f"{report.peak_memory_bytes / 2**20:.0f}  MiB"),
    ]
    if report.embedded_passages_s is not None:
        lines.append(one("passages embedded", f"{report.embedded_passages_s:.1f}  a second"))
    if report.opened_s is not None:
        lines.append(one("from starting to the first word", f"{report.opened_s:.1f}  s"))
    return lines


def _percent(share: Spread) -> Spread:
    return replace(share, median=100 * share.median, least=100 * share.least, greatest=100 * share.greatest)

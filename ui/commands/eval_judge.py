"""`greenpaper eval judge`: how far a model agrees with people about what quotes support."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import ModelError
from ui.options import GpuLayersOption, ModelOption, ThreadsOption

if TYPE_CHECKING:
    from eval.agreement import Agreement
    from eval.judge import Judge
    from eval.judged_run import Judged
    from eval.statistics import Interval
    from rag.llm.settings import EngineSettings


def judge(
    file: Annotated[
        Path,
        typer.Argument(
            help='Rated texts, one JSON object a line: "context" (list of texts), "sentence", "supported".'
        ),
    ],
    model: ModelOption = None,
    nli: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="A cross-encoder for natural language inference of yours, to judge instead of a model.",
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=2, help="Ask about this many of the texts, drawn by --seed; default: all."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides which texts are drawn, and the interval.")] = 0,
    threads: ThreadsOption = None,
    context: Annotated[
        int, typer.Option("--context", min=512, help="Context in tokens; longer texts are unscored.")
    ] = 8192,
    gpu_layers: GpuLayersOption = None,
    run: Annotated[
        Path | None, typer.Option(help="Then judge the answers of the run in this folder as well.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Measure a model as a judge of support, beside plain word overlap, against what people said.

    The model is asked about each text whether its context supports it, and only its leaning to yes or no is
    read; a cross-encoder says how likely the context entails it. AUROC is how often it leans more to yes for
    a supported text than for another: 50 % is a coin. What it says of a run is worth as much as that.
    """
    from eval.agreement import agreement, read_rated, sample
    from eval.judged_run import judge_run
    from eval.store import read_run
    from rag.llm.settings import EngineSettings

    rated = sample(read_rated(file), limit, seed)
    stored = read_run(run) if run else None
    settings = EngineSettings(context=context, threads=threads, gpu_layers=gpu_layers)
    asked = _judge(model, nli, settings)
    try:
        found = agreement(asked, rated, seed, progress=_tell)
        judged = judge_run(asked, stored, seed, progress=_tell) if stored else ()
    finally:
        asked.close()
    if as_json:
        plain = {**asdict(found), "run": [asdict(system) for system in judged]}
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))
        return
    _print(found)
    for system in judged:
        _print_system(system)


def _judge(model: str | None, nli: Path | None, settings: EngineSettings) -> Judge:
    from eval.judge import LlamaJudge
    from eval.nli_judge import NliJudge
    from rag.llm.catalogue import resolve_model

    if nli is None:
        return LlamaJudge(resolve_model(model), settings)
    if model is not None:
        raise ModelError("Both --model and --nli name a judge. Give one of the two.")
    return NliJudge(nli)


def _tell(done: int, total: int) -> None:
    if done % 25 == 0 or done == total:
        typer.echo(f"{done} of {total} texts judged", err=True)


def _print(found: Agreement) -> None:
    others = found.scored - found.supported
    typer.echo(f"{found.judge} on {found.file}: {found.supported} texts supported, {others} not")
    typer.echo(f"  {found.unscored} unscored, {found.left_out} left out (rated neither way)")
    typer.echo(f"  {'AUROC of the judge':<32}{_area(found.judge_area)}")
    typer.echo(f"  {'AUROC of plain word overlap':<32}{_area(found.overlap_area)}")
    typer.echo(f"  {'difference':<32}{_area(found.difference, sign='+')}")
    if found.says_yes is not None:
        typer.echo(f"  {'says yes to':<32}{found.says_yes:.0%} of the texts")
    for remark in found.remarks:
        typer.echo(f"  {remark}")


def _print_system(judged: Judged) -> None:
    typer.echo(f"\n{judged.system}, claims: {judged.claims}, of them unscored: {judged.unscored}")
    typer.echo(f"  {'claims it calls supported':<32}{_area(judged.support)}")
    typer.echo(f"  {'words of claims in their quotes':<32}{_area(judged.overlap)}")


def _area(value: Interval | None, sign: str = "") -> str:
    if value is None:
        return "unscored"
    return f"{value.mean:{sign}.3f}  ({value.low:{sign}.3f} to {value.high:{sign}.3f})"

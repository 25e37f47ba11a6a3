"""`greenpaper eval export`: a run in the formats of others."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """What a run can be written as."""

    INSPECT = "inspect"
    TREC = "trec"
    CARD = "card"


def export(
    run: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a run, scored.")],
    to: Annotated[Format, typer.Option("--to", help="The format.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write to, made where it is missing.")],
    system: Annotated[
        list[str] | None,
        typer.Option(help="Only this system; repeatable. Default: all, for cards all models."),
    ] = None,
) -> None:
    """Write a run as logs of Inspect AI, as TREC run and qrels files, or as results cards for models' pages.

    \b
    inspect   a log for each system: inspect view --log-dir OUT, or inspect_ai.log.read_eval_log
    trec      qrels.txt and a .run for each system that searches: trec_eval, ir-measures
    card      a Markdown file for each model, with the results in its front matter (model-index)
    """
    from eval.export.scored import write_files

    make = {Format.INSPECT: _inspect, Format.TREC: _trec, Format.CARD: _cards}[to]
    for path in write_files(out, make(run, tuple(system or ()))):
        typer.echo(str(path))


def _inspect(folder: Path, names: tuple[str, ...]) -> Mapping[str, bytes]:
    from eval.export.inspect_log import inspect_log, log_name
    from eval.export.scored import chosen_systems, file_names, read_scored

    scored = read_scored(folder)
    systems = chosen_systems(scored.run, names)
    files = file_names([system.name for system in systems])
    return {log_name(scored.run.info, files[one.name]): inspect_log(scored, one) for one in systems}


def _trec(folder: Path, names: tuple[str, ...]) -> Mapping[str, bytes]:
    from eval.export.scored import chosen_systems, file_names
    from eval.export.trec import open_index, qrels_lines, run_lines
    from eval.store import RunError, read_run

    run = read_run(folder)
    systems = chosen_systems(run, names)
    files = file_names([system.name for system in systems])
    searched = [line for line in run.results if line["retrieved"] is not None and line["system"] in files]
    if not searched:
        raise RunError(
            f"No system of the run in {folder} that was asked for searches, so there is no ranking to write. "
            "Run the suite with --context retrieved."
        )
    made = {}
    for name in dict.fromkeys(line["system"] for line in searched):
        lines = run_lines((line for line in searched if line["system"] == name), name)
        made[f"{files[name]}.run"] = "".join(lines).encode()
    with open_index(run) as index:
        made["qrels.txt"] = "".join(qrels_lines(run.cases, searched, index)).encode()
    return made


def _cards(folder: Path, names: tuple[str, ...]) -> Mapping[str, bytes]:
    from eval.export.card import results_card
    from eval.export.scored import chosen_systems, file_names
    from eval.report.load import report_of
    from eval.store import RunError, read_run

    report = report_of(folder)
    chosen = {one.name for one in chosen_systems(read_run(folder), names)}
    systems = [one for one in report.systems if one.name in chosen and (names or not one.baseline)]
    if not systems:
        raise RunError(
            f"The run in {folder} has only baselines. Name one with --system if you want its card."
        )
    files = file_names([one.name for one in systems])
    return {f"{files[one.name]}.md": results_card(report, one) for one in systems}

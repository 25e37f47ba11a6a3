"""`greenpaper eval gate`: a run fails when a case got worse than in a report that was kept."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eval.report.gate import Verdict


def gate(
    run: Annotated[Path, typer.Argument(metavar="DIR", help="The run: its folder, or its report.json.")],
    baseline: Annotated[Path, typer.Option(help="The report.json of the run it must not fall behind.")],
    system: Annotated[
        list[str] | None,
        typer.Option(help="Hold only this system; repeatable. Default: every model of the baseline."),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(help="Hold by this metric; repeatable. Default: the primary one, citations and quotes."),
    ] = None,
    allow: Annotated[int, typer.Option(min=0, help="How many cases may get worse.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Fail, with exit status 1, when a case got worse than in the baseline, or is missing.

    Whether the difference could be chance is said too, and decides nothing: answers at temperature 0 repeat
    themselves, so a case that got worse got worse.
    """
    from eval.report.gate import gate as held
    from eval.report.load import report_of
    from eval.report.to_json import read_report

    verdict = held(
        read_report(baseline), report_of(run), systems=system or (), metrics=metric or (), allowed=allow
    )
    if as_json:
        plain = {"passed": verdict.open, **asdict(verdict)}
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        _print(verdict)
    if not verdict.open:
        raise typer.Exit(1)


def _print(verdict: Verdict) -> None:
    from eval.report import numbers
    from eval.report.labels import label
    from eval.report.text import one_line
    from ui.commands.eval_compare import print_changes

    for result in verdict.compared:
        worse = [
            item.change
            for item in verdict.worse
            if (item.system, item.metric) == (result.system_after, result.metric)
        ]
        p = "" if result.p is None else f", {numbers.p_value(result.p)}"
        typer.echo(f"{one_line(result.system_after)}: {label(result.metric)}")
        typer.echo(
            f"  {numbers.interval(result.before)} -> {numbers.interval(result.after)}, "
            f"{numbers.points(result.difference)}{p}"
        )
        print_changes("worse", worse, limit=len(worse))
    for name in verdict.missing:
        typer.echo(f"missing: {one_line(name)} is not in this run, or asks or expects something else")
    got_worse = len({(item.system, item.change.case_id) for item in verdict.worse})
    said = f"{numbers.count(got_worse, 'case')} got worse, {verdict.allowed} allowed"
    typer.echo(
        f"{'passed' if verdict.open else 'failed'}: {numbers.count(verdict.cases, 'case')} held, {said}"
    )

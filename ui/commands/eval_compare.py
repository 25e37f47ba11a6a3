"""`greenpaper eval compare`: two runs of the same cases, paired case by case."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.report.compare import Change, Compared, PairedCases

_LISTED = 20


def compare(
    before: Annotated[Path, typer.Argument(help="The earlier run: its folder, or its report.json.")],
    after: Annotated[Path, typer.Argument(help="The later run: its folder, or its report.json.")],
    system: Annotated[
        list[str] | None,
        typer.Option(help="Compare this system; repeatable. Default: every model that is in both runs."),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(help="Compare by this metric; repeatable. Default: the primary one, and false answers."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Say what changed between two runs, and whether chance alone could have done it.

    Only cases that both runs have are compared, each with itself. Where the runs have no model in common and
    one each, these two are compared.
    """
    from eval.report.compare import compare as compared
    from eval.report.compare import pair_cases, pair_systems
    from eval.report.load import report_of

    earlier, later = report_of(before), report_of(after)
    cases = pair_cases(earlier, later)
    systems = pair_systems(earlier, later, system or ())
    found = [
        result
        for name in metric or dict.fromkeys((later.primary, "false_answer"))
        for result in compared(cases, systems, name, later.seed)
    ]
    if as_json:
        unpaired = {
            "only_before": cases.only_before,
            "only_after": cases.only_after,
            "changed": cases.changed,
        }
        plain = {"cases": len(cases.both), **unpaired, "compared": [asdict(result) for result in found]}
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))
        return
    _print_cases(cases)
    for result in found:
        _print(result)


def _print_cases(cases: PairedCases) -> None:
    from eval.report.numbers import count

    typer.echo(f"{count(len(cases.both), 'case')} in both runs")
    for names, said in (
        (cases.only_before, "only in the earlier run"),
        (cases.only_after, "only in the later run"),
        (cases.changed, "changed between the runs, and not compared"),
    ):
        if names:
            typer.echo(f"{count(len(names), 'case')} {said}: {_some(names)}")


def _print(result: Compared) -> None:
    from eval.report import numbers
    from eval.report.labels import label
    from eval.report.text import one_line
    from eval.report.verdict import ALPHA

    names = dict.fromkeys((result.system_before, result.system_after))
    typer.echo(f"\n{one_line(' -> '.join(names))}: {label(result.metric)}")
    typer.echo(f"  {numbers.interval(result.before)} -> {numbers.interval(result.after)}")
    if result.difference is None:
        typer.echo("  no case has a value in both runs")
        return
    told = (
        "more than chance" if result.p is not None and result.p < ALPHA else "chance alone could do as much"
    )
    typer.echo(f"  {numbers.points(result.difference)}, {numbers.p_value(result.p)}: {told}")
    print_changes("worse", result.worse)
    print_changes("better", result.better)


def print_changes(what: str, changes: Sequence[Change], limit: int = _LISTED) -> None:
    """The cases that changed, at most `limit` of them, a line each."""
    from eval.report.labels import OUTCOMES
    from eval.report.numbers import count, decimal
    from eval.report.text import one_line

    typer.echo(f"  {count(len(changes), 'case')} {what}{':' if changes else ''}")
    for change in changes[:limit]:
        was, is_ = OUTCOMES[change.outcome_before], OUTCOMES[change.outcome_after]
        value = f"{decimal(change.before)} -> {decimal(change.after)}"
        ended = f"{was} -> {is_}" if was != is_ else was
        typer.echo(f"    {one_line(change.case_id)}: {value} ({ended}): {one_line(change.question, 70)}")
    if len(changes) > limit:
        typer.echo(f"    and {len(changes) - limit} more; --json lists all")


def _some(names: Sequence[str]) -> str:
    from eval.report.text import one_line

    listed = ", ".join(one_line(name) for name in names[:_LISTED])
    return f"{listed}, ..." if len(names) > _LISTED else listed

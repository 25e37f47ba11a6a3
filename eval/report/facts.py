"""A report's figures in a few words each: what stands under its title, and the ranks as they are printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from eval.report import numbers
from eval.report.text import visible
from eval.report.values import Report, SystemReport


def facts(report: Report) -> tuple[str, ...]:
    """What was run, by how much and when."""
    answerable = sum(case.answerable for case in report.cases)
    models = sum(not system.baseline for system in report.systems)
    said = [
        f"{numbers.count(len(report.cases), 'case')}, {answerable:,} of them answerable",
        numbers.count(models, "model"),
        numbers.count(len(report.systems) - models, "baseline"),
        f"context: {visible(report.context)}",
    ]
    if report.finished:
        said.append(visible(report.finished))
    if report.licence:
        said.append(f"licence of the suite: {visible(report.licence)}")
    return tuple(said)


def ranks(systems: Sequence[SystemReport]) -> Mapping[str, str]:
    """Each system's rank as printed: "1=" where several share it, "–" for baselines."""
    held = Counter(system.rank for system in systems)
    return {
        system.name: "–" if system.rank is None else f"{system.rank}{'=' if held[system.rank] > 1 else ''}"
        for system in systems
    }

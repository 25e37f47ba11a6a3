"""`report.md`: what a page about an evaluation or a model needs, in short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.report import numbers
from eval.report.facts import facts, ranks
from eval.report.labels import METRICS, figure, label
from eval.report.text import cell
from eval.report.values import Report, SystemReport

_BOARD = ("correct", "false_answer", "false_abstention", "citation_precision", "quotes_verbatim")
_COST = ("ttft_s", "seconds", "peak_memory_bytes")
_LONG = 2_000


def to_markdown(report: Report) -> str:
    """The report in Markdown; every text of others is escaped."""
    parts = [
        f"## {cell(report.suite)}",
        "; ".join(cell(fact) for fact in facts(report)) + ".",
        *(cell(paragraph, _LONG) for paragraph in report.verdict),
        *_flags(report),
        _board(report),
        "### Knowing when not to answer",
        _matrix(report.systems),
        *_tags(report),
        "### Settings",
        _table(
            ("setting", "value"),
            [(setting.name, setting.value) for setting in (*report.settings, *report.machine)],
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _flags(report: Report) -> list[str]:
    baselines = {system.name for system in report.systems if system.baseline}
    lines = []
    for flag in report.flags:
        if flag.system not in baselines:
            who = f"**{cell(flag.system)}**: " if flag.system else ""
            lines.append(f"- {who}{cell(flag.title)}. {cell(flag.detail, _LONG)}")
    return ["Read with care:", "\n".join(lines)] if lines else []


def _board(report: Report) -> str:
    """The leaderboard; columns without a figure are left out."""
    printed = ranks(report.systems)
    names = [name for name in (*_BOARD, *_COST) if any(system.metric(name) for system in report.systems)]
    rows = [
        (
            printed[system.name],
            _named(system),
            numbers.interval(system.score),
            *(figure(system.metric(name), METRICS[name].kind) for name in names),
        )
        for system in report.systems
    ]
    heads = ("rank", "system", label(report.primary).lower(), *(label(name).lower() for name in names))
    note = (
        "Shares with their 95 % intervals; seconds are medians, memory is the most. Models that cannot be "
        'told apart share a rank ("="); baselines have none.'
    )
    return f"{_table(heads, rows)}\n\n{note}"


def _matrix(systems: Sequence[SystemReport]) -> str:
    heads = (
        *("system", "right", "wrong", "unscored", "false abstention", "asked back", "failed"),
        *("false answer", "rightly declined", "failed"),
    )
    rows = []
    for system in systems:
        matrix = system.matrix
        counts = (
            *(matrix.right, matrix.wrong, matrix.unscored, matrix.false_abstention, matrix.asked_back),
            *(matrix.answerable_failed, matrix.false_answer),
            *(matrix.right_abstention + matrix.rightly_asked_back, matrix.unanswerable_failed),
        )
        rows.append((_named(system), *map(str, counts)))
    return _table(heads, rows)


def _tags(report: Report) -> list[str]:
    if not report.tags:
        return []
    heads = ("tag", "cases", *(system.name for system in report.systems))
    rows = [(row.name, str(row.cases), *map(numbers.interval, row.scores)) for row in report.tags]
    return [f"### {label(report.primary)} by tag", _table(heads, rows)]


def _named(system: SystemReport) -> str:
    return f"{system.name} (baseline)" if system.baseline else system.name


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        f"| {' | '.join(text if number == 1 else cell(text) for text in line)} |"
        for number, line in enumerate(lines)
    )

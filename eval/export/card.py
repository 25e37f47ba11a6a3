"""A results card: what a model's page says about it, in the convention of Hugging Face's model cards.

The YAML front matter is a `model-index`, from which that hub reads results; the rest is for people, with the
intervals, what else was run, and how to repeat it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from eval.report import numbers
from eval.report.facts import facts, ranks
from eval.report.labels import METRICS, Kind, figure, label
from eval.report.text import cell, one_line
from eval.report.values import MetricValue, Report, SystemReport

_SHARES = (
    *("correct", "false_answer", "false_abstention", "recall@10", "citation_precision", "citation_recall"),
    *("citation_coverage", "quotes_verbatim", "f1"),
)
_COSTS = ("ttft_s", "tokens_per_s", "seconds", "peak_memory_bytes", "joules")


def results_card(report: Report, system: SystemReport) -> bytes:
    """The card of one system of a report, as a Markdown file."""
    front = yaml.safe_dump(_front_matter(report, system), sort_keys=False, allow_unicode=True, width=110)
    parts = [
        f"# {cell(system.name)}: {cell(report.suite)}",
        _standing(report, system),
        f"{cell(report.description, 1_000)}\n\n{'; '.join(cell(fact) for fact in facts(report))}.".strip(),
        "## Results",
        _table(("metric", "value", "95 % interval", "cases", "unscored"), _rows(report, system)),
        "Intervals draw the documents anew (bootstrap), and are exact where all cases end alike. Seconds are "
        "medians, memory is the most that was used.",
        "## Beside it",
        _table(("rank", "system", label(report.primary).lower()), _others(report)),
        'Models that cannot be told apart share a rank ("="); baselines have none.',
        *_care(report, system),
        "## What was run",
        _table(("setting", "value"), [(one.name, one.value) for one in _settings(report, system)]),
        "Made by `greenpaper eval run` and `greenpaper eval export --to card`.",
    ]
    return f"---\n{front}---\n\n{chr(10).join(f'{part}{chr(10)}' for part in parts)}".encode(
        "utf-8", "replace"
    )


def _front_matter(report: Report, system: SystemReport) -> dict[str, Any]:
    settings = {setting.name: setting.value for setting in report.settings}
    dataset = {
        "type": "greenpaper-suite",
        "name": one_line(report.suite),
        "split": settings.get("split", "all"),
        "revision": settings.get("cases", ""),
    }
    metrics = [
        {"type": metric.name, "name": label(metric.name), "value": _value(metric), **_args(metric)}
        for metric in _metrics(report, system)
    ]
    result = {
        "task": {"type": "question-answering", "name": "Question answering over documents, with quotes"},
        "dataset": {key: value for key, value in dataset.items() if value},
        "metrics": metrics,
    }
    return {"model-index": [{"name": one_line(system.name), "results": [result]}]}


def _metrics(report: Report, system: SystemReport) -> list[MetricValue]:
    """The primary metric, then the others that have a value."""
    names = dict.fromkeys((report.primary, *_SHARES, *_COSTS))
    found = (system.metric(name) for name in names)
    return [metric for metric in found if metric is not None and _value(metric) is not None]


def _value(metric: MetricValue) -> float | None:
    """A share's mean, a time's median, and of memory, which has to be there, the most that was used."""
    if metric.interval is not None:
        return round(metric.interval.mean, 4)
    value = metric.greatest if METRICS[metric.name].kind is Kind.MEMORY else metric.median
    return None if value is None else float(f"{value:.4g}")


def _args(metric: MetricValue) -> dict[str, Any]:
    """The interval of a share; what a quantity's value is."""
    if metric.interval is None:
        of = "greatest" if METRICS[metric.name].kind is Kind.MEMORY else "median"
        return {"args": {"value_is": of, "cases": metric.scored}}
    low, high = round(metric.interval.low, 4), round(metric.interval.high, 4)
    return {"args": {"interval_95": [low, high], "cases": metric.scored, "unscored": metric.unscored}}


def _standing(report: Report, system: SystemReport) -> str:
    score = numbers.interval(system.score)
    return f"**{label(report.primary)}: {score}.** {cell(METRICS[report.primary].meaning, 400)}"


def _rows(report: Report, system: SystemReport) -> list[tuple[str, ...]]:
    return [
        (
            label(metric.name),
            figure(metric, METRICS[metric.name].kind) if metric.interval is None else _percent(metric),
            numbers.span(metric.interval) if metric.interval is not None else "",
            str(metric.scored),
            str(metric.unscored),
        )
        for metric in _metrics(report, system)
    ]


def _percent(metric: MetricValue) -> str:
    return numbers.percent(metric.interval.mean if metric.interval else None)


def _others(report: Report) -> list[tuple[str, ...]]:
    printed = ranks(report.systems)
    return [
        (
            printed[system.name],
            f"{system.name} (baseline)" if system.baseline else system.name,
            numbers.interval(system.score),
        )
        for system in report.systems
    ]


def _care(report: Report, system: SystemReport) -> list[str]:
    lines = [
        f"- {cell(flag.title)}. {cell(flag.detail, 1_000)}"
        for flag in report.flags
        if flag.system in ("", system.name)
    ]
    return ["Read with care:", "\n".join(lines)] if lines else []


def _settings(report: Report, system: SystemReport) -> Sequence[Any]:
    return (*system.fingerprint, *report.settings, *report.machine)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        f"| {' | '.join(text if number == 1 else cell(text) for text in line)} |"
        for number, line in enumerate(lines)
    )

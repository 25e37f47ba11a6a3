"""`report.html`: one file, complete by itself, that a reader can open, search, print and keep.

The page loads nothing: its policy forbids every request, and only our own script, known by its digest, may
run. All text of documents, models and suites is escaped by the template, after what cannot be seen in it was
made visible.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from eval.report import numbers
from eval.report.case_views import CODES, TONES, CaseViews, shown
from eval.report.facts import facts, ranks
from eval.report.labels import METRICS, OUTCOMES, SIGNS, figure, label
from eval.report.pictures import COVERAGES, bars, cost_plots, css_classes, risk_picture
from eval.report.text import one_line
from eval.report.values import MetricValue, Outcome, Report

FEW = 10
"""Under so many cases a share is an anecdote, and said to be one."""

_BOARD = ("correct", "false_answer", "quotes_verbatim", "seconds")
_COST = ("ttft_s", "seconds", "tokens_per_s", "peak_memory_bytes", "joules")


def to_html(report: Report) -> str:
    """The whole page."""
    style, script = Markup(_file("report.css")), Markup(_file("report.js"))  # noqa: S704 (files of ours)
    page = _environment().get_template("report.html.jinja")
    text = page.render(_context(report), style=style, script=script, policy=_policy(style, script))
    return text.lstrip()


def _policy(style: str, script: str) -> str:
    """No request at all, and no style or script but ours, whatever else should get into the page."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _file(name: str) -> str:
    return files("eval.report").joinpath(name).read_text(encoding="utf-8")


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_file),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "seen": shown,
        "named": one_line,
        "kept": _kept_together,
        "label": label,
        "meaning": lambda name: METRICS[name].meaning if name in METRICS else "",
        "metric": _unbroken(_metric),
        "interval": _unbroken(numbers.interval),
        "points": _unbroken(numbers.points),
        "percent": _unbroken(numbers.percent),
        "p_value": _unbroken(numbers.p_value),
    }
    return environment


def _metric(value: MetricValue | None, name: str) -> str:
    return figure(value, METRICS[name].kind)


def _kept_together(text: str) -> str:
    """`text` with no line break between a figure and its unit."""
    return re.sub(r"(?<=\d) (?=%|points)|(?<=p [=<]) (?=\d)|(?<=\bp) (?=[=<])", "\xa0", text)


def _unbroken(function: Callable[..., str]) -> Callable[..., str]:
    """`function` with spaces that no line breaks at: a figure stays together with its unit."""
    return lambda *values: function(*values).replace(" ", "\xa0")


def _context(report: Report) -> dict[str, Any]:
    css = css_classes(report.systems)
    views = CaseViews(report, css)
    cases = [views.view(number, case) for number, case in enumerate(report.cases)]
    places = {case.case_id: number for number, case in enumerate(report.cases)}
    names = [system.name for system in report.systems]
    risk = risk_picture(report, css)
    baselines = {system.name for system in report.systems if system.baseline}
    return {
        "report": report,
        "facts": facts(report),
        "css": dict(zip(names, css, strict=True)),
        "columns": {name: column for column, name in enumerate(names)},
        "bars": {name: Markup(svg) for name, svg in zip(names, bars(report, css), strict=True)},  # noqa: S704
        "ranks": ranks(report.systems),
        "board": [name for name in _BOARD if _has(report, name)],
        "cost": [name for name in _COST if _has(report, name)],
        "plots": [(Markup(plot.svg), plot.caption) for plot in cost_plots(report, css)],  # noqa: S704
        "risk": risk and (Markup(risk.picture.svg), risk.picture.caption, risk.rows),  # noqa: S704
        "coverages": COVERAGES,
        "groups": _groups(report),
        "flags": [flag for flag in report.flags if flag.system not in baselines],
        "baseline_flags": [flag for flag in report.flags if flag.system in baselines],
        "few": FEW,
        "few_note": f"Under {FEW} cases a share is an anecdote: read the cases, not the figure.",
        "worst_note": _worst_note(report),
        "cases": cases,
        "worst": [cases[places[case_id]] for case_id in report.worst],
        "answerable": sum(case.answerable for case in report.cases),
        "unanswerable": sum(not case.answerable for case in report.cases),
        "any_unscored": any(system.matrix.unscored for system in report.systems),
        "codes": {outcome.name: CODES[outcome] for outcome in Outcome},
        "signs": [
            {
                "code": CODES[outcome],
                "sign": SIGNS[outcome],
                "words": OUTCOMES[outcome],
                "tone": TONES[outcome],
            }
            for outcome in Outcome
            if any(CODES[outcome] in case.codes for case in cases)
        ],
    }


def _worst_note(report: Report) -> str:
    """How the worst cases were chosen."""
    return (
        f"{numbers.count(len(report.worst), 'case')}, chosen by how many models gave a false or a wrong "
        "answer or failed, then by whether the better models did."
    )


def _has(report: Report, name: str) -> bool:
    return any(value is not None and value.scored for value in (s.metric(name) for s in report.systems))


def _groups(report: Report) -> list[dict[str, Any]]:
    """The metrics that any system has a value for, under their headings."""
    groups: dict[str, list[Any]] = {}
    for metric in METRICS.values():
        if _has(report, metric.name):
            groups.setdefault(metric.group, []).append(metric)
    return [{"name": name, "metrics": metrics} for name, metrics in groups.items()]

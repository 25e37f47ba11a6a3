"""A run in which every text that others write tries to load, run, link or mislead."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from itertools import cycle
from typing import Any, TypeVar

from eval.report.run_data import RunData
from eval.report.values import Report
from tests.eval.report import synthetic
from tests.ui.web.payloads import PAYLOADS

T = TypeVar("T")
_KEPT = {"primary", "system", "support", "status", "document", "cluster", "leader", "other"}
"""Fields whose texts are names that must stay equal to each other, or words of ours."""
_TEXTS = [
    *PAYLOADS.values(),
    "\ud800 half a letter",
    "x" * 300_000,
    "a b " * 20_000,
    "</style></script>-->]]>",
]


def run() -> RunData:
    """Eight cases, two models, hostile names of systems, documents and tags, hostile texts everywhere."""
    made = synthetic.run(8, synthetic.MODELS[:2])
    texts = cycle(_TEXTS)
    names = {system.name: f"{system.name} {next(texts)[:400]}" for system in made.systems}
    documents = {case.cluster: f"{next(texts)[:400]}.pdf" for case in made.cases}
    changed = _changed(made.cases, texts)
    cases = tuple(
        replace(case, cluster=documents[case.cluster], case_id=f"{number} {case.case_id[:200]}")
        for number, case in enumerate(changed)
    )
    ids = {old.case_id: new.case_id for old, new in zip(made.cases, cases, strict=True)}
    return replace(
        made,
        suite=next(texts),
        description=next(texts),
        licence=next(texts),
        context=next(texts),
        finished=next(texts),
        cases=cases,
        systems=tuple(replace(_changed(system, texts), name=names[system.name]) for system in made.systems),
        results={
            (ids[case], names[system]): replace(_changed(result, texts), system=names[system])
            for (case, system), result in made.results.items()
        },
        settings=_changed(made.settings, texts),
        machine=_changed(made.machine, texts),
    )


def _changed(value: T, texts: Any) -> T:
    """`value` with every text in it, however deep, replaced by a hostile one."""
    changed: Any = value
    if isinstance(value, str):
        changed = next(texts)
    elif isinstance(value, tuple):
        changed = tuple(_changed(item, texts) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        parts = {
            field.name: _changed(getattr(value, field.name), texts)
            for field in fields(value)
            if field.name not in _KEPT and not _is_enum(getattr(value, field.name))
        }
        changed = replace(value, **parts)
    return changed  # type: ignore[no-any-return]


def _is_enum(value: object) -> bool:
    return isinstance(value, str) and type(value) is not str


def texts_of(report: Report) -> list[str]:
    """Every text that anybody put into the report's cases, for a look at what became of it."""
    found: list[str] = []
    for case in report.cases:
        found += [case.question, *case.answers, *case.tags]
        for result in case.results:
            found += [result.text, result.error, *(quote.quote for quote in result.quotes)]
    return found

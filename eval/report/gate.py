"""Whether a run may pass: no case got worse than in the report it is held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.report.compare import Change, Compared, compare, pair_cases
from eval.report.values import Report
from rag.errors import GreenpaperError

PROMISES = ("citation_valid", "quotes_verbatim")
"""Held beside the primary metric: what the program promises of every answer, however right it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worse:
    """A case that got worse with a system, by a metric."""

    system: str
    metric: str
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate found; it is open when at most `allowed` cases got worse and none is missing."""

    compared: tuple[Compared, ...]
    worse: tuple[Worse, ...]
    missing: tuple[str, ...]
    """Cases of the baseline that this run does not have, or has changed."""
    allowed: int
    cases: int

    @property
    def open(self) -> bool:
        """Whether the run passes."""
        cases = {(worse.system, worse.change.case_id) for worse in self.worse}
        return not self.missing and len(cases) <= self.allowed


def gate(
    baseline: Report,
    run: Report,
    *,
    systems: Sequence[str] = (),
    metrics: Sequence[str] = (),
    allowed: int = 0,
) -> Verdict:
    """Hold `run` against `baseline`: each of `systems` (default: every model of the baseline) by each of
    `metrics` (default: the baseline's primary one and PROMISES).

    An answer that has no value of a promise, since nothing was cited, breaks none. Raises GreenpaperError for
    a system that either report lacks, and for a metric by which nothing can be better or worse.
    """
    names = list(systems) or [system.name for system in baseline.systems if not system.baseline]
    for name in names:
        for report, which in ((baseline, "the baseline"), (run, "this run")):
            known = [system.name for system in report.systems]
            if name not in known:
                raise GreenpaperError(
                    f'{which.capitalize()} has no "{name}", only {", ".join(known)}. Run it too, or name '
                    "with --system what is to be held against the baseline."
                )
    cases = pair_cases(baseline, run)
    chosen = list(metrics) or [baseline.primary, *PROMISES]
    compared = [
        result
        for metric in chosen
        for result in compare(cases, [(name, name) for name in names], metric, run.seed)
    ]
    worse = [
        Worse(system=result.system_after, metric=result.metric, change=change)
        for result in compared
        for change in result.worse
    ]
    return Verdict(
        compared=tuple(compared),
        worse=tuple(worse),
        missing=(*cases.only_before, *cases.changed),
        allowed=allowed,
        cases=len(cases.both),
    )

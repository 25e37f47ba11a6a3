"""What a report is made from: one run, with its cases, its results and their scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.cases import Case
from eval.report.values import Outcome, ResultReport, Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemInfo:
    """A system of the run; `baseline` marks those that need no skill or that a model is held against."""

    name: str
    baseline: bool
    fingerprint: tuple[Setting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunData:
    """A run, whole or not yet: `results` has what was run so far, by case id and system name."""

    suite: str
    description: str
    licence: str
    primary: str
    context: str
    seed: int
    finished: str
    cases: tuple[Case, ...]
    systems: tuple[SystemInfo, ...]
    results: Mapping[tuple[str, str], ResultReport]
    settings: tuple[Setting, ...]
    machine: tuple[Setting, ...]
    """What seconds, memory and energy were measured on."""

    def values(self, metric: str, system: str, cases: Sequence[Case] | None = None) -> list[float | None]:
        """One value for each case, in order; None where it is unscored or was not run."""
        return [
            result.scores.get(metric) if (result := self.results.get((case.case_id, system))) else None
            for case in (self.cases if cases is None else cases)
        ]

    def clusters(self, cases: Sequence[Case] | None = None) -> list[str]:
        """The cluster of each case, in order."""
        return [case.cluster for case in (self.cases if cases is None else cases)]

    def outcome(self, case: Case, system: str) -> Outcome:
        """How the case ended with the system."""
        result = self.results.get((case.case_id, system))
        return result.outcome if result else Outcome.MISSING

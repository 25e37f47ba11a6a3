"""Two runs of the same cases, paired case by case: what got better, what worse, and whether it is chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.report.values import CaseReport, Outcome, Report, ResultReport
from eval.scoring import LESS_IS_BETTER, SHARES
from eval.statistics import Interval, holm, interval, paired_difference, permutation_p
from rag.errors import GreenpaperError


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedCases:
    """The cases of both runs, in the later one's order, and those that cannot be paired."""

    both: tuple[tuple[CaseReport, CaseReport], ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    changed: tuple[str, ...]
    """Cases that ask or expect something else under the same id; they are compared with nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A case whose value of a metric got better or worse; None where it was unscored or not run."""

    case_id: str
    question: str
    before: float | None
    after: float | None
    outcome_before: Outcome
    outcome_after: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One metric of one system before and after, over the cases of both runs.

    `p` is corrected (Holm) over the systems compared. `worse` has also what had a value and now failed or was
    not run; what is unscored for another reason is neither better nor worse.
    """

    metric: str
    system_before: str
    system_after: str
    before: Interval | None
    after: Interval | None
    difference: Interval | None
    p: float | None
    better: tuple[Change, ...]
    worse: tuple[Change, ...]


def pair_cases(before: Report, after: Report) -> PairedCases:
    """Pair the cases by id and content. Raises GreenpaperError where nothing can be paired."""
    earlier = {case.case_id: case for case in before.cases}
    later = {case.case_id: case for case in after.cases}
    common = [name for name in later if name in earlier]
    both = [(earlier[name], later[name]) for name in common if earlier[name].digest == later[name].digest]
    if not both:
        raise GreenpaperError(
            f'The runs of "{before.suite}" and "{after.suite}" have no case in common: none has the same id '
            "and asks the same. Compare two runs of one suite."
        )
    return PairedCases(
        both=tuple(both),
        only_before=tuple(name for name in earlier if name not in later),
        only_after=tuple(name for name in later if name not in earlier),
        changed=tuple(name for name in common if earlier[name].digest != later[name].digest),
    )


def pair_systems(before: Report, after: Report, names: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """Which system of the one run is held against which of the other.

    Those called `names`, or else every model that is in both; where none is, and each run has a single model,
    these two. Raises GreenpaperError where nothing can be paired.
    """
    earlier, later = ([system.name for system in report.systems] for report in (before, after))
    for name in names:
        if name not in earlier or name not in later:
            raise GreenpaperError(
                f'"{name}" is not in both runs. The earlier one has {_listed(earlier)}; the later one has '
                f"{_listed(later)}."
            )
    if names:
        return tuple((name, name) for name in names)
    models, others = _models(before), _models(after)
    if common := [name for name in others if name in models]:
        return tuple((name, name) for name in common)
    if len(models) == len(others) == 1:
        return ((models[0], others[0]),)
    raise GreenpaperError(
        f"The runs have no model in common: the earlier one has {_listed(models)}; the later one has "
        f"{_listed(others)}. Name a system of both with --system."
    )


def compare(
    cases: PairedCases, systems: Sequence[tuple[str, str]], metric: str, seed: int
) -> tuple[Compared, ...]:
    """One metric of each pair of systems, over the paired cases; GreenpaperError for an unknown metric."""
    if metric not in SHARES:
        raise GreenpaperError(f'There is no metric "{metric}" to compare by. There are: {", ".join(SHARES)}.')
    found = [_compared(cases, before, after, metric, seed) for before, after in systems]
    ps = holm([p for _, p in found if p is not None])
    corrected = iter(ps)
    return tuple(
        Compared(
            metric=metric,
            system_before=system[0],
            system_after=system[1],
            before=part.before,
            after=part.after,
            difference=part.difference,
            p=None if p is None else next(corrected),
            better=part.better,
            worse=part.worse,
        )
        for system, (part, p) in zip(systems, found, strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    before: Interval | None
    after: Interval | None
    difference: Interval | None
    better: tuple[Change, ...]
    worse: tuple[Change, ...]


def _compared(
    cases: PairedCases, before: str, after: str, metric: str, seed: int
) -> tuple[_Part, float | None]:
    clusters = [later.cluster for _, later in cases.both]
    rows = [(later, _result(earlier, before), _result(later, after)) for earlier, later in cases.both]
    old = [result.scores.get(metric) for _, result, _ in rows]
    new = [result.scores.get(metric) for _, _, result in rows]
    changes = [_change(case, was, is_, metric) for case, was, is_ in rows]
    part = _Part(
        before=interval(old, clusters, seed),
        after=interval(new, clusters, seed),
        difference=paired_difference(new, old, clusters, seed),
        better=tuple(change for change in changes if _gain(change, metric) > 0),
        worse=tuple(change for change in changes if _gain(change, metric) < 0),
    )
    return part, permutation_p(new, old, clusters, seed)


def _result(case: CaseReport, system: str) -> ResultReport:
    return next(result for result in case.results if result.system == system)


def _change(case: CaseReport, before: ResultReport, after: ResultReport, metric: str) -> Change:
    return Change(
        case_id=case.case_id,
        question=case.question,
        before=before.scores.get(metric),
        after=after.scores.get(metric),
        outcome_before=before.outcome,
        outcome_after=after.outcome,
    )


def _gain(change: Change, metric: str) -> float:
    """Better (positive), worse (negative) or neither."""
    if change.before is None:
        return 0
    if change.after is None:
        return -1 if change.outcome_after in (Outcome.FAILED, Outcome.MISSING) else 0
    more = change.after - change.before
    return -more if metric in LESS_IS_BETTER else more


def _models(report: Report) -> list[str]:
    return [system.name for system in report.systems if not system.baseline]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"

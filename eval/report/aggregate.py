"""From a run to its report: everything is computed here, once, and only formatted afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median

from eval.cases import Case
from eval.flags import Flag, find_flags
from eval.metrics.risk import RiskPoint, risk_curve
from eval.report.labels import METRICS, Kind, Metric
from eval.report.outcomes import matrix, worst
from eval.report.ranking import Placed, rank
from eval.report.run_data import RunData
from eval.report.values import (
    FORMAT,
    CaseReport,
    EarlierTurn,
    Evidence,
    MetricValue,
    NuggetReport,
    Outcome,
    Report,
    ResultReport,
    Slice,
    SystemReport,
)
from eval.report.verdict import verdict
from eval.statistics import interval
from rag.errors import GreenpaperError


def aggregate(run: RunData) -> Report:
    """The report of a run; of an incomplete one too, which then says so.

    Raises GreenpaperError where there is nothing to report, or the primary metric cannot rank systems.
    """
    _check(run)
    ranking = rank(run)
    systems = tuple(_system(run, place, _letter(number)) for number, place in enumerate(ranking.placed))
    order = [system.name for system in systems]
    return Report(
        format=FORMAT,
        suite=run.suite,
        description=run.description,
        licence=run.licence,
        primary=run.primary,
        context=run.context,
        seed=run.seed,
        finished=run.finished,
        systems=systems,
        pairs=ranking.pairs,
        detectable=ranking.detectable,
        verdict=verdict(run, ranking),
        tags=_slices(run, order, lambda case: case.tags),
        documents=_slices(run, order, lambda case: (case.cluster,)),
        flags=_flags(run, order),
        worst=worst(run, order),
        cases=tuple(_case(run, case, order) for case in run.cases),
        settings=run.settings,
        machine=run.machine,
    )


def _check(run: RunData) -> None:
    if not run.cases or not run.systems:
        raise GreenpaperError(
            "The run has no case or no system, so there is nothing to report. Run a suite first: "
            "greenpaper eval run SUITE --model NAME --out DIR"
        )
    metric = METRICS.get(run.primary)
    if metric is None or metric.kind is not Kind.SHARE or metric.lower:
        usable = [name for name, known in METRICS.items() if known.kind is Kind.SHARE and not known.lower]
        raise GreenpaperError(
            f'The primary metric "{run.primary}" cannot rank systems. Name one of these as `primary` in '
            f"suite.toml: {', '.join(usable)}."
        )


def _letter(number: int) -> str:
    """A, B, ... Z, A2, B2, ..."""
    turn, letter = divmod(number, 26)
    return f"{chr(ord('A') + letter)}{turn + 1 if turn else ''}"


def _system(run: RunData, place: Placed, letter: str) -> SystemReport:
    name = place.system.name
    outcomes = [run.outcome(case, name) for case in run.cases]
    metrics = (_metric(run, metric, name) for metric in METRICS.values())
    return SystemReport(
        name=name,
        letter=letter,
        baseline=place.system.baseline,
        rank=place.rank,
        score=place.score,
        done=sum(outcome is not Outcome.MISSING for outcome in outcomes),
        failed=outcomes.count(Outcome.FAILED),
        metrics=tuple(metric for metric in metrics if metric),
        matrix=matrix(run, name),
        risk_coverage=_risk(run, name),
        fingerprint=place.system.fingerprint,
    )


def _risk(run: RunData, system: str) -> tuple[RiskPoint, ...]:
    """The risk-coverage curve over the cases that were run; empty where no answer states its confidence."""
    results = [run.results.get((case.case_id, system)) for case in run.cases]
    answers = [
        (result.confidence, resolved)
        for result in results
        if result and result.confidence is not None and result.scores.get("answered")
        if (resolved := result.scores.get("resolved")) is not None
    ]
    curve = risk_curve(answers, sum(result is not None for result in results))
    return curve.points if curve else ()


def _flags(run: RunData, order: Sequence[str]) -> tuple[Flag, ...]:
    """The flags of the suite, of the models and of the baselines, in this order."""
    scores = {
        name: {
            case.case_id: result.scores
            for case in run.cases
            if (result := run.results.get((case.case_id, name)))
        }
        for name in order
    }
    baselines = {system.name for system in run.systems if system.baseline}
    return tuple(
        sorted(find_flags(run.cases, scores, run.primary), key=lambda flag: flag.system in baselines)
    )


def _metric(run: RunData, metric: Metric, system: str) -> MetricValue | None:
    """A metric over all cases; None where no case has a value for it."""
    values = run.values(metric.name, system)
    scored = [value for value in values if value is not None]
    if not scored:
        return None
    share = metric.kind is Kind.SHARE
    done = sum(run.outcome(case, system) is not Outcome.MISSING for case in run.cases)
    return MetricValue(
        name=metric.name,
        interval=interval(values, run.clusters(), run.seed) if share else None,
        median=None if share else median(scored),
        greatest=None if share else max(scored),
        scored=len(scored),
        unscored=done - len(scored),
    )


def _slices(
    run: RunData, order: Sequence[str], names_of: Callable[[Case], Sequence[str]]
) -> tuple[Slice, ...]:
    """The primary metric on each part of the cases, the largest part first."""
    parts: dict[str, list[Case]] = {}
    for case in run.cases:
        for name in dict.fromkeys(names_of(case)):
            parts.setdefault(name, []).append(case)
    return tuple(
        Slice(
            name=name,
            cases=len(cases),
            scores=tuple(
                interval(run.values(run.primary, system, cases), run.clusters(cases), run.seed)
                for system in order
            ),
        )
        for name, cases in sorted(parts.items(), key=lambda part: (-len(part[1]), part[0]))
    )


def _case(run: RunData, case: Case, order: Sequence[str]) -> CaseReport:
    report = CaseReport(
        case_id=case.case_id,
        digest="",
        question=case.question,
        turns=tuple(EarlierTurn(question=turn.question, answer=turn.answer) for turn in case.turns),
        answerable=case.answerable,
        premise=case.premise,
        answers=case.answers,
        nuggets=tuple(NuggetReport(text=nugget.text, vital=nugget.vital) for nugget in case.nuggets),
        evidence=tuple(
            Evidence(document=span.document, page=span.page, quote=span.quote) for span in case.evidence
        ),
        tags=case.tags,
        split=case.split,
        cluster=case.cluster,
        results=tuple(run.results.get((case.case_id, name)) or _not_run(name) for name in order),
    )
    return replace(report, digest=_digest(case))


def _digest(case: Case) -> str:
    """Of what is asked and what is expected: what makes it the same case in another run."""
    content = [
        case.question,
        [[turn.question, turn.answer] for turn in case.turns],
        case.answerable,
        list(case.answers),
        [[nugget.text, list(nugget.accept), nugget.vital] for nugget in case.nuggets],
        [[span.document, span.quote] for span in case.evidence],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


def _not_run(system: str) -> ResultReport:
    return ResultReport(
        system=system,
        outcome=Outcome.MISSING,
        status="",
        text="",
        reason="",
        error="",
        confidence=None,
        claims=(),
        quotes=(),
        read=(),
        scores={},
    )

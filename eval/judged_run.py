"""A run's answers before a judge: only ever shown beside how far that judge agrees with people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean

from eval.judge import Judge, judge_claim
from eval.metrics.observed import Observed, observe
from eval.statistics import Interval, interval
from eval.store import StoredRun
from rag.checks import overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The answers of one system; each figure is a mean over answers, None where there is none.

    `support`: the share of an answer's claims to which the judge says yes, given the quotes they cite.
    `overlap`: of the words of those same claims, the share that is in these quotes. `unscored` claims, of
    `claims`, the judge could not be asked about; both figures leave them out.
    """

    system: str
    support: Interval | None
    overlap: Interval | None
    claims: int
    unscored: int


def judge_run(
    judge: Judge,
    run: StoredRun,
    seed: int = 0,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[Judged, ...]:
    """Judge every claim of every answer of a run, system by system."""
    clusters = {case.case_id: case.cluster for case in run.cases}
    seen = [(line["system"], clusters[line["case"]], observe(line)) for line in run.results]
    judged = []
    for done, (system, cluster, one) in enumerate(seen, start=1):
        judged.append((system, cluster, _judged(judge, one)))
        progress(done, len(seen))
    return tuple(
        _summed(
            system.name, [(cluster, claims) for name, cluster, claims in judged if name == system.name], seed
        )
        for system in run.info.systems
    )


_Claims = list[tuple[float | None, float]]


def _judged(judge: Judge, seen: Observed) -> _Claims:
    """The judge's chance and the overlap of each claim that was given as an answer."""
    quotes = {citation.marker: citation.quote for citation in seen.citations}
    found: _Claims = []
    for claim in seen.claims if seen.answered else ():
        own = [quotes[marker] for marker in claim.markers if marker in quotes]
        found.append((judge_claim(judge, claim.text, own), overlap(claim.text, own)))
    return found


def _summed(system: str, answers: Iterable[tuple[str, _Claims]], seed: int) -> Judged:
    scored = [
        (cluster, [(chance, words) for chance, words in claims if chance is not None], len(claims))
        for cluster, claims in answers
    ]
    given = [(cluster, claims) for cluster, claims, _ in scored if claims]
    clusters = [cluster for cluster, _ in given]
    total = sum(count for _, _, count in scored)
    return Judged(
        system=system,
        support=interval(
            [fmean(chance > 0.5 for chance, _ in claims) for _, claims in given], clusters, seed
        ),
        overlap=interval([fmean(words for _, words in claims) for _, claims in given], clusters, seed),
        claims=total,
        unscored=total - sum(len(claims) for _, claims in given),
    )

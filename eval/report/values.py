"""A report as values: everything that its three forms show, computed once and frozen.

`report.json` is exactly this, so a report can be read back from it; the HTML and the Markdown only format
it. Shares are floats in [0, 1], times seconds, memory bytes, energy joules; None is unscored or unmeasured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from eval.flags import Flag
from eval.metrics.risk import RiskPoint
from eval.statistics import Interval

FORMAT = 1
"""Raised when a field changes its meaning; a report of another format is not compared."""


class Outcome(StrEnum):
    """How one case ended with one system; every pair of case and system has exactly one."""

    RIGHT = "right"
    WRONG = "wrong"
    UNSCORED = "unscored"
    FALSE_ABSTENTION = "false abstention"
    ASKED_BACK = "asked back"
    RIGHT_ABSTENTION = "right abstention"
    FALSE_ANSWER = "false answer"
    FAILED = "failed"
    MISSING = "not run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One line of settings or of a fingerprint, as text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricValue:
    """One metric of one system over all cases.

    For shares `interval` is the mean with its interval; for quantities (seconds, bytes, joules) `median` and
    `greatest` are given instead. `unscored` counts the cases that were run and to which the metric does not
    apply or could not be decided.
    """

    name: str
    interval: Interval | None
    median: float | None
    greatest: float | None
    scored: int
    unscored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The abstention matrix of one system: counts of cases, answerable and unanswerable.

    `partly` counts those of the answered ones that the system itself calls a part of the answer.
    """

    right: int
    wrong: int
    unscored: int
    false_abstention: int
    asked_back: int
    answerable_failed: int
    false_answer: int
    right_abstention: int
    rightly_asked_back: int
    unanswerable_failed: int
    partly: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemReport:
    """One evaluated system. `letter` stands for it in plots and narrow columns; baselines have no rank."""

    name: str
    letter: str
    baseline: bool
    rank: int | None
    score: Interval | None
    done: int
    failed: int
    metrics: tuple[MetricValue, ...]
    matrix: Matrix
    risk_coverage: tuple[RiskPoint, ...]
    fingerprint: tuple[Setting, ...]

    def metric(self, name: str) -> MetricValue | None:
        """The metric called `name`; None where no case has a value for it."""
        return next((metric for metric in self.metrics if metric.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The best model against another system, paired by case: leader minus other on the primary metric.

    `p` is corrected (Holm) over all pairs of models, and for baselines over all of these; None where no case
    was scored for both. `better` and `worse` count the cases on which the leader did better and worse.
    """

    leader: str
    other: str
    difference: Interval | None
    p: float | None
    better: int
    worse: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The primary metric on a part of the cases: those with one tag, or about one document."""

    name: str
    cases: int
    scores: tuple[Interval | None, ...]
    """One for each system, in the report's order; None where nothing was scored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A stretch of a document that a good answer rests on."""

    document: str
    page: int | None
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteReport:
    """A quote that an answer cites."""

    marker: int
    document: str
    page: int | None
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReport:
    """A claim of an answer, whether its own quotes bear it out, and what the checks found."""

    text: str
    support: str
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReport:
    """What one system said to one case. `read` are the documents of the passages in its prompt, in order.

    `confidence` is the answer's own, in [0, 1]; None where it states none.
    """

    system: str
    outcome: Outcome
    status: str
    text: str
    reason: str
    error: str
    confidence: float | None
    claims: tuple[ClaimReport, ...]
    quotes: tuple[QuoteReport, ...]
    read: tuple[str, ...]
    scores: Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTurn:
    """A question and an answer that came before the case's own question."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NuggetReport:
    """A fact that a good answer contains; without the vital ones it is not good."""

    text: str
    vital: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """One case with what every system said to it, in the report's order of systems.

    `digest` is of what is asked and expected, so that a case that was changed is not compared with itself.
    """

    case_id: str
    digest: str
    question: str
    turns: tuple[EarlierTurn, ...]
    answerable: bool
    premise: str
    answers: tuple[str, ...]
    nuggets: tuple[NuggetReport, ...]
    evidence: tuple[Evidence, ...]
    tags: tuple[str, ...]
    split: str
    cluster: str
    results: tuple[ResultReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole run. `systems` stand best first.

    `worst` are ids of cases: unanswerable ones first, of each kind the worst first. `detectable` is the
    smallest true difference between the two best models that this suite would notice four times in five; None
    where no difference would be.
    """

    format: int
    suite: str
    description: str
    licence: str
    primary: str
    context: str
    seed: int
    finished: str
    systems: tuple[SystemReport, ...]
    pairs: tuple[Pair, ...]
    detectable: float | None
    verdict: tuple[str, ...]
    tags: tuple[Slice, ...]
    documents: tuple[Slice, ...]
    flags: tuple[Flag, ...]
    worst: tuple[str, ...]
    cases: tuple[CaseReport, ...]
    settings: tuple[Setting, ...]
    machine: tuple[Setting, ...]

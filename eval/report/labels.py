"""What every metric and outcome is called for a reader, and what it means in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eval.report import numbers
from eval.report.values import MetricValue, Outcome


class Kind(StrEnum):
    """What a metric counts, which decides how it is formatted."""

    SHARE = "share"
    SECONDS = "seconds"
    RATE = "rate"
    MEMORY = "memory"
    ENERGY = "energy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A metric for a reader; `lower` says that less is better."""

    name: str
    label: str
    group: str
    meaning: str
    kind: Kind = Kind.SHARE
    lower: bool = False


_ANSWERS, _DOUBT, _FOUND = "Answers", "Knowing when not to answer", "What was found"
_QUOTES, _CHECKS, _COST = "Quotes", "Claims against their own quotes", "Time and memory"


def _metric(name: str, label: str, group: str, meaning: str, *, lower: bool = False) -> Metric:
    return Metric(name=name, label=label, group=group, meaning=meaning, lower=lower)


_METRICS = (
    _metric(
        "resolved",
        "Resolved",
        _ANSWERS,
        "Right answer where the documents have one, no answer where they have none.",
    ),
    _metric(
        "correct",
        "Correct",
        _ANSWERS,
        "Answerable cases whose answer contains an expected one; no answer is 0.",
    ),
    _metric("exact", "Exact match", _ANSWERS, "The answer is an expected one and nothing else."),
    _metric("f1", "Word F1", _ANSWERS, "Words shared by the answer and the nearest expected one."),
    _metric(
        "nuggets_vital", "Vital facts", _ANSWERS, "Facts that a good answer must have, and this one has."
    ),
    _metric("nuggets_all", "All facts", _ANSWERS, "Facts that a good answer may have, and this one has."),
    _metric("healthy", "Ended without an error", _ANSWERS, "Cases that came to an end, whatever the answer."),
    _metric("answered", "Answered", _DOUBT, "Cases that were answered, wholly or in part."),
    _metric(
        "false_answer",
        "False answers",
        _DOUBT,
        "Unanswerable cases that were answered all the same.",
        lower=True,
    ),
    _metric(
        "false_abstention",
        "False abstentions",
        _DOUBT,
        "Answerable cases that were declined or asked back.",
        lower=True,
    ),
    _metric("recall@10", "Recall@10", _FOUND, "Gold evidence that is among the first ten passages."),
    _metric("ndcg@10", "nDCG@10", _FOUND, "Gold evidence among the first ten, counting more the higher up."),
    _metric("rr@10", "Reciprocal rank", _FOUND, "1 over the rank of the first passage with gold evidence."),
    _metric(
        "all_evidence_in_context",
        "All evidence read",
        _FOUND,
        "Cases where every gold quote was in what the model read.",
    ),
    _metric("citation_valid", "Valid citations", _QUOTES, "Citations that point at something there is."),
    _metric("citation_coverage", "Claims with a citation", _QUOTES, "Claims that cite anything at all."),
    _metric(
        "citation_precision", "Citation precision", _QUOTES, "Citations that point at the gold evidence."
    ),
    _metric(
        "citation_recall", "Citation recall", _QUOTES, "Claims that the gold evidence they cite bears out."
    ),
    _metric("page_right", "Right page", _QUOTES, "Cited pages that are those of the gold evidence."),
    _metric(
        "quotes_verbatim", "Quotes verbatim", _QUOTES, "Quotes that stand in their document to the character."
    ),
    _metric(
        "quotes_normalised",
        "Quotes verbatim but for spacing",
        _QUOTES,
        "The same, apart from spaces, line breaks and the form of quotation marks.",
    ),
    _metric(
        "numbers_in_quotes", "Numbers borne out", _CHECKS, "Numbers of the claims that their quotes have."
    ),
    _metric("dates_in_quotes", "Dates borne out", _CHECKS, "Dates of the claims that their quotes have."),
    _metric("names_in_quotes", "Names borne out", _CHECKS, "Names of the claims that their quotes have."),
    Metric(
        name="ttft_s",
        label="First word",
        group=_COST,
        meaning="Seconds from the question to the first word.",
        kind=Kind.SECONDS,
        lower=True,
    ),
    Metric(
        name="seconds",
        label="Whole answer",
        group=_COST,
        meaning="Seconds from the question to the checked answer.",
        kind=Kind.SECONDS,
        lower=True,
    ),
    Metric(
        name="tokens_per_s",
        label="Writing",
        group=_COST,
        meaning="Tokens written in a second.",
        kind=Kind.RATE,
    ),
    Metric(
        name="peak_memory_bytes",
        label="Most memory",
        group=_COST,
        meaning="The most memory that the process held at once.",
        kind=Kind.MEMORY,
        lower=True,
    ),
    Metric(
        name="joules",
        label="Energy",
        group=_COST,
        meaning="Energy of one question, where the machine tells.",
        kind=Kind.ENERGY,
        lower=True,
    ),
)
METRICS = {metric.name: metric for metric in _METRICS}
"""Every metric that a report shows, in the order of reading."""

OUTCOMES = {
    Outcome.RIGHT: "right",
    Outcome.WRONG: "wrong",
    Outcome.UNSCORED: "answered, unscored",
    Outcome.FALSE_ABSTENTION: "false abstention",
    Outcome.ASKED_BACK: "asked back",
    Outcome.RIGHT_ABSTENTION: "rightly declined",
    Outcome.FALSE_ANSWER: "false answer",
    Outcome.FAILED: "failed",
    Outcome.MISSING: "not run",
}
SIGNS = {
    Outcome.RIGHT: "✓",
    Outcome.RIGHT_ABSTENTION: "✓",
    Outcome.WRONG: "✕",
    Outcome.FALSE_ANSWER: "✕",
    Outcome.FALSE_ABSTENTION: "–",
    Outcome.ASKED_BACK: "?",
    Outcome.UNSCORED: "·",
    Outcome.FAILED: "!",
    Outcome.MISSING: "…",
}
"""A sign for each outcome, so that none is told by its colour alone."""

_QUANTITIES = {
    Kind.SECONDS: numbers.seconds,
    Kind.RATE: numbers.rate,
    Kind.MEMORY: numbers.memory,
    Kind.ENERGY: numbers.energy,
}


def label(name: str) -> str:
    """What a metric is called for a reader; an unknown one by its own name."""
    return METRICS[name].label if name in METRICS else name


def figure(value: MetricValue | None, kind: Kind = Kind.SHARE) -> str:
    """A metric's figure over all cases: a share with its interval, a quantity by its median."""
    if kind is Kind.SHARE:
        return numbers.interval(value.interval if value else None)
    if kind is Kind.MEMORY:  # what has to fit in is the most that any question took
        return numbers.memory(value.greatest if value else None)
    return _QUANTITIES[kind](value.median if value else None)

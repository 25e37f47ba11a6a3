"""What the page shows of one case: texts made visible and clipped, quotes against the gold evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.report import numbers
from eval.report.highlight import Segment, segments, share
from eval.report.labels import METRICS, OUTCOMES, SIGNS, Kind
from eval.report.text import clip, one_line, visible
from eval.report.values import CaseReport, Evidence, Outcome, QuoteReport, Report, ResultReport

LONG = 4_000
"""Characters of one text that the page shows; the whole stands in report.json."""

QUOTES = 8
"""Quotes of one answer that the page shows."""

CODES = {outcome: "rwudkafem"[number] for number, outcome in enumerate(Outcome)}
"""One letter for each outcome: what the page's filter compares."""

TONES = {
    Outcome.RIGHT: "g",
    Outcome.RIGHT_ABSTENTION: "g",
    Outcome.WRONG: "b",
    Outcome.FALSE_ANSWER: "b",
    Outcome.FAILED: "b",
    Outcome.FALSE_ABSTENTION: "w",
    Outcome.ASKED_BACK: "w",
    Outcome.UNSCORED: "n",
    Outcome.MISSING: "n",
}
"""The class that colours an outcome; its sign and its words say the same without colour."""

_IN_THE_OUTCOME = (
    *("healthy", "answered", "resolved", "correct", "exact", "false_answer", "false_abstention"),
)
_DOUBTED = {"partly": "Partly supported:", "no": "Not supported:"}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """A quote or a piece of evidence, cut where it is shared, and where it stands."""

    segments: tuple[Segment, ...]
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """One system's answer to the case, ready to be escaped."""

    system: str
    letter: str
    column: int
    css: str
    tone: str
    sign: str
    words: str
    text: str
    error: str
    doubts: tuple[str, ...]
    quotes: tuple[QuoteView, ...]
    notes: str
    """The reason, the documents read and the scores, a line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case with every system's answer, ready to be escaped."""

    number: int
    case_id: str
    question: str
    turns: tuple[tuple[str, str], ...]
    answerable: bool
    answers: tuple[str, ...]
    premise: str
    nuggets: tuple[tuple[str, bool], ...]
    evidence: tuple[QuoteView, ...]
    about: str
    tags: tuple[str, ...]
    tag_numbers: str
    codes: str
    results: tuple[ResultView, ...]


class CaseViews:
    """Makes the views of one report's cases."""

    def __init__(self, report: Report, css: Sequence[str]) -> None:
        """`css` are the classes of the report's systems, in its order."""
        self._systems = {
            system.name: (column, system.letter, css[column]) for column, system in enumerate(report.systems)
        }
        self._tags = {row.name: str(number) for number, row in enumerate(report.tags)}

    def view(self, number: int, case: CaseReport) -> CaseView:
        """The case that stands at `number` of the report."""
        return CaseView(
            number=number,
            case_id=one_line(case.case_id),
            question=shown(case.question),
            turns=tuple((shown(turn.question), shown(turn.answer)) for turn in case.turns),
            answerable=case.answerable,
            answers=tuple(shown(answer) for answer in case.answers),
            premise=shown(case.premise),
            nuggets=tuple((shown(nugget.text), nugget.vital) for nugget in case.nuggets),
            evidence=tuple(self._evidence(evidence, case.results) for evidence in case.evidence),
            about=one_line("" if case.evidence or case.cluster == case.case_id else case.cluster),
            tags=tuple(one_line(tag) for tag in case.tags),
            tag_numbers=" ".join(self._tags[tag] for tag in case.tags),
            codes="".join(CODES[result.outcome] for result in case.results),
            results=tuple(self._result(result, case.evidence) for result in case.results),
        )

    def _evidence(self, evidence: Evidence, results: Sequence[ResultReport]) -> QuoteView:
        quotes = [quote.quote for result in results for quote in result.quotes]
        letters = [
            self._systems[result.system][1]
            for result in results
            if share(evidence.quote, [quote.quote for quote in result.quotes])
        ]
        by = ", ".join(letters) or "none"
        return QuoteView(
            segments=_marked(evidence.quote, quotes), where=f"{_where(evidence)} · quoted by {by}"
        )

    def _result(self, result: ResultReport, evidence: Sequence[Evidence]) -> ResultView:
        column, letter, css = self._systems[result.system]
        gold = [item.quote for item in evidence]
        hidden = len(result.quotes) - QUOTES
        return ResultView(
            system=one_line(result.system),
            letter=letter,
            column=column,
            css=css,
            tone=TONES[result.outcome],
            sign=SIGNS[result.outcome],
            words=OUTCOMES[result.outcome] + (", in part" if result.status == "partial" else ""),
            text=shown(result.text),
            error=shown(result.error),
            doubts=tuple(_doubts(result)),
            quotes=tuple(
                QuoteView(segments=_marked(quote.quote, gold), where=_where(quote))
                for quote in result.quotes[:QUOTES]
            ),
            notes="\n".join(
                note
                for note in (
                    f"and {numbers.count(hidden, 'more quote')}, in report.json" if hidden > 0 else "",
                    shown(result.reason),
                    f"Read: {_read(result.read)}" if result.read else "",
                    _scores(result),
                )
                if note
            ),
        )


def _marked(text: str, quotes: Sequence[str]) -> tuple[Segment, ...]:
    return segments(shown(text), quotes)


def _where(place: Evidence | QuoteReport) -> str:
    marker = f"[{place.marker}] " if isinstance(place, QuoteReport) else ""
    return f"{marker}{one_line(place.document)}{f', page {place.page}' if place.page is not None else ''}"


def _doubts(result: ResultReport) -> list[str]:
    """What the answer itself tells its reader to doubt."""
    return [
        shown(" ".join((_DOUBTED[claim.support], claim.text, *claim.checks)))
        for claim in result.claims
        if claim.support in _DOUBTED
    ]


def _read(names: Sequence[str]) -> str:
    """The documents read, each once, with the number of its passages."""
    return ", ".join(
        f"{one_line(name)}{f' ({names.count(name)})' if names.count(name) > 1 else ''}"
        for name in dict.fromkeys(names)
    )


def _scores(result: ResultReport) -> str:
    """What a case's scores tell beyond its outcome: shares that are not whole, and the seconds."""
    low = [
        f"{metric.label} {numbers.decimal(value)}"
        for name, metric in METRICS.items()
        if metric.kind is Kind.SHARE and name not in _IN_THE_OUTCOME
        if (value := result.scores.get(name)) is not None and value < 1
    ]
    whole = result.scores.get("seconds")
    parts = (f"Below 1: {', '.join(low)}" if low else "", "" if whole is None else numbers.seconds(whole))
    return " · ".join(part for part in parts if part)


def shown(text: str) -> str:
    """`text` as the page shows it: nothing unseen, no flood, and what was cut is said."""
    clipped = clip(visible(text), LONG)
    if not clipped.left_out:
        return clipped.text
    return f"{clipped.text}… [{numbers.count(clipped.left_out, 'more character')}, in report.json]"

"""What makes figures mean less than they seem to: said in sentences, so that nobody has to notice it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from eval.cases import Case
from eval.text_match import match_tokens

_LONG_ANSWER = 12
"""Words: a longer gold answer is hardly ever contained in another's words."""
_UNSCORED = 0.1
_NO_EVIDENCE = 0.1

Scored = Mapping[str, Mapping[str, float | None]]
"""The scores of one system: by case id, then by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A warning about a system, or about the suite where `system` is ""."""

    system: str
    title: str
    detail: str


def find_flags(cases: Sequence[Case], scores: Mapping[str, Scored], primary: str) -> tuple[Flag, ...]:
    """The flags of a run: those of the suite first, then each system's. Cases not run are left out."""
    found = [*_of_suite(cases, scores)]
    for system, scored in scores.items():
        ran = [case for case in cases if case.case_id in scored]
        for title, detail in _of_system(ran, scored, primary):
            found.append(Flag(system=system, title=title, detail=detail))
    return tuple(found)


def _of_suite(cases: Sequence[Case], scores: Mapping[str, Scored]) -> Iterator[Flag]:
    unanswerable = sum(not case.answerable for case in cases)
    if cases and not unanswerable:
        yield Flag(
            system="",
            title="No unanswerable question",
            detail="All questions have an answer, so nobody can tell whether a system makes answers up.",
        )
    if unanswerable * 2 > len(cases):
        share = _percent(unanswerable / len(cases))
        yield Flag(
            system="",
            title="Mostly unanswerable",
            detail=f"A system that always abstains resolves {share} of these cases.",
        )
    lengths = [len(match_tokens(answer)) for case in cases if case.answerable for answer in case.answers]
    right = [row["correct"] for scored in scores.values() for row in scored.values() if row.get("correct")]
    if lengths and median(lengths) > _LONG_ANSWER and not right:
        yield Flag(
            system="",
            title="Gold answers too long to be contained",
            detail=f"No system contains one; half of them have {median(lengths):.0f} words or more. Shorten "
            "them, write nuggets, or make f1 the primary metric.",
        )


def _of_system(cases: Sequence[Case], scored: Scored, primary: str) -> Iterator[tuple[str, str]]:
    def values(name: str, where: Callable[[Case], bool] = lambda _case: True) -> list[float]:
        rows = (scored[case.case_id].get(name) for case in cases if where(case))
        return [value for value in rows if value is not None]

    yield from _of_answering(values("answered"), values("false_answer"), values("false_abstention"))
    failed = values("healthy").count(0.0)
    if failed:
        yield "Cases failed", f"{failed} of {len(cases)} cases ended in an error and count as not resolved."
    unscored = len(cases) - len(values(primary))
    if unscored > _UNSCORED * len(cases):
        yield "Unscored cases", f"{unscored} of {len(cases)} cases have no value for {primary}."
    yield from _of_citing(values)
    right = values("citation_recall", lambda case: scored[case.case_id].get("correct") == 1)
    blind = sum(value == 0 for value in right)
    if len(right) >= 3 and blind * 2 > len(right):
        yield (
            "Right without the evidence",
            f"{blind} of {len(right)} right answers cite none of the evidence: they may be known by heart.",
        )


def _of_answering(
    answered: Sequence[float], false_answers: Sequence[float], false_abstentions: Sequence[float]
) -> Iterator[tuple[str, str]]:
    if answered and not any(answered):
        rate = f": false-abstention rate {_percent(fmean(false_abstentions))}" if false_abstentions else ""
        yield "Answers nothing", f"Declines every question{rate}."
    elif false_answers and all(false_answers):
        which = f"all {len(false_answers)} questions" if len(false_answers) > 1 else "the one question"
        yield (
            "Answers everything",
            f"Answers {which} that the documents do not answer: false-answer rate 100 %.",
        )


def _of_citing(values: Callable[[str], list[float]]) -> Iterator[tuple[str, str]]:
    coverage, precision = values("citation_coverage"), values("citation_precision")
    if coverage and not any(coverage):
        yield "Cites nothing", f"None of its {len(coverage)} answers has a citation that leads anywhere."
    elif precision and fmean(precision) < _NO_EVIDENCE:
        yield (
            "Cites the wrong places",
            "Cites documents or passages that hold none of the evidence: citation precision "
            f"{_percent(fmean(precision))} over {len(precision)} answers.",
        )
    for name, title, detail in (
        ("citation_valid", "Markers that lead nowhere", "have a marker without a citation behind it"),
        ("quotes_normalised", "Quotes that are not there", "show a quote that its document does not contain"),
    ):
        bad = sum(value < 1 for value in values(name))
        if bad:
            yield title, f"{bad} of {len(values(name))} answers {detail}."


def _percent(share: float) -> str:
    """A share in whole percent; 0 and 100 only where it is none or all."""
    if 0 < share < 0.01:
        return "under 1 %"
    return f"{min(99, round(share * 100)) if share < 1 else 100} %"

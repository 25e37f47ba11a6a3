"""How each case ended with each system: one outcome, the abstention matrix, and which cases went worst."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from eval.report.run_data import RunData
from eval.report.values import Matrix, Outcome

WORST = 6
"""How many cases of each kind, answerable or not, the report shows side by side."""

_BAD = (Outcome.FALSE_ANSWER, Outcome.WRONG, Outcome.FAILED)
"""What a case is shown for: a wrong or false answer looks like knowledge, an abstention does not."""


def outcome(*, answerable: bool, status: str, scores: Mapping[str, float | None]) -> Outcome:
    """How a case ended, as its scores have it: "answered" without a word is declined."""
    answered = scores.get("answered")
    if not scores.get("healthy") or answered is None:
        return Outcome.FAILED
    if not answerable:
        return Outcome.FALSE_ANSWER if answered else Outcome.RIGHT_ABSTENTION
    if not answered:
        return Outcome.ASKED_BACK if status == "clarify" else Outcome.FALSE_ABSTENTION
    correct = scores.get("correct")
    if correct is None:
        return Outcome.UNSCORED
    return Outcome.RIGHT if correct >= 1 else Outcome.WRONG


def matrix(run: RunData, system: str) -> Matrix:
    """The abstention matrix of one system over the cases that were run."""
    counts: Mapping[bool, Counter[Outcome]] = {True: Counter(), False: Counter()}
    asked_back = partly = 0
    for case in run.cases:
        counts[case.answerable][run.outcome(case, system)] += 1
        result = run.results.get((case.case_id, system))
        status = result.status if result else ""
        asked_back += status == "clarify" and not case.answerable
        partly += status == "partial"
    yes, no = counts[True], counts[False]
    return Matrix(
        right=yes[Outcome.RIGHT],
        wrong=yes[Outcome.WRONG],
        unscored=yes[Outcome.UNSCORED],
        false_abstention=yes[Outcome.FALSE_ABSTENTION],
        asked_back=yes[Outcome.ASKED_BACK],
        answerable_failed=yes[Outcome.FAILED],
        false_answer=no[Outcome.FALSE_ANSWER],
        right_abstention=no[Outcome.RIGHT_ABSTENTION] - asked_back,
        rightly_asked_back=asked_back,
        unanswerable_failed=no[Outcome.FAILED],
        partly=partly,
    )


def worst(run: RunData, order: Sequence[str]) -> tuple[str, ...]:
    """Ids of the cases that went worst with the models, of which `order` names the best first.

    Unanswerable cases that were answered, then answerable ones that got a wrong answer: each by how many
    models did so or failed, then by whether the better models did, then in the suite's order.
    """
    models = [name for name in order if not _is_baseline(run, name)] or list(order)
    found: dict[bool, list[tuple[int, list[bool], int]]] = {False: [], True: []}
    for number, case in enumerate(run.cases):
        fine = [run.outcome(case, name) not in _BAD for name in models]
        if not all(fine):
            found[case.answerable].append((sum(fine), fine, number))
    chosen = [*sorted(found[False])[:WORST], *sorted(found[True])[:WORST]]
    return tuple(run.cases[number].case_id for *_, number in chosen)


def _is_baseline(run: RunData, name: str) -> bool:
    return next(system.baseline for system in run.systems if system.name == name)

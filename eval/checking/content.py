"""What is wrong with a case by itself: nothing to be right by, or given away, or given where nothing is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.cases import Case
from eval.checking.finding import Finding, error, shown, warning
from eval.checking.lines import PlacedCase
from eval.text_match import contains, match_tokens

_YES_OR_NO = frozenset((("yes",), ("no",)))
_CLARIFY = "clarify"
"""Tag of questions that are to be asked back about: they may have evidence, and still no one answer."""


def case_findings(placed: PlacedCase) -> Iterator[Finding]:
    """What the case alone shows, without the documents."""
    case, place = placed.case, placed.place
    if not match_tokens(case.question):
        yield error("no-words", place, "question", "The question has no words.", "Write the question.")
    yield from _answerable(placed) if case.answerable else _unanswerable(placed)
    yield from _evidence(placed)
    for field, accepted in accepted_strings(case):
        for number, text in enumerate(accepted):
            if not match_tokens(text):
                what = f"{shown(text)} has no word, so no answer can contain it."
                yield error("no-words", place, f"{field}[{number}]", what, "Write words, or take it out.")


def accepted_strings(case: Case) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The sets of strings of which a right answer contains one each, with their fields."""
    if case.answers:
        yield "answers", case.answers
    for number, nugget in enumerate(case.nuggets):
        yield f"nuggets[{number}].accept", nugget.accept


def is_yes_or_no(text: str) -> bool:
    """Whether an accepted string is "yes" or "no", which stands in no quote."""
    return match_tokens(text) in _YES_OR_NO


def _answerable(placed: PlacedCase) -> Iterator[Finding]:
    case, place = placed.case, placed.place
    if not case.answers and not any(nugget.vital for nugget in case.nuggets):
        what = "The case is answerable, but nothing says what a right answer contains."
        yield error("no-answer", place, "answers", what, "Add answers, or nuggets of which one is vital.")
    if not case.evidence:
        what = "The case is answerable, but has no evidence: search and citations cannot be scored."
        yield warning("no-evidence", place, "evidence", what, "Add the document and a quote of it.")
    if case.premise:
        what = "A premise is what the documents say instead of what is asked; this case is answerable."
        yield warning(
            "premise-answerable", place, "premise", what, "Take it out, or set answerable to false."
        )
    if case.answers and any(nugget.vital for nugget in case.nuggets):
        what = "The case has answers, so its nuggets do not decide whether an answer is correct."
        yield warning("answers-and-nuggets", place, "nuggets", what, "Leave one of the two.")
    for field, accepted in accepted_strings(case):
        given = [text for text in accepted if _in_question(case, text)]
        if given:
            what = f"{shown(given[0])} stands in the question, so repeating the question is right."
            yield warning("answer-in-question", place, field, what, "Ask without it, or accept more words.")


def _in_question(case: Case, text: str) -> bool:
    return not is_yes_or_no(text) and contains(case.question, text)


def _unanswerable(placed: PlacedCase) -> Iterator[Finding]:
    case, place = placed.case, placed.place
    if case.answers or case.nuggets:
        field = "answers" if case.answers else "nuggets"
        what = "The case is not answerable, but says what a right answer contains."
        yield error("unanswerable-answer", place, field, what, "Take it out, or set answerable to true.")
    if case.evidence and not case.premise and _CLARIFY not in case.tags:
        what = "The case is not answerable, but has evidence."
        todo = "Take it out, set answerable to true, or say in premise what the evidence says instead."
        yield error("unanswerable-evidence", place, "evidence", what, todo)
    if case.premise and not case.evidence:
        what = "The question takes something wrong for granted, but no quote says that it is wrong."
        yield warning("premise-alone", place, "premise", what, "Add the quote that says so as evidence.")


def _evidence(placed: PlacedCase) -> Iterator[Finding]:
    case, place = placed.case, placed.place
    for number, span in enumerate(case.evidence):
        field = f"evidence[{number}]"
        if span in case.evidence[:number]:
            yield warning("evidence-twice", place, field, "The evidence stands twice.", "Leave one.")


def unquoted_answers(placed: PlacedCase, quotes: Sequence[str]) -> Iterator[Finding]:
    """Answers and nuggets of which no wording stands in the case's quotes; `quotes` are these in full."""
    if not placed.case.answerable or not quotes:
        return
    for field, accepted in accepted_strings(placed.case):
        written = (text for text in accepted if match_tokens(text) and not is_yes_or_no(text))
        looked_for = list(written)
        if looked_for and not any(contains(quote, text) for quote in quotes for text in looked_for):
            what = f"Neither {shown(looked_for[0])} nor another wording given stands in the evidence."
            if len(looked_for) == 1:
                what = f"{shown(looked_for[0])} does not stand in the evidence."
            todo = "Right where it has to be counted or worked out; else correct the evidence or the answer."
            yield warning("answer-not-quoted", placed.place, field, what, todo)

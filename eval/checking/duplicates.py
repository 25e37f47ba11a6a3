"""Cases that are told apart by nothing: the same id, the same question, nearly the same question."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import ceil

from eval.cases import Case
from eval.checking.finding import Finding, error, shown, warning
from eval.checking.lines import PlacedCase
from eval.text_match import match_tokens
from rag.answering.words import content_words

_NEAR = 0.8
"""Share of content words that two questions have in common (Jaccard) to be worth a look."""
_FEWEST = 4
"""Content words below which two questions are not compared: nearly all of them would be alike."""


def duplicate_ids(cases: Sequence[PlacedCase]) -> Iterator[Finding]:
    """Cases whose id another one had before."""
    first: dict[str, PlacedCase] = {}
    for placed in cases:
        earlier = first.setdefault(placed.case.case_id, placed)
        if earlier is not placed:
            what = f"The id {shown(placed.case.case_id)} is taken by {earlier.place}."
            yield error("id-twice", placed.place, "id", what, "Give each case an id of its own.")


def duplicate_questions(cases: Sequence[PlacedCase]) -> Iterator[Finding]:
    """Questions asked twice in the same words (an error), or in nearly the same ones (a warning)."""
    first: dict[tuple[object, ...], PlacedCase] = {}
    single = []
    for placed in cases:
        earlier = first.setdefault(_asked(placed.case), placed)
        if earlier is placed:
            single.append(placed)
            continue
        what = f"The question is that of {earlier.place}{_apart(earlier.case, placed.case)}."
        yield error("question-twice", placed.place, "question", what, "Take one of them out.")
    for placed, earlier in _near(single):
        what = f"The question is nearly that of {earlier.place}{_apart(earlier.case, placed.case)}."
        todo = "Leave both only if they ask for different things."
        yield warning("question-near", placed.place, "question", what, todo)


def _asked(case: Case) -> tuple[object, ...]:
    turns = ((match_tokens(turn.question), match_tokens(turn.answer)) for turn in case.turns)
    return (*turns, match_tokens(case.question) or case.question)


def _apart(one: Case, other: Case) -> str:
    """What makes it worse that two cases are alike."""
    if one.answerable != other.answerable:
        return ", one answerable and one not"
    return ", in the other split" if one.split != other.split else ""


def _near(cases: Sequence[PlacedCase]) -> Iterator[tuple[PlacedCase, PlacedCase]]:
    """Pairs of questions alike, each with the earlier one second; numbers must agree.

    Sets that share 80 % of their words share one of the rarest 20 % and one more of each (prefix filter,
    Chaudhuri et al. 2006), so only those are compared.
    """
    words = [frozenset(content_words(placed.case.question)) for placed in cases]
    often = Counter(word for each in words for word in each)
    by_rare: defaultdict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(words):
        if len(each) < _FEWEST:
            continue
        rare = sorted(each, key=lambda word: (often[word], word))
        rare = rare[: len(rare) - ceil(_NEAR * len(rare)) + 1]
        for other in sorted({earlier for word in rare for earlier in by_rare[word]}):
            alike = _alike(each, words[other]) and _figures(each) == _figures(words[other])
            if alike and _alike(_before(cases[at].case), _before(cases[other].case)):
                yield cases[at], cases[other]
        for word in rare:
            by_rare[word].append(at)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    both = len(one & other)
    return both >= _NEAR * (len(one) + len(other) - both)


def _before(case: Case) -> frozenset[str]:
    """The words of what was asked before: the same follow-up means something else after another question."""
    return frozenset(word for turn in case.turns for word in content_words(turn.question))


def _figures(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if any(map(str.isdigit, word)))

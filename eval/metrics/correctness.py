"""Does the answer agree with the gold answers?

All of these are for answerable cases only; what was not answered, and what failed, gets 0.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

from eval.cases import Case, Nugget
from eval.metrics.observed import Observed
from eval.text_match import contains, match_tokens, plain_signs

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_YES_OR_NO = frozenset((("yes",), ("no",)))


def correctness_scores(case: Case, seen: Observed) -> dict[str, float | None]:
    """correct, exact, f1, nuggets_vital and nuggets_all; each unscored where the case has no gold for it.

    - correct: any gold answer is contained, in whole words (`eval.text_match`). "yes" and "no" must open the
      answer or one of its claims, as both stand in many a wrong sentence. A case with nuggets and no gold
      answers is correct when every vital nugget is there.
    - exact, f1: SQuAD's exact match and token F1 (Rajpurkar et al. 2016), the best over the gold answers.
    - nuggets_vital, nuggets_all: the share of (vital) nuggets of which any accepted form is contained
      (Voorhees 2003, TREC question answering track).
    """
    if not case.answerable:
        return dict.fromkeys(("correct", "exact", "f1", "nuggets_vital", "nuggets_all"))
    text = seen.text if seen.answered else ""
    vital = [nugget for nugget in case.nuggets if nugget.vital]
    nuggets_vital = _nuggets(text, vital)
    scores: dict[str, float | None] = {
        "correct": None if nuggets_vital is None else float(nuggets_vital == 1),
        "exact": None,
        "f1": None,
        "nuggets_vital": nuggets_vital,
        "nuggets_all": _nuggets(text, case.nuggets),
    }
    if case.answers:
        scores["correct"] = float(any(_gives(seen, text, answer) for answer in case.answers))
        scores["exact"] = max(exact_match(text, answer) for answer in case.answers)
        scores["f1"] = max(token_f1(text, answer) for answer in case.answers)
    return scores


def _gives(seen: Observed, text: str, answer: str) -> bool:
    wanted = match_tokens(answer)
    if wanted in _YES_OR_NO:
        openings = [text, *(claim.text for claim in seen.claims)] if text else []
        return any(match_tokens(opening)[:1] == wanted for opening in openings)
    return contains(text, answer)


def _nuggets(text: str, nuggets: Sequence[Nugget]) -> float | None:
    if not nuggets:
        return None
    found = [any(contains(text, form) for form in nugget.accept) for nugget in nuggets]
    return sum(found) / len(found)


def squad_tokens(text: str) -> list[str]:
    """The words that SQuAD compares: lower case, without punctuation and articles."""
    text = plain_signs(text).lower().translate(_NO_PUNCTUATION)
    return _ARTICLES.sub(" ", text).split()


def exact_match(text: str, gold: str) -> float:
    """1 when both have the same words in the same order, else 0; an empty text matches nothing."""
    words = squad_tokens(text)
    return float(bool(words) and words == squad_tokens(gold))


def token_f1(text: str, gold: str) -> float:
    """The harmonic mean of the shares of words that text and gold have in common; 0 without any."""
    words, wanted = squad_tokens(text), squad_tokens(gold)
    common = sum((Counter(words) & Counter(wanted)).values())
    return 2 * common / (len(words) + len(wanted)) if common else 0.0

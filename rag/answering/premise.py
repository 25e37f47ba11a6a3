"""What a question takes for granted: "Why must X do Y?" presumes that X must do Y.

A document that does not say so cannot say why. Small models rarely notice: they give reasons for anything. So
where the documents do not answer such a question, the reply names what was taken for granted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.asked import questions_in
from rag.answering.words import content_words

SPOKEN_OF = 0.4
"""Share of a premise's words from which on quotes speak of it: 7 of the 11 answers that two models gave to
false premises of the tuning half rested on quotes below it (docs/log.md)."""

_ASKS_WHY = re.compile(
    r"^(?:(?:and|but|so)\s+)?"
    r"(?:why|how come|for what reasons?|what(?:['’]s| is| was)? the reasons?(?: why)?)\b\s*"
    r"(?:does|do|did|is|are|was|were|has|have|had|must|should|shall|can|could|will|would|may|might)?"
    r"(?:n['’]t)?\s*",
    re.IGNORECASE,
)
_ASKS_REASONS = re.compile(
    r"^what\s+(?:reasons?|grounds?|arguments?|justifications?)\s+(?:does|do|did)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_GIVES = re.compile(r"\b(?:give|offer|state|name)\s+(?:for|to)\b\s*", re.IGNORECASE)


def premise_of(question: str) -> str | None:
    """The words of the question that say what it takes for granted; None where it asks openly."""
    asked = questions_in(question)[-1].strip().rstrip("?!. ")
    if reasons := _ASKS_REASONS.match(asked):
        return _GIVES.sub("", reasons["rest"]).strip() or None
    if why := _ASKS_WHY.match(asked):
        return asked[why.end() :].strip() or None
    return None


def spoken_of(premise: str, quotes: Sequence[str]) -> float:
    """The share of the premise's content words that the quotes hold; 0 to 1, and 1 for a premise of none."""
    wanted = set(content_words(premise))
    held = set(content_words(" ".join(quotes)))
    return len(wanted & held) / len(wanted) if wanted else 1.0

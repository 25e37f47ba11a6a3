"""What a question takes for granted: "Why must X do Y?" presumes that X must do Y.

A document that does not say so cannot say why. Small models rarely notice: they give reasons for anything. So
where the documents do not answer such a question, the reply names what was taken for granted.
"""

from __future__ import annotations

import re

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
    asked = question.strip().rstrip("?!. ")
    if reasons := _ASKS_REASONS.match(asked):
        return _GIVES.sub("", reasons["rest"]).strip() or None
    if why := _ASKS_WHY.match(asked):
        return asked[why.end() :].strip() or None
    return None

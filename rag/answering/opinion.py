"""Questions for the program's own opinion: it has none, whatever the model would write."""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"\b(?:do|would|what do|what would|how do) you(?: yourself| personally| really)?"
    r" (?:think|believe|feel|prefer|recommend|suggest|advise|agree|disagree|vote|like)\b"
    r"|\byour(?: own| personal| honest)?"
    r" (?:opinion|view|views|judge?ment|take|feeling|preference|advice)\b"
    r"|\b(?:are|were) you (?:for|against|in favou?r of)\b",
    re.IGNORECASE,
)


def asks_for_opinion(question: str) -> bool:
    """Whether the question is put to the program itself: "Do you think ...?", "... in your opinion?"."""
    return bool(_ASKS.search(question))

"""Every word that the model is given besides the documents' own. Changing one voids the passage cache."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Passage, Turn

INSTRUCTIONS = (
    "You answer questions about policy documents, using nothing but the passages. Answer in one short, "
    "complete sentence, with the numbers, dates and names that were asked for. Where a passage gives "
    "somebody's opinion, say whose it is."
)
INTRODUCTION = "Passages:\n\n"
ANSWER_OPENING = "According to the passages,"
"""The model's turn begins with this, and the reader is shown what follows: after it small models write whole
sentences, where "Answer:" had them write headings and bare numbers (docs/log.md)."""
OR_UNSTATED = "If the passages do not say, write: Not stated."
UNSTATED = " Not"
"""How an answer begins that follows `OR_UNSTATED`; only the probability of it is looked at."""
SIGNAL_OPENING = "Answer:"
"""The opening of what is not shown: after it the model is as short, and as unsure, as it can be."""
_LONGEST_ANSWER = 1000
"""Characters of an earlier answer that are worth their place beside the passages."""


def passage_block(passage: Passage, title: str) -> str:
    """A passage as the model reads it: where it stands, then its text."""
    return f"[{' > '.join((title, *passage.heading_path))}]\n{passage.text}\n\n"


def question_block(question: str, history: Sequence[Turn]) -> str:
    """The question, after the last exchange where there was one; a long answer is left out whole."""
    if not history:
        return f"Question: {question}"
    last = history[-1]
    answer = f"{last.answer}\n" if len(last.answer) <= _LONGEST_ANSWER else ""
    return f"Before: {last.question}\n{answer}\nQuestion: {question}"

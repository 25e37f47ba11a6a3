"""The few words of a long expected answer that a right answer is sure to have: proposed to a person."""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.text_match import contains, match_tokens
from rag.answering.words import content_words
from rag.checks.words import STOP

SHORT = 6
"""Words up to which an expected answer is looked for as it is."""
_EDGES = re.compile(r"^[^\w€$£%]+|[^\w€$£%]+$")


def is_short(answer: str) -> bool:
    """Whether an answer can be expected to be given in just these words."""
    return len(match_tokens(answer)) <= SHORT


def key_words(answer: str, question: str, quotes: Sequence[str]) -> str:
    """Up to six neighbouring words of `answer` that stand in a quote and say what the question does not.

    Figures and names count most, and few words are better than many. The whole answer where there are none.
    """
    words = answer.split()
    asked = frozenset(content_words(question))
    best, chosen = 0.0, answer
    for size in range(1, SHORT + 1):
        for at in range(len(words) - size + 1):
            run = _EDGES.sub("", " ".join(words[at : at + size]))
            worth = _worth(run, asked, first=at == 0)
            if worth > best and any(contains(quote, run) for quote in quotes):
                best, chosen = worth, run
    return chosen


def _worth(run: str, asked: frozenset[str], *, first: bool) -> float:
    tokens = run.split()
    new = frozenset(content_words(run)) - asked
    loose = any(token.lower() in STOP for token in (*tokens[:1], *tokens[-1:]))
    if not new or loose:  # nothing that the question does not say, or it begins or ends in "of the"
        return 0.0
    figures = sum(any(map(str.isdigit, token)) for token in tokens)
    names = sum(token[0].isupper() for token in tokens[first:])
    return len(new) + 3 * figures + 2 * names - 0.7 * len(tokens)

"""Names and numbers of a question: where the passages lack them, they speak of something else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.words import stem

# Capitalised words that do not begin the question, words with inner capitals or digits, and numbers.
_NAME = re.compile(r"(?<![.?!]\s)(?<!^)\b[A-Z][\w'’-]+|\b\w*[a-z][A-Z]\w*|\b[A-Z]{2,}\b|\b\d[\d.,]*\b")
_WORD = re.compile(r"[^\W_]+")


def share_of_names(question: str, passages: Sequence[str]) -> float:
    """The share of the question's names and numbers that occur in the passages; 1.0 if it has none."""
    wanted = {stem(part) for name in _NAME.findall(question) for part in _WORD.findall(name)}
    if not wanted:
        return 1.0
    held = {stem(word) for passage in passages for word in _WORD.findall(passage)}
    return len(wanted & held) / len(wanted)

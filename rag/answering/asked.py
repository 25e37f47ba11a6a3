"""What is asked, without what is told before it: of "I am 37. Am I eligible?" the second sentence.

People who seek advice tell their case first. Its words are good to search with, but an answer need not speak
of them, and whether it is a question of yes or no is seen from the question alone.
"""

from __future__ import annotations

from functools import lru_cache

from rag.sentences import sentence_spans
from rag.types import Block, BlockKind


@lru_cache(maxsize=64)
def questions_in(text: str) -> tuple[str, ...]:
    """The sentences of `text` that ask, in order; the whole text where none ends with a question mark."""
    block = Block(start=0, end=len(text), kind=BlockKind.PARAGRAPH)
    sentences = (text[start:end] for start, end in sentence_spans(text, [block]))
    return tuple(one for one in sentences if one.endswith("?")) or (text,)

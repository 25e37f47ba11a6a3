"""Prompt-lookup speculation: what followed the same words earlier in the prompt is proposed next.

Method: Saxena, "Prompt Lookup Decoding", 2023. Answers about documents repeat the documents' words.
"""

from __future__ import annotations

from collections.abc import Sequence

_LONGEST, _SHORTEST = 4, 2


def propose(tokens: Sequence[int], following: int, limit: int) -> list[int]:
    """Up to `limit` tokens that may come after `tokens` + [`following`]; [] if nothing matches.

    The longest recent run of tokens that occurs earlier wins; among equals the latest.
    """
    text = [*tokens, following]
    for length in range(_LONGEST, _SHORTEST - 1, -1):
        tail = text[-length:]
        for start in range(len(text) - length - 1, -1, -1):
            if text[start] == tail[0] and text[start : start + length] == tail:
                return text[start + length : start + length + limit]
    return []

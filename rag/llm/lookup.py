"""Prompt-lookup speculation: what followed the same words earlier in the prompt is proposed next.

Method: Saxena, "Prompt Lookup Decoding", 2023. Answers about documents repeat the documents' words. What was
tried beyond it, and brought nothing, is in docs/log.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 8
"""Tokens after which a match is as good as it gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Tokens that may come next, after a run of `matched` tokens that stood before them earlier."""

    matched: int
    tokens: tuple[int, ...]


class Lookup:
    """A growing text whose pairs of tokens are indexed, so that a proposal costs the same in a long one."""

    def __init__(self, tokens: Iterable[int] = ()) -> None:
        self._tokens: list[int] = []
        self._ends: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        self.extend(tokens)

    def extend(self, tokens: Iterable[int]) -> None:
        """Add tokens at the end."""
        for token in tokens:
            if self._tokens:
                self._ends[self._tokens[-1], token].append(len(self._tokens))
            self._tokens.append(token)

    def propose(self, following: int, limit: int) -> Proposal:
        """Up to `limit` tokens that may come after the text and `following`; none if no pair matches.

        The longest recent run of tokens that occurs earlier wins, up to `LONGEST`; among equals the latest.
        """
        best, after = 0, 0
        last = self._tokens[-1] if self._tokens else following
        for end in reversed(self._ends.get((last, following), ())):
            matched = self._matched(end)
            if matched > best:
                best, after = matched, end + 1
            if best == LONGEST:
                break
        if not best:
            return Proposal(matched=0, tokens=())
        found = self._tokens[after : after + limit]
        if len(found) < limit:  # the text's end: what comes next there is `following` itself
            found.append(following)
        return Proposal(matched=best, tokens=tuple(found))

    def _matched(self, end: int) -> int:
        """How many tokens up to and with the one at `end` are as the text's last ones and the following."""
        text, length = self._tokens, len(self._tokens)
        matched = 2  # the pair itself
        while matched < LONGEST and matched <= end and text[end - matched] == text[length - matched]:
            matched += 1
        return matched

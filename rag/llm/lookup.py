"""Prompt-lookup speculation: what followed the same words earlier in the prompt is proposed next.

Method: Saxena, "Prompt Lookup Decoding", 2023. Answers about documents repeat the documents' words. How much
is proposed, and after what, was chosen by what real answers would have cost (docs/log.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 8
"""Tokens after which a match is as good as it gets."""
SHORT, LONG = 3, 7
"""How many tokens are proposed: with the one before them they fill one or two rows of llama.cpp's kernels on
CPUs, which take four tokens at a time."""
_COPYING = 6
"""From so many matching tokens on, and a proposal that was wholly right, text is being copied."""
_RATE = 1.4
"""Tokens that the time of one pass brings anyway: what a proposal must bring more than."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Tokens that may come next, after a run of `matched` tokens that stood before them earlier.

    `clear`: wherever else so long a run stood, the same token came next.
    """

    matched: int
    clear: bool
    tokens: tuple[int, ...]

    def trusted(self, most: int, *, four: float, eight: float, right: bool | None) -> tuple[int, ...]:
        """As many of the tokens as pay off, at most `most`.

        `four` and `eight` are what passes of so many tokens cost, counted in passes of one. `right`: whether
        the proposal just before was right to its end; None: there was none.
        """
        short, long = self._expected(right)
        gains = {0: 0.0, SHORT: short - _RATE * (four - 1), LONG: long - _RATE * (eight - 1)}
        return self.tokens[: min(most, max(gains, key=gains.__getitem__))]

    def _expected(self, right: bool | None) -> tuple[float, float]:
        """How many of three and of seven proposed tokens were right in 206 real texts (docs/log.md)."""
        if not self.clear:
            return (0.9, 1.4) if self.matched > 1 else (0.4, 0.7)
        if self.matched >= _COPYING and right:
            return 2.4, 4.5
        if self.matched >= 3:
            return 2.15, 3.6
        if self.matched == 2:
            return 1.3, 2.2
        return (0.6, 1.0) if right is False else (1.0, 1.9)


class Lookup:
    """A growing text that knows where each of its tokens stands."""

    def __init__(self, tokens: Iterable[int] = ()) -> None:
        self._tokens: list[int] = []
        self._places: defaultdict[int, list[int]] = defaultdict(list)
        self.extend(tokens)

    def extend(self, tokens: Iterable[int]) -> None:
        """Add tokens at the end."""
        for token in tokens:
            self._places[token].append(len(self._tokens))
            self._tokens.append(token)

    def propose(self, following: int, limit: int) -> Proposal:
        """Up to `limit` tokens that may come after the text and `following`; none where that is new.

        The longest run of last tokens that occurs earlier wins, up to `LONGEST`; among equals the latest.
        """
        best, after, nexts = 0, 0, set[int]()
        for place in reversed(self._places.get(following, ())):
            matched = self._matched(place)
            if matched > best:
                best, after, nexts = matched, place + 1, set()
            if matched == best:
                nexts.add(self._at(place + 1, following))
        found = tuple(self._at(place, following) for place in range(after, min(after + limit, self._end)))
        return Proposal(matched=best, clear=len(nexts) == 1, tokens=found if best else ())

    @property
    def _end(self) -> int:
        """The end of the text with the token that follows it."""
        return len(self._tokens) + 1

    def _at(self, place: int, following: int) -> int:
        return self._tokens[place] if place < len(self._tokens) else following

    def _matched(self, place: int) -> int:
        """How many tokens up to and with the one at `place` are as the text's last ones and the following."""
        text, length = self._tokens, len(self._tokens)
        matched = 1  # the following itself
        while matched < LONGEST and matched <= place and text[place - matched] == text[length - matched]:
            matched += 1
        return matched

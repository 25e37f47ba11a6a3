"""One growing prompt on a `Llama`: append text, and let the model write.

Everything is greedy (temperature 0), so the same prompt gives the same answer.
"""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.llm.llama import PROMPT, Llama
from rag.llm.lookup import Lookup


class Decoder:
    """Greedy decoding from a prompt that ends at `tokens`; the first append must bring at least one token.

    `tokens` are all tokens of the prompt so far: lookup speculation proposes from them.
    """

    def __init__(self, llama: Llama, tokens: Sequence[int]) -> None:
        self._llama = llama
        self._lookup: Lookup | None = None
        self._right: bool | None = None
        self.tokens = list(tokens)
        self._logits: NDArray[np.float32] = np.empty(0, np.float32)
        self._logprob = 0.0
        self._counted = 0
        self.written = 0
        """Tokens given out as text."""

    @property
    def room(self) -> int:
        """Tokens that still fit into the context."""
        return int(self._llama.context) - len(self.tokens)

    def append(self, tokens: Sequence[int]) -> None:
        """Decode given tokens; their last one's logits decide what follows."""
        if tokens:
            self._logits = self._decode(tokens, 1)[-1]

    def _decode(self, tokens: Sequence[int], outputs: int) -> NDArray[np.float32]:
        rows = self._llama.decode(tokens, sequence=PROMPT, position=len(self.tokens), outputs=outputs)
        self.tokens.extend(tokens)
        return rows

    @property
    def confidence(self) -> float:
        """The geometric mean probability of the tokens written; 0 before any."""
        return float(np.exp(self._logprob / self._counted)) if self._counted else 0.0

    def probability(self, token: int) -> float:
        """How probable `token` is as the next one."""
        logits = self._logits.astype(np.float64)
        return float(1 / np.exp(logits - logits[token]).sum())

    def write(
        self, *, max_tokens: int, stop: Callable[[str], bool] | None = None, lookup: bool = True
    ) -> Iterator[str]:
        """Write freely until the model ends its turn, `stop(text so far)` holds, or `max_tokens` are out.

        Yields pieces of text. With `lookup`, tokens are proposed from the prompt and verified several at a
        time; what is written is the same, token for token.
        """
        text, utf8 = "", getincrementaldecoder("utf-8")("replace")
        for token, logprob in self._greedy(min(max_tokens, self.room - 1), lookup):
            self._logprob += logprob
            self._counted += 1
            if self._llama.is_end(token) or self._llama.is_control(token):
                return
            self.written += 1
            piece = utf8.decode(self._llama.piece(token))
            if piece:
                text += piece
                yield piece
            if stop and stop(text):
                return

    def _greedy(self, limit: int, lookup: bool) -> Iterator[tuple[int, float]]:
        """The tokens of the greedy continuation, each with the logarithm of its probability."""
        produced = 0
        self._lookup = Lookup(self.tokens) if lookup and self._llama.can_rewind else None
        self._right = None
        while produced < limit:
            token, logprob = _best(self._logits)
            produced += 1
            yield token, logprob  # before it is decoded: the first word need not wait for that
            proposed = self._propose(token, limit - produced)
            accepted = self._verify([token, *proposed])
            self._right = len(accepted) == len(proposed) if proposed else None
            if self._lookup:
                self._lookup.extend([token, *(token for token, _ in accepted)])
            produced += len(accepted)
            yield from accepted

    def _propose(self, following: int, room: int) -> tuple[int, ...]:
        """Tokens that may come after `following`: few at first, more while text is copied."""
        settings = self._llama.settings
        most = min(settings.draft, room)
        if self._lookup is None or most < 1:
            return ()
        proposal = self._lookup.propose(following, most)
        four, eight = settings.cost_of_four, settings.cost_of_eight
        return proposal.trusted(most, four=four, eight=eight, right=self._right)

    def _verify(self, tokens: list[int]) -> list[tuple[int, float]]:
        """Decode one token and those proposed behind it; the proposed ones that greedy decoding would write.

        They are the longest head of the proposal that is right; what follows it is forgotten again.
        """
        start = len(self.tokens)
        rows = self._decode(tokens, len(tokens))
        accepted: list[tuple[int, float]] = []
        for row, proposed in zip(rows, tokens[1:], strict=False):
            token, logprob = _best(row)
            if token != proposed:
                break
            accepted.append((token, logprob))
        kept = 1 + len(accepted)
        self._logits = rows[kept - 1]
        if kept < len(tokens):
            self._llama.remove(PROMPT, start + kept)
            del self.tokens[start + kept :]
        return accepted


def _best(logits: NDArray[np.float32]) -> tuple[int, float]:
    """The most probable token and the logarithm of its probability."""
    token = int(np.argmax(logits))
    return token, -float(np.log(np.exp(logits - logits[token]).sum()))

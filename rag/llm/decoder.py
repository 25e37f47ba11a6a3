"""One growing prompt on a `Llama`: append text, and let the model write.

Everything is greedy (temperature 0), so the same prompt gives the same answer.
"""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.llm.llama import Llama
from rag.llm.lookup import propose

PROMPT = 0
"""The sequence that holds the prompt; the passage cache uses the others."""
_DRAFT = 7
"""Tokens proposed at a time: on two cores a batch of eight costs about as much as four single steps."""


class Decoder:
    """Greedy decoding from a prompt that ends at `tokens`; the first append must bring at least one token.

    `tokens` are all tokens of the prompt so far: lookup speculation proposes from them.
    """

    def __init__(self, llama: Llama, tokens: Sequence[int]) -> None:
        self._llama = llama
        self.tokens = list(tokens)
        self._logits: NDArray[np.float32] = np.empty(0, np.float32)
        self._written = 0
        self._logprob = 0.0

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
        return float(np.exp(self._logprob / self._written)) if self._written else 0.0

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
        for token in self._greedy(min(max_tokens, self.room - 1), lookup):
            if self._llama.is_end(token) or self._llama.is_control(token):
                return
            piece = utf8.decode(self._llama.piece(token))
            if piece:
                text += piece
                yield piece
            if stop and stop(text):
                return

    def _greedy(self, limit: int, lookup: bool) -> Iterator[int]:
        produced = 0
        while produced < limit:
            token = self._top()
            produced += 1
            yield token  # before it is decoded: the first word need not wait for that
            room = min(_DRAFT, limit - produced)
            draft = propose(self.tokens, token, room) if lookup and room > 0 else []
            for accepted in self._verify([token, *draft])[1:]:
                produced += 1
                yield accepted

    def _top(self) -> int:
        """The most probable next token; its probability counts towards `confidence`."""
        self._count(self._logits)
        return int(np.argmax(self._logits))

    def _count(self, logits: NDArray[np.float32]) -> None:
        self._logprob -= float(np.log(np.exp(logits - logits.max()).sum()))
        self._written += 1

    def _verify(self, tokens: list[int]) -> list[int]:
        """Decode proposed tokens; keep the longest head that greedy decoding would have written."""
        start = len(self.tokens)
        rows = self._decode(tokens, len(tokens))
        kept = 1
        while kept < len(tokens) and int(np.argmax(rows[kept - 1])) == tokens[kept]:
            self._count(rows[kept - 1])
            kept += 1
        self._logits = rows[kept - 1]
        if kept < len(tokens):
            self._llama.remove(PROMPT, start + kept)
            del self.tokens[start + kept :]
        return tokens[:kept]

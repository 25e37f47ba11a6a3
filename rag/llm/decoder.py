"""One growing prompt on a `Llama`: append text, choose among given texts, write freely, look and go back.

Everything is greedy (temperature 0), so the same prompt gives the same answer.
"""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.llm.llama import Llama
from rag.llm.lookup import propose
from rag.llm.trie import TrieNode, build_trie, forced_run

PROMPT = 0
"""The sequence that holds the prompt; the passage cache uses the others."""
_DRAFT = 7
"""Tokens proposed at a time: on two cores a batch of eight costs about as much as four single steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The option taken, with its probability among the options and the logarithm of that."""

    index: int
    probability: float
    logprob: float


class Decoder:
    """Greedy decoding from a prompt that ends at `tokens`; the first append must bring at least one token.

    `tokens` are all tokens of the prompt so far: lookup speculation proposes from them.
    """

    def __init__(self, llama: Llama, tokens: Sequence[int]) -> None:
        self._llama = llama
        self.tokens = list(tokens)
        self._logits: NDArray[np.float32] = np.empty(0, np.float32)
        self.decoded = 0

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
        self.decoded += len(tokens)
        return rows

    def mark(self) -> tuple[int, NDArray[np.float32]]:
        """A place to `rewind` to."""
        return len(self.tokens), self._logits

    def rewind(self, mark: tuple[int, NDArray[np.float32]]) -> None:
        """Forget everything after `mark`."""
        length, self._logits = mark
        self._llama.remove(PROMPT, length)
        del self.tokens[length:]

    def probabilities(self, tokens: Sequence[int]) -> NDArray[np.float64]:
        """The probabilities of `tokens` as the next one, among all tokens; shape (len(tokens),)."""
        logits = self._logits.astype(np.float64)
        weights = np.exp(logits - logits.max())
        return np.asarray(weights[list(tokens)] / weights.sum())

    def choose(self, options: Sequence[Sequence[int]], weights: Sequence[float]) -> Choice:
        """Decode along the trie of `options`, best branch first; forced tokens go in batches.

        `weights` are what is known beforehand in favour of each option: at a branch, the model's probability
        of a token counts times the sum of the weights behind it. Options must not be prefixes of each other
        (end each with its own end token). The winner's tokens stand in the prompt afterwards.
        """
        node, logprob, waiting = build_trie(options), 0.0, list[int]()
        while node.children:
            run, node = forced_run(node)
            waiting += run
            if not node.children:
                break
            if waiting:
                self.append(waiting)
                waiting = []
            token, step = self._best_child(node, weights)
            logprob += step
            waiting = [token]
            node = node.children[token]
        self.append(waiting)
        return Choice(index=node.options[0], probability=float(np.exp(logprob)), logprob=logprob)

    def _best_child(self, node: TrieNode, weights: Sequence[float]) -> tuple[int, float]:
        tokens = np.fromiter(node.children, dtype=np.int64)
        favour = np.array([sum(weights[i] for i in child.options) for child in node.children.values()])
        logits = self._logits[tokens].astype(np.float64)
        shares = np.exp(logits - logits.max()) * favour
        best = int(np.argmax(shares))
        return int(tokens[best]), float(np.log(shares[best] / shares.sum()))

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
            token = int(np.argmax(self._logits))
            room = min(_DRAFT, limit - produced - 1)
            draft = propose(self.tokens, token, room) if lookup and room > 0 else []
            accepted = self._verify([token, *draft])
            for accepted_token in accepted:
                produced += 1
                yield accepted_token

    def _verify(self, tokens: list[int]) -> list[int]:
        """Decode proposed tokens; keep the longest head that greedy decoding would have written."""
        start = len(self.tokens)
        rows = self._decode(tokens, len(tokens))
        kept = 1
        while kept < len(tokens) and int(np.argmax(rows[kept - 1])) == tokens[kept]:
            kept += 1
        self._logits = rows[kept - 1]
        if kept < len(tokens):
            self._llama.remove(PROMPT, start + kept)
            del self.tokens[start + kept :]
        return tokens[:kept]

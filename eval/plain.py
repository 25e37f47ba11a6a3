"""The same model the ordinary way: `Llama.create_chat_completion`, to measure against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from llama_cpp import Llama

from rag.types import Usage

_TEMPLATE_TOKENS = 16
"""What a chat template puts around a message, at most."""


class PlainChat:
    """Plain llama-cpp-python, greedy, with its own defaults but for context and threads."""

    def __init__(
        self, path: Path, *, context: int, threads: int, gpu_layers: int = 0, name: str = ""
    ) -> None:
        self.name = name or path.stem
        self.usage = Usage()
        """Tokens of the last answer."""
        self._llama: Any = Llama(
            model_path=str(path),
            n_ctx=context,
            n_threads=threads,
            n_threads_batch=threads,
            n_gpu_layers=gpu_layers,
            verbose=False,
        )

    def fits(self, messages: Sequence[dict[str, str]], max_tokens: int) -> bool:
        """Whether the messages leave room for an answer of `max_tokens`."""
        texts = (message["content"].encode() for message in messages)
        needed = sum(len(self._llama.tokenize(text, add_bos=False)) + _TEMPLATE_TOKENS for text in texts)
        return bool(needed + max_tokens <= self._llama.n_ctx())

    def say(self, messages: Sequence[dict[str, str]], max_tokens: int) -> Iterator[str]:
        """The answer, piece by piece; the prompt is prefilled whole, so that the same always comes back."""
        self._llama.reset()
        pieces = 0
        for part in self._llama.create_chat_completion(
            messages=list(messages), temperature=0.0, max_tokens=max_tokens, stream=True
        ):
            piece = part["choices"][0]["delta"].get("content")
            if piece:
                pieces += 1
                yield piece
        # A piece is a token, but for characters of several, so the prompt may be counted a little long.
        self.usage = Usage(prompt_tokens=max(0, self._llama.n_tokens - pieces), output_tokens=pieces)

    def first_token_s(self, system: str, user: str) -> float:
        """Seconds until the first text of a streamed answer, the prompt prefilled whole."""
        self._llama.reset()
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        began = perf_counter()
        for part in self._llama.create_chat_completion(
            messages=messages, temperature=0.0, max_tokens=8, stream=True
        ):
            if part["choices"][0]["delta"].get("content"):
                break
        return perf_counter() - began

    def close(self) -> None:
        """Free the model."""
        self._llama.close()

"""The same model the ordinary way: `Llama.create_chat_completion`, to measure against."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any

from llama_cpp import Llama


class PlainChat:
    """Plain llama-cpp-python, greedy, with its own defaults but for context and threads."""

    def __init__(self, path: Path, *, context: int, threads: int) -> None:
        self._llama: Any = Llama(
            model_path=str(path), n_ctx=context, n_threads=threads, n_threads_batch=threads, verbose=False
        )

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

"""Embedding passages and questions: unit vectors on the CPU, from a model folder, without the network.

The only file that imports sentence_transformers, and it does so when the first vector is asked for: the
fingerprint and the token counts come from the model's own files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError

BATCH = 32
"""Texts a forward pass takes; the measurements are in docs/log.md."""

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns text into unit vectors of one space; two embedders of one fingerprint are interchangeable."""

    @property
    def fingerprint(self) -> str:
        """A hash of all that decides the vectors: weights, tokenizer, pooling, longest input."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    @property
    def max_tokens(self) -> int:
        """The most tokens one text may have, special tokens included."""

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` is to the model, special tokens included."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 of shape (len(texts), dimension), rows of length 1. ValueError for a text too long."""


class SentenceTransformerEmbedder:
    """A model in sentence-transformers layout (`modules.json`, `model.safetensors`, `tokenizer.json`)."""

    def __init__(self, model_dir: Path) -> None:
        """Reads the settings, not the weights. Raises ModelError where `model_dir` holds no such model."""
        self._dir = model_dir
        try:
            pooling = _read(model_dir / "1_Pooling" / "config.json")
            self._max_tokens = int(_read(model_dir / "sentence_bert_config.json")["max_seq_length"])
            self._dimension = int(pooling["word_embedding_dimension"])
            self._pooling = sorted(key for key, value in pooling.items() if value is True)
            self._modules = [str(module["type"]) for module in _read(model_dir / "modules.json")]
            if not self._modules:
                raise ValueError("modules.json lists no modules")
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(
                f"{model_dir} holds no embedding model that can be used ({error}). "
                "Get it with `greenpaper models pull`."
            ) from error

    @cached_property
    def fingerprint(self) -> str:
        """Of the model's bytes and settings alone, so that no library's version enters it."""
        parts = {
            "weights": _sha256(self._dir / "model.safetensors"),
            "tokenizer": _sha256(self._dir / "tokenizer.json"),
            "modules": [name.rsplit(".", 1)[-1] for name in self._modules],
            "pooling": self._pooling,
            "max_tokens": self._max_tokens,
            "normalised": True,
        }
        digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
        return f"sentence-transformers:{digest[:32]}"

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._dimension

    @property
    def max_tokens(self) -> int:
        """The most tokens one text may have, special tokens included."""
        return self._max_tokens

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` is to the model, special tokens included."""
        return len(self._tokenizer.encode(text).ids)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Rows of length 1, in the order of `texts`; a text that would be cut off is refused."""
        for text in texts:
            if (tokens := self.count_tokens(text)) > self._max_tokens:
                raise ValueError(f"a text of {tokens} tokens is more than the embedder's {self._max_tokens}")
        if not texts:
            return np.zeros((0, self._dimension), np.float32)
        vectors = self._model.encode(
            list(texts),
            batch_size=BATCH,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.ascontiguousarray(vectors, np.float32)

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._dir / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it would write across our own
        return SentenceTransformer(
            str(self._dir),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _sha256(path: Path) -> str:
    from rag.llm.model_files import sha256_of

    try:
        return sha256_of(path)
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read ({error.strerror}). Get the model again with `greenpaper models pull`."
        ) from error

"""A question's vector within milliseconds of starting: BERT in numpy, from the embedder's own files.

Importing torch and sentence_transformers takes longer than everything else between opening the program and
the first word. One short text does not need them: a BERT encoder is a dozen matrix products per layer
(Devlin et al., 2019). Ingestion, which embeds thousands of passages, uses sentence_transformers all the same;
the vectors of both agree to about 1e-6 (tests/rag/test_question_embedding.py), so they share a fingerprint.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embedder, SentenceTransformerEmbedder, Vectors

_Array = NDArray[np.float32]
_UNDERSTOOD = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
_MODULES = ["Transformer", "Pooling", "Normalize"]


def question_embedder(model_dir: Path) -> Embedder:
    """The quickest embedder that makes this model's vectors. Raises ModelError for a folder without one."""
    numpy_bert = BertEmbedder(model_dir)
    return numpy_bert if numpy_bert.understood else SentenceTransformerEmbedder(model_dir)


class BertEmbedder(SentenceTransformerEmbedder):
    """The same vectors as its base, text by text, without torch. Only for models that are `understood`."""

    @property
    def understood(self) -> bool:
        """Whether the model is a BERT encoder with mean pooling and unit vectors, kept as float32."""
        try:
            config = json.loads((self._dir / "config.json").read_text("utf-8"))
            plain = all(config.get(key, value) == value for key, value in _UNDERSTOOD.items())
            modules = [name.rsplit(".", 1)[-1] for name in self._modules]
            return plain and modules == _MODULES and self._pooling == ["pooling_mode_mean_tokens"]
        except (OSError, ValueError, AttributeError):
            return False

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Rows of length 1, in the order of `texts`; a text that would be cut off is refused."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            ids = self._tokenizer.encode(text).ids
            if len(ids) > self.max_tokens:
                raise ValueError(f"a text of {len(ids)} tokens is more than the embedder's {self.max_tokens}")
            mean = self._encode(np.asarray(ids)).mean(axis=0)
            rows[row] = mean / np.linalg.norm(mean)
        return rows

    def _encode(self, ids: NDArray[np.int64]) -> _Array:
        """The last layer's states of one text, of shape (tokens, dimension)."""
        weights = self._weights
        x = (
            weights["embeddings.word_embeddings.weight"][ids]
            + weights["embeddings.position_embeddings.weight"][: len(ids)]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        x = self._norm(x, "embeddings.LayerNorm")
        for layer in range(int(self._config["num_hidden_layers"])):
            x = self._layer(x, f"encoder.layer.{layer}.")
        return x

    def _layer(self, x: _Array, at: str) -> _Array:
        heads = int(self._config["num_attention_heads"])
        parts = (self._linear(x, f"{at}attention.self.{name}") for name in ("query", "key", "value"))
        # (tokens, dimension) to (heads, tokens, dimension of a head)
        query, key, value = (part.reshape(len(x), heads, -1).transpose(1, 0, 2) for part in parts)
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(np.float32(query.shape[-1]))
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        seen = (weights @ value).transpose(1, 0, 2).reshape(len(x), -1)
        x = self._norm(
            x + self._linear(seen, f"{at}attention.output.dense"), f"{at}attention.output.LayerNorm"
        )
        inner = _gelu(self._linear(x, f"{at}intermediate.dense"))
        return self._norm(x + self._linear(inner, f"{at}output.dense"), f"{at}output.LayerNorm")

    def _linear(self, x: _Array, name: str) -> _Array:
        product: _Array = x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return product

    def _norm(self, x: _Array, name: str) -> _Array:
        centred = x - x.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + float(self._config["layer_norm_eps"]))
        normed: _Array = centred / scale * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return normed

    @cached_property
    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = json.loads((self._dir / "config.json").read_text("utf-8"))
        return config

    @cached_property
    def _weights(self) -> dict[str, _Array]:
        from safetensors.numpy import load_file

        loaded = load_file(self._dir / "model.safetensors")
        return {
            name.removeprefix("bert."): tensor.astype(np.float32, copy=False)
            for name, tensor in loaded.items()
        }


def _gelu(x: _Array) -> _Array:
    from scipy.special import erf

    activated: _Array = x * np.float32(0.5) * (1 + erf(x / np.float32(np.sqrt(2))))
    return activated

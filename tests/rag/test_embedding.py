"""The embedder's own promises: its fingerprint is its files', nothing is cut off, vectors have length 1."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from rag.embedding import SentenceTransformerEmbedder
from rag.errors import ModelError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of a model, with weights that nobody could load."""
    (tmp_path / "1_Pooling").mkdir()
    settings = {
        "1_Pooling/config.json": {"word_embedding_dimension": 384, "pooling_mode_mean_tokens": True},
        "sentence_bert_config.json": {"max_seq_length": 256},
        "modules.json": [{"type": "sentence_transformers.models.Transformer"}],
        "tokenizer.json": {},
    }
    for name, value in settings.items():
        (tmp_path / name).write_text(json.dumps(value))
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    return tmp_path


def test_the_settings_come_from_the_folder(folder: Path):
    embedder = SentenceTransformerEmbedder(folder)
    assert (embedder.dimension, embedder.max_tokens) == (384, 256)
    assert embedder.fingerprint.startswith("sentence-transformers:")
    assert embedder.fingerprint == SentenceTransformerEmbedder(folder).fingerprint


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.safetensors", "weightz"),
        ("tokenizer.json", "[]"),
        ("sentence_bert_config.json", '{"max_seq_length": 128}'),
        ("1_Pooling/config.json", '{"word_embedding_dimension": 384, "pooling_mode_cls_token": true}'),
        ("modules.json", '[{"type": "sentence_transformers.models.Dense"}]'),
    ],
)
def test_whatever_decides_the_vectors_decides_the_fingerprint(folder: Path, name: str, content: str):
    before = SentenceTransformerEmbedder(folder).fingerprint
    (folder / name).write_text(content)
    assert SentenceTransformerEmbedder(folder).fingerprint != before


def test_where_the_folder_lies_does_not_matter(folder: Path, tmp_path: Path):
    moved = tmp_path / "elsewhere"
    shutil.copytree(folder, moved)
    assert SentenceTransformerEmbedder(moved).fingerprint == SentenceTransformerEmbedder(folder).fingerprint


@pytest.mark.parametrize("name", ["modules.json", "sentence_bert_config.json", "1_Pooling/config.json"])
@pytest.mark.parametrize("content", [None, "{", "[]", "7"])
def test_a_folder_that_is_no_model_is_explained(folder: Path, name: str, content: str | None):
    (folder / name).unlink() if content is None else (folder / name).write_text(content)
    with pytest.raises(ModelError, match="greenpaper models pull"):
        SentenceTransformerEmbedder(folder)


def test_missing_weights_are_explained(folder: Path):
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"model\.safetensors cannot be read"):
        _ = SentenceTransformerEmbedder(folder).fingerprint


def test_the_real_embedder_counts_embeds_and_refuses(minilm_dir: Path):
    embedder = SentenceTransformerEmbedder(minilm_dir)
    assert (embedder.dimension, embedder.max_tokens) == (384, 256)
    assert embedder.count_tokens("") == 2
    assert embedder.count_tokens("hello world") == 4
    texts = ["Open source software is reused.", "Cats sleep.", "Free software is used again."]
    vectors = embedder.embed(texts)
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[2] > 0.5 > vectors[0] @ vectors[1]
    assert embedder.embed([]).shape == (0, 384)
    with pytest.raises(ValueError, match="300"):
        embedder.embed(["word " * 298])

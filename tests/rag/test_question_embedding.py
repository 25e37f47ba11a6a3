"""The quick embedder makes the very vectors of the slow one, or leaves the work to it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag.embedding import SentenceTransformerEmbedder
from rag.question_embedding import BertEmbedder, question_embedder

QUESTIONS = [
    "",
    "?",
    "Which models are exempt from Article 53?",
    "Who shall report a serious incident, and within how many days?",
    "Quelles obligations pour les modèles ouverts ?",
    "§ 230(c)(1) " * 20,
    "word " * 253,
]


def test_the_vectors_are_those_of_sentence_transformers(minilm_dir: Path):
    quick, slow = question_embedder(minilm_dir), SentenceTransformerEmbedder(minilm_dir)
    assert isinstance(quick, BertEmbedder)
    assert quick.fingerprint == slow.fingerprint
    agreement = (quick.embed(QUESTIONS) * slow.embed(QUESTIONS)).sum(axis=1)
    assert agreement.min() > 0.99999
    assert quick.embed([]).shape == (0, 384)
    with pytest.raises(ValueError, match="300"):
        quick.embed(["word " * 298])


def test_it_needs_no_torch(minilm_dir: Path):
    code = (
        "import sys; from pathlib import Path; from rag.question_embedding import question_embedder;"
        f"question_embedder(Path({str(minilm_dir)!r})).embed(['a question']);"
        "heavy = {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", {"model_type": "roberta"}),
        ("config.json", {"model_type": "bert", "hidden_act": "relu"}),
        ("config.json", None),
        ("modules.json", [{"type": "x.Transformer"}, {"type": "x.Pooling"}, {"type": "x.Dense"}]),
        ("1_Pooling/config.json", {"word_embedding_dimension": 384, "pooling_mode_cls_token": True}),
    ],
)
def test_another_architecture_is_left_to_sentence_transformers(
    minilm_dir: Path, tmp_path: Path, name: str, content: object
):
    folder = tmp_path / "model"
    shutil.copytree(minilm_dir, folder, copy_function=shutil.copy)
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(json.dumps(content))
    assert type(question_embedder(folder)) is SentenceTransformerEmbedder


def test_the_gelu_is_the_exact_one():
    from rag.question_embedding import _gelu

    values = _gelu(np.array([-1.0, 0.0, 1.0], np.float32))
    assert values == pytest.approx([-0.158655, 0.0, 0.841345], abs=1e-5)

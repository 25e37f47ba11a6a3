"""A cross-encoder of the user's as a judge: a tiny one, made here, against transformers' own pipeline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.judge import judge_claim
from eval.nli_judge import NliJudge
from rag.errors import ModelError
from ui.cli import run

pytestmark = pytest.mark.process

WORDS = (
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *("a", "permit", "lasts", "six", "years", "fees", "are", "due", "in", "may", ".", "not"),
)
LABELS = ("contradiction", "ENTAILMENT", "neutral")
PREMISE, CLAIMS = (
    "A permit lasts six years.",
    ("A permit lasts six years.", "Fees are due in May.", "Not six."),
)


def make(folder: Path, labels: tuple[str, ...] = LABELS, bias: tuple[float, ...] | None = None) -> Path:
    """A BERT of one small layer with weights by a seed; with `bias`, one that always gives these logits."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir()
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    BertTokenizerFast(vocab=vocabulary, model_max_length=32).save_pretrained(folder)
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=32,
        initializer_range=1.0,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
    )
    model = BertForSequenceClassification(config)
    if bias is not None:
        model.classifier.weight.data.zero_()
        model.classifier.bias.data = torch.tensor(bias)
    model.save_pretrained(folder)
    return folder


def test_it_says_what_transformers_own_pipeline_says(tmp_path: Path) -> None:
    from transformers import pipeline

    folder = make(tmp_path / "nli")
    judge = NliJudge(folder)
    theirs: Any = pipeline("text-classification", model=str(folder), top_k=None, device="cpu")
    said = []
    for claim in CLAIMS:
        scores = {row["label"]: row["score"] for row in theirs({"text": PREMISE, "text_pair": claim})}
        said.append(scores["ENTAILMENT"])
        assert judge_claim(judge, claim, [PREMISE]) == pytest.approx(scores["ENTAILMENT"], abs=1e-5)
    assert len({round(chance, 6) for chance in said}) == 3, "it tells the claims apart"


def test_by_hand_and_what_is_too_long_is_unscored(tmp_path: Path) -> None:
    judge = NliJudge(make(tmp_path / "nli", bias=(0.0, 1.0986123, 0.0)))
    assert judge_claim(judge, "Six years.", [PREMISE]) == pytest.approx(3 / 5)
    assert judge_claim(judge, "Six years. " * 30, [PREMISE]) is None
    assert judge_claim(judge, "Six years.", [" "]) == 0


def test_what_is_no_such_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no cross-encoder in"):
        NliJudge(tmp_path)
    with pytest.raises(ModelError, match="its labels are bad, good, and one must be entailment"):
        NliJudge(make(tmp_path / "mood", ("good", "bad")))
    folder = make(tmp_path / "pickled")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="cannot be loaded"):
        NliJudge(folder)


def test_it_is_printed_beside_word_overlap(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rated = tmp_path / "rated.jsonl"
    rows = [{"context": [PREMISE], "sentence": claim, "supported": "no"} for claim in CLAIMS[1:]]
    rows.append({"context": [PREMISE], "sentence": PREMISE, "supported": "yes"})
    rated.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    folder = make(tmp_path / "nli", bias=(0.0, 9.0, 0.0))
    assert run(["eval", "judge", str(rated), "--nli", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "nli on rated.jsonl: 1 texts supported, 2 not" in said
    assert "AUROC of the judge              0.500" in said
    assert "AUROC of plain word overlap" in said
    assert "It says yes to every text." in said
    assert run(["eval", "judge", str(rated), "--nli", str(folder), "--model", "x"]) == 1
    assert "Give one of the two" in capsys.readouterr().err

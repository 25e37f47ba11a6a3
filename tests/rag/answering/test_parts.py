"""The small parts of answering, by hand."""

from __future__ import annotations

import pytest

from rag.answering.abstention import Calibration, Signals, calibration, probability
from rag.answering.claims import split_claims
from rag.answering.words import content_words, stem
from rag.types import Block, BlockKind, Document, PageRun, Section, joined_pages


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        pytest.param("", (), id="empty"),
        pytest.param(" \n- \n* \n", (), id="only marks"),
        pytest.param("14.", ("14.",), id="a bare number is a claim"),
        pytest.param("Boats pay 14. Rafts do not.", ("Boats pay 14.", "Rafts do not."), id="two sentences"),
        pytest.param("- fees\n- waste", ("fees", "waste"), id="bullets"),
        pytest.param("1. Govern\n2) Map\n(c) Measure", ("Govern", "Map", "Measure"), id="numbered"),
        pytest.param(
            "See 47 U.S.C. § 230(c). It applies.", ("See 47 U.S.C. § 230(c).", "It applies."), id="law"
        ),
    ],
)
def test_answers_are_split_into_claims(text: str, claims: tuple[str, ...]) -> None:
    assert split_claims(text) == claims


def test_words_match_over_their_endings() -> None:
    assert stem("regulates") == stem("regulated") == stem("regulating")
    assert content_words("What is the fee of the harbour?") == ("fee", stem("harbour"))


def test_probability_is_the_logistic_of_the_weighted_signals() -> None:
    names = Signals.__slots__
    chosen = Calibration(weights=dict.fromkeys(names, 1.0), bias=-5.0, threshold=0.5)
    assert probability(Signals(**dict.fromkeys(names, 1.0)), chosen) == pytest.approx(0.5)
    assert probability(Signals(**dict.fromkeys(names, 0.0)), chosen) < 0.01


@pytest.mark.parametrize(
    "model", ["qwen2.5-coder-0.5b-instruct", "qwen2.5-coder-1.5b-instruct", "a model nobody knows"]
)
def test_the_stored_calibration_weighs_signals_that_there_are(model: str) -> None:
    stored = calibration(model)
    assert {"surest", "about"} <= set(stored.weights) <= set(Signals.__slots__)
    assert 0 < stored.threshold < 1


def test_pages_and_sections_come_from_offsets() -> None:
    document = Document(
        doc_id="d",
        name="d.txt",
        title="D",
        text="x" * 100,
        blocks=(Block(start=0, end=100, kind=BlockKind.PARAGRAPH),),
        pages=(
            PageRun(start=0, number=3, label="iii"),
            PageRun(start=40, number=4, label="iv"),
            PageRun(start=60, number=3, label="iii"),
        ),
        sections=(
            Section(start=0, level=1, title="A"),
            Section(start=10, level=2, title="A1"),
            Section(start=50, level=1, title="B"),
        ),
        sha256="0" * 64,
        source="/d.txt",
        media_type="text/plain",
    )
    labels = {offset: document.page_at(offset).label for offset in (0, 39, 40, 59, 60, 99)}  # type: ignore[union-attr]
    assert labels == {0: "iii", 39: "iii", 40: "iv", 59: "iv", 60: "iii", 99: "iii"}
    assert [document.heading_path(at) for at in (0, 10, 49, 50)] == [("A",), ("A", "A1"), ("A", "A1"), ("B",)]
    assert joined_pages([7, 1, 2, 3, 2]) == "1-3, 7"

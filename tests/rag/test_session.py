"""A program that stays open goes on over a changed index, without loading its model again."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

import pytest

from rag.embedding import Vectors
from rag.errors import IndexUnusableError, ModelError
from rag.index import Index
from rag.llm.catalogue import resolve_model
from rag.llm.generator import LlamaGenerator
from rag.llm.model_files import models_dir
from rag.llm.settings import EngineSettings
from rag.removal import remove
from rag.session import WarmingAnswerer, open_warming_answerer, taking_in_weights
from rag.types import Answer, Status
from rag.warming import WarmState
from tests.rag.index_fakes import LengthEmbedder, run, write

FEES = "# Fees\nThe harbour fee is 14 crowns a day.\n"
WASTE = "# Waste\nOil must be handed in at the north quay.\n"


@pytest.fixture
def generator(smollm2_path: Path) -> Iterator[LlamaGenerator]:
    settings = EngineSettings(context=1024, threads=1)
    model = resolve_model(str(smollm2_path))
    opened = LlamaGenerator(model, instructions="Answer.", introduction="Passages:\n", settings=settings)
    yield opened
    opened.close()


def answer(answerer: WarmingAnswerer, question: str) -> Answer:
    (*_, last) = answerer.stream(question)
    assert isinstance(last, Answer)
    return last


def test_it_answers_from_what_was_added_and_no_longer_from_what_was_removed(
    tmp_path: Path, generator: LlamaGenerator
):
    docs = write(tmp_path / "docs", fees=FEES)
    run(tmp_path / "index", docs)
    opened = Index.open(tmp_path / "index", "lengths-1")
    answerer = WarmingAnswerer(opened, tmp_path / "index", LengthEmbedder(), generator)
    before = answer(answerer, "Where must oil be handed in?")
    write(docs, waste=WASTE)
    run(tmp_path / "index", docs)
    remove(["fees.txt"], tmp_path / "index")
    assert "14 crowns" in opened.document("fees.txt").text, "who reads the old one may go on"
    answerer.reopen()
    after = answer(answerer, "Where must oil be handed in?")
    assert [hit.passage.text for hit in before.hits] == [FEES.strip()]
    assert [hit.passage.text for hit in after.hits] == [WASTE.strip()]
    assert before.fingerprint != after.fingerprint

    old = weakref.ref(opened)
    del opened
    gc.collect()
    assert old() is None, "nothing holds the old index in memory"

    (tmp_path / "index" / "CURRENT").write_text("damaged")
    with pytest.raises(IndexUnusableError):
        answerer.reopen()
    assert [info.name for info in answerer.index.documents()] == ["waste.txt"]
    answerer.close()


def test_it_opens_where_there_is_no_index_yet(tmp_path: Path, smollm2_path: Path, minilm_dir: Path):
    models_dir().mkdir(parents=True)
    (models_dir() / minilm_dir.name).symlink_to(minilm_dir)
    index = tmp_path / "index"
    settings = EngineSettings(context=1024, threads=1)
    answerer = open_warming_answerer(index, str(smollm2_path), settings=settings)
    assert answerer.index.documents() == ()
    assert answer(answerer, "Where must oil be handed in?").status is Status.ABSTAINED
    before = (index / "CURRENT").read_text()
    answerer.close()
    (index / "CURRENT").write_text("damaged")
    with pytest.raises(IndexUnusableError):
        open_warming_answerer(index, str(smollm2_path))
    assert before.startswith("g-000001")


def test_it_can_leave_off_reading_ahead_until_it_reopens(tmp_path: Path, generator: LlamaGenerator):
    run(tmp_path / "index", write(tmp_path / "docs", fees=FEES, waste=WASTE))
    opened = Index.open(tmp_path / "index", "lengths-1")
    answerer = WarmingAnswerer(opened, tmp_path / "index", LengthEmbedder(), generator)
    answerer.rest()
    (tmp_path / "index" / "CURRENT").write_text("damaged")
    with pytest.raises(IndexUnusableError):
        answerer.reopen()
    deadline = time.monotonic() + 60
    while answerer.warmth.state is not WarmState.DONE and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (answerer.warmth.done, answerer.warmth.total) == (2, 2)
    answerer.close()


def test_the_embedder_takes_in_its_weights_beside_the_model() -> None:
    embedder = LengthEmbedder()
    with taking_in_weights(embedder):
        pass
    assert embedder.seen, "the first question does not wait for them"


def test_what_goes_wrong_with_the_model_does_not_wait_for_the_embedder() -> None:
    held = Event()

    class Slow(LengthEmbedder):
        def embed(self, texts: Sequence[str]) -> Vectors:
            held.wait(60)
            return super().embed(texts)

    with pytest.raises(ModelError), taking_in_weights(Slow()):
        raise ModelError("There is no such model.")
    held.set()

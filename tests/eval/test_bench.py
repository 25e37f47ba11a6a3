"""The benchmark with the small real model: every figure is there, and they hang together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import isnan
from pathlib import Path
from time import sleep
from typing import cast

import pytest

from eval.bench import BenchReport, bench, embedding_speed, questions_of
from eval.opening import opening_s
from eval.plain_process import PlainProcess
from rag.answering.answerer import Answerer
from rag.index import Index
from rag.llm.catalogue import embedder, resolve_model
from rag.llm.generator import Draft, LlamaGenerator
from rag.llm.model_files import models_dir
from rag.llm.settings import EngineSettings
from rag.retrieval import Retriever
from tests.rag.answering.scripted_generator import ScriptedGenerator
from tests.rag.index_fakes import LengthEmbedder, run, write
from ui.commands.bench import report_lines

RULES = "".join(f"# Rule {n}\nBoats of class {n} pay {n} crowns and carry {n} lights.\n" for n in range(1, 9))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, smollm2_path: Path) -> BenchReport:
    folder = tmp_path_factory.mktemp("bench")
    run(folder / "index", write(folder / "docs", rules=RULES))
    with Index.open(folder / "index", "lengths-1") as index:
        generator = LlamaGenerator(
            resolve_model(str(smollm2_path)),
            instructions="Answer.",
            introduction="Passages:\n",
            settings=EngineSettings(context=1024, threads=1),
            cache=folder / "cache",
        )
        answerer = Answerer(index, Retriever(index, LengthEmbedder()), generator)
        questions = questions_of(index, 2)
        assert questions == ("What does it say about Rule 1?", "What does it say about Rule 5?")
        told: list[str] = []
        with PlainProcess(smollm2_path, context=1024, threads=1, gpu_layers=0) as plain:
            found = bench(answerer, generator, plain, questions, settings="as ever", progress=told.append)
        generator.close()
    assert len(told) == 2
    return found


def test_warm_is_faster_than_plain_and_the_figures_hang_together(report: BenchReport) -> None:
    assert report.questions == 2
    assert report.plain_ttft_s.least <= report.plain_ttft_s.median <= report.plain_ttft_s.greatest
    assert report.ttft_ratio == report.plain_ttft_s.median / report.warm_ttft_s.median
    assert report.ttft_ratio > 1
    assert report.prefix_ttft_s.median > report.warm_ttft_s.median
    assert 0 < report.outside.median < 1
    assert report.prompt_tokens > 100
    assert report.prefill_tokens_s.median > 1
    assert report.identical == report.compared
    assert isnan(report.quoted_ratio) or report.quoted_ratio > 0
    assert isnan(report.checked_ratio) or report.checked_ratio > 0
    assert report.cache_bytes_per_token > 1024
    assert report.cache_bytes_per_page is not None
    assert report.peak_memory_bytes > 50 * 2**20


class _Scripted(ScriptedGenerator):
    """Writes at once, and takes a while for whatever is read a second time; a token is a word."""

    sha256, lookup, joined_s = "", True, 0.0

    def tokens_of(self, passage: str) -> int:
        return len(passage.split())

    def bytes_per_token(self) -> float:
        return 1.0

    @contextmanager
    def reading_whole(self) -> Iterator[None]:
        yield

    @contextmanager
    def draft(
        self,
        passages: Sequence[str],
        question: str,
        opening: str,
        *,
        stop: Callable[[], bool] | None = None,
    ) -> Iterator[Draft]:
        if len(passages) == 1:
            sleep(0.05)
        with super().draft(passages, question, opening, stop=stop) as draft:
            draft.prefill_s = 0.01
            yield draft


class _Plain:
    def first_token_s(self, _system: str, _user: str) -> float:
        return 1.0


def test_quotes_stand_there_before_everything_is_read_again(tmp_path: Path) -> None:
    run(tmp_path / "index", write(tmp_path / "docs", rules=RULES))
    with Index.open(tmp_path / "index", "lengths-1") as index:
        generator = _Scripted("Boats of class 2 pay 2 crowns and carry 2 lights.")
        answerer = Answerer(index, Retriever(index, LengthEmbedder()), generator)
        found = bench(
            answerer, cast("LlamaGenerator", generator), _Plain(), ["What do boats of class 2 pay?"],
            settings="", progress=lambda _line: None,
        )  # fmt: skip
    assert found.quoted_ratio > found.checked_ratio > 0


def test_the_table_has_a_line_for_each_figure(report: BenchReport) -> None:
    lines = report_lines(replace(report, opened_s=3.21, embedded_passages_s=9.87))
    assert lines[0].startswith("smollm2-135m-instruct-q4_1.gguf: 2 questions, ")
    assert lines[1] == "  as ever"
    assert len(lines) == 22
    assert lines[-1].split() == ["from", "starting", "to", "the", "first", "word", "3.2", "s"]
    assert len(report_lines(report)) == 20


def test_embedding_is_counted_in_passages(tmp_path: Path) -> None:
    run(tmp_path / "index", write(tmp_path / "docs", rules=RULES))
    embedder = LengthEmbedder()
    with Index.open(tmp_path / "index", "lengths-1") as index:
        assert embedding_speed(index, embedder) > 0
        (info,) = index.documents()
    assert len(embedder.seen) == info.passages + min(8, info.passages)


def test_a_program_that_is_started_says_its_first_word(
    tmp_path: Path, smollm2_path: Path, minilm_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.cli import run as command

    models_dir().mkdir(parents=True)
    (models_dir() / embedder().file).symlink_to(minilm_dir)
    (tmp_path / "rules.md").write_text(RULES, "utf-8")
    assert command(["ingest", str(tmp_path / "rules.md"), "--index", str(tmp_path / "index")]) == 0
    settings = EngineSettings(context=1024, threads=1)
    question = "What do boats of class 3 pay?"
    took = opening_s(
        tmp_path / "index", str(smollm2_path), question, settings=settings, cache=tmp_path / "cache"
    )
    assert took > 0
    with pytest.raises(RuntimeError, match="status 1"):
        opening_s(tmp_path / "none", str(smollm2_path), question, settings=settings, cache=tmp_path / "cache")

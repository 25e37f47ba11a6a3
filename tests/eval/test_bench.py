"""The benchmark with the small real model: every figure is there, and they hang together."""

from __future__ import annotations

from pathlib import Path

from eval.bench import bench, questions_of
from eval.plain import PlainChat
from rag.answering.answerer import Answerer
from rag.index import Index
from rag.llm.catalogue import resolve_model
from rag.llm.generator import LlamaGenerator
from rag.llm.llama import EngineSettings
from rag.retrieval import Retriever
from tests.rag.index_fakes import LengthEmbedder, run, write

RULES = "".join(f"# Rule {n}\nBoats of class {n} pay {n} crowns and carry {n} lights.\n" for n in range(1, 9))


def test_warm_is_faster_than_plain_and_the_report_is_whole(tmp_path: Path, smollm2_path: Path) -> None:
    run(tmp_path / "index", write(tmp_path / "docs", rules=RULES))
    with Index.open(tmp_path / "index", "lengths-1") as index:
        generator = LlamaGenerator(
            resolve_model(str(smollm2_path)),
            instructions="Answer.",
            introduction="Passages:\n",
            settings=EngineSettings(context=1024, threads=1),
            cache=tmp_path / "cache",
        )
        answerer = Answerer(index, Retriever(index, LengthEmbedder()), generator)
        questions = questions_of(index, 2)
        assert questions == ("What does it say about Rule 1?", "What does it say about Rule 5?")
        plain = PlainChat(smollm2_path, context=1024, threads=1)
        told: list[str] = []
        report = bench(answerer, plain, questions, told.append, generator.bytes_per_token)
        plain.close()
        generator.close()
    assert len(told) == report.questions == 2
    assert report.plain_ttft_s.least <= report.plain_ttft_s.median <= report.plain_ttft_s.greatest
    assert report.ttft_ratio == report.plain_ttft_s.median / report.warm_ttft_s.median
    assert report.ttft_ratio > 1
    assert 0 < report.searching < 1
    assert report.prompt_tokens > 100
    assert report.cache_bytes_per_token > 1024
    assert report.peak_memory_bytes > 50 * 2**20

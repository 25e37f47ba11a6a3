"""Everything that an answer needs, opened together: the index, the embedder, the model."""

from __future__ import annotations

from pathlib import Path

from rag.answering.answerer import Answerer
from rag.answering.prompt import INSTRUCTIONS, INTRODUCTION
from rag.index import Index
from rag.llm.catalogue import embedder_dir, resolve_model
from rag.llm.generator import LlamaGenerator
from rag.llm.settings import EngineSettings
from rag.question_embedding import question_embedder
from rag.retrieval import Retriever
from rag.warming import IdleWarmer, Warmth


def open_generator(
    model: str | None = None,
    *,
    settings: EngineSettings | None = None,
    exact: bool = False,
    cache: Path | None = None,
) -> LlamaGenerator:
    """Load a model by catalogue name or path (None: the default for this machine). Raises ModelError.

    `cache` is the folder of the passage cache; None: the user's own.
    """
    return LlamaGenerator(
        resolve_model(model),
        instructions=INSTRUCTIONS,
        introduction=INTRODUCTION,
        settings=settings,
        exact=exact,
        cache=cache,
    )


def open_answerer(
    index_dir: Path,
    model: str | None = None,
    *,
    settings: EngineSettings | None = None,
    exact: bool = False,
) -> Answerer:
    """An answerer over the index in `index_dir`. Raises IndexUnusableError and ModelError.

    `exact` prefills every prompt whole instead of joining stored passage states: far slower.
    """
    return open_pair(index_dir, model, settings=settings, exact=exact)[0]


class WarmingAnswerer:
    """An answerer that reads passages ahead while nobody asks, for a program that stays open."""

    def __init__(self, answerer: Answerer, warmer: IdleWarmer) -> None:
        self.index = answerer.index
        self.model_name = answerer.model_name
        self.model_sha256 = answerer.model_sha256
        self.stream = answerer.stream
        self._warmer = warmer

    @property
    def warmth(self) -> Warmth:
        """How much of the index was read ahead, at this moment."""
        return self._warmer.warmth


def open_warming_answerer(
    index_dir: Path, model: str | None = None, *, settings: EngineSettings | None = None
) -> WarmingAnswerer:
    """An answerer that has begun to read ahead. Raises IndexUnusableError and ModelError."""
    answerer, generator = open_pair(index_dir, model, settings=settings)
    warmer = IdleWarmer(answerer.index, generator)
    warmer.start()
    return WarmingAnswerer(answerer, warmer)


def open_pair(
    index_dir: Path,
    model: str | None = None,
    *,
    settings: EngineSettings | None = None,
    exact: bool = False,
    cache: Path | None = None,
) -> tuple[Answerer, LlamaGenerator]:
    """An answerer and the generator inside it, for those who look after its passage cache as well."""
    embedder = question_embedder(embedder_dir())
    index = Index.open(index_dir, embedder.fingerprint)
    generator = open_generator(model, settings=settings, exact=exact, cache=cache)
    return Answerer(index, Retriever(index, embedder), generator), generator

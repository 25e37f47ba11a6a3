"""Everything that an answer needs, opened together: the index, the embedder, the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from rag.answering.answerer import Answerer
from rag.answering.prompt import INSTRUCTIONS, INTRODUCTION
from rag.embedding import Embedder
from rag.index import Index
from rag.index.generations import names
from rag.index.writer import IndexWriter
from rag.llm.catalogue import embedder_dir, resolve_model
from rag.llm.generator import LlamaGenerator
from rag.llm.settings import EngineSettings
from rag.load import LOADER
from rag.question_embedding import question_embedder
from rag.retrieval import Retriever
from rag.types import Event
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

    def __init__(self, index: Index, index_dir: Path, embedder: Embedder, generator: LlamaGenerator) -> None:
        """Begins with `index`, which was opened in `index_dir`."""
        self.model_name, self.model_sha256 = generator.name, generator.sha256
        self._index_dir, self._embedder, self._generator = index_dir, embedder, generator
        self._answerer, self._warmer = self._over(index)
        self._warmer.start()

    @property
    def index(self) -> Index:
        """The index it answers from; whoever holds it may go on reading it after `reopen`."""
        return self._answerer.index

    @property
    def stream(self) -> Callable[..., Iterator[Event]]:
        """As `Answerer.stream`."""
        return self._answerer.stream

    @property
    def warmth(self) -> Warmth:
        """How much of the index was read ahead, at this moment."""
        return self._warmer.warmth

    def rest(self) -> None:
        """Leaves off reading ahead until `reopen`: the processor is needed for something else."""
        self._warmer.leave_off()

    def reopen(self) -> None:
        """Goes on over the index as it is on the disk now; not to be called while a question runs.

        Raises IndexUnusableError, and then goes on over the one it had.
        """
        index = self.index
        try:
            index = Index.open(self._index_dir, self._embedder.fingerprint)
        finally:
            self._warmer.close()
            self._answerer, self._warmer = self._over(index)
            self._warmer.start()

    def close(self) -> None:
        """Ends reading ahead and frees the model; not to be called while a question runs."""
        self._warmer.close()
        self._generator.close()

    def _over(self, index: Index) -> tuple[Answerer, IdleWarmer]:
        retriever = Retriever(index, self._embedder)
        return Answerer(index, retriever, self._generator), IdleWarmer(index, self._generator)


def open_warming_answerer(
    index_dir: Path,
    model: str | None = None,
    *,
    settings: EngineSettings | None = None,
    exact: bool = False,
) -> WarmingAnswerer:
    """An answerer that has begun to read ahead (not if `exact`), over an empty index where there is none yet.

    Raises IndexUnusableError and ModelError.
    """
    embedder = question_embedder(embedder_dir())
    _begin(index_dir, embedder)
    index = Index.open(index_dir, embedder.fingerprint)
    with taking_in_weights(embedder):
        generator = open_generator(model, settings=settings, exact=exact)
    return WarmingAnswerer(index, index_dir, embedder, generator)


def _begin(index_dir: Path, embedder: Embedder) -> None:
    """Makes an index without documents where there is nothing; what is there and damaged is left alone."""
    if names(index_dir):
        return
    with IndexWriter(
        index_dir, embedder=embedder.fingerprint, dimension=embedder.dimension, loader=LOADER
    ) as writer:
        writer.commit(begin=True)


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
    with taking_in_weights(embedder):
        generator = open_generator(model, settings=settings, exact=exact, cache=cache)
    return Answerer(index, Retriever(index, embedder), generator), generator


@contextmanager
def taking_in_weights(embedder: Embedder) -> Iterator[None]:
    """Beside the block the embedder takes in its weights, which the first question would wait for otherwise.

    They are a second and more, and the model's are two that leave a core free (docs/log.md). What goes wrong
    with the embedder's is told by the first question, and what goes wrong in the block at once.
    """
    beside = ThreadPoolExecutor(max_workers=1)
    beside.submit(embedder.embed, ["ready"])
    done = False
    try:
        yield
        done = True
    finally:
        beside.shutdown(wait=done)

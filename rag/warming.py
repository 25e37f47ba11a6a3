"""Prefilling passages before anybody asks: all at once, or in the background while nobody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from threading import Event, Thread
from time import perf_counter

from rag.answering.prompt import passage_block
from rag.index import Index
from rag.llm.generator import LlamaGenerator
from rag.llm.llama import StoppedError
from rag.types import Stage

_REST_S = 2.0
"""How long the background waits after it was interrupted by a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmReport:
    """What warming did: passages prefilled now and found stored, bytes on disk, seconds."""

    prefilled: int
    stored_before: int
    bytes: int
    seconds: float


def blocks_in_order(index: Index) -> Iterator[str]:
    """Every passage as the model reads it: the first of each document, then the second of each, and so on.

    Openings, summaries and definitions stand early, and are asked for most.
    """
    documents = [
        [passage_block(passage, info.title) for passage in index.passages_of(info.doc_id)]
        for info in index.documents()
    ]
    for row in zip_longest(*documents):
        yield from (block for block in row if block is not None)


def warm_index(
    index: Index,
    generator: LlamaGenerator,
    *,
    progress: Callable[[Stage], None],
    stop: Callable[[], bool] | None = None,
) -> WarmReport:
    """Prefill every passage of `index` that is not stored yet. Raises StoppedError; what was done is kept."""
    began, prefilled, blocks = perf_counter(), 0, list(blocks_in_order(index))
    for done, block in enumerate(blocks):
        progress(Stage(name="warm", detail=block.split("\n", 1)[0], done=done, total=len(blocks)))
        prefilled += generator.warm(block, stop=stop)
    progress(Stage(name="warm", done=len(blocks), total=len(blocks)))
    return WarmReport(
        prefilled=prefilled,
        stored_before=len(blocks) - prefilled,
        bytes=generator.cache.size if generator.cache else 0,
        seconds=perf_counter() - began,
    )


class IdleWarmer:
    """Warms an index in a thread of its own; a question interrupts it at once, and it goes on afterwards."""

    def __init__(self, index: Index, generator: LlamaGenerator) -> None:
        self._index = index
        self._generator = generator
        self._closing = Event()
        self.done = 0
        self.total = 0
        self._thread = Thread(target=self._run, name="warm", daemon=True)

    def start(self) -> None:
        """Begin; nothing happens with a model whose passages cannot be stored."""
        if self._generator.stitches:
            self._thread.start()

    def close(self) -> None:
        """End, and wait until the thread has left the model alone."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        blocks = list(blocks_in_order(self._index))
        self.total = len(blocks)
        for block in blocks:
            if self._generator.cache is None or self._generator.cache.full:
                return  # more would only push out what was warmed before
            while not self._warmed(block):
                if self._closing.wait(_REST_S):
                    return
            self.done += 1
            if self._closing.is_set():
                return

    def _warmed(self, block: str) -> bool:
        try:
            self._generator.warm(block, stop=self._closing.is_set)
        except StoppedError:
            return False
        return True

"""Prefilling passages before anybody asks: all at once, or in the background while nobody asks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import zip_longest
from threading import Event, Thread
from time import perf_counter

from rag.answering.prompt import passage_block
from rag.index import Index
from rag.llm.generator import LlamaGenerator
from rag.llm.llama import StoppedError
from rag.llm.stitch import Warmed

_REST_S = 2.0
"""How long the background waits after it was interrupted by a question."""
_TRIES = 3
"""How often the background tries a passage that another process keeps it from storing."""


class WarmState(StrEnum):
    """How warming stands. `FULL` and `UNWRITABLE` end it early; an `UNABLE` model cannot use states."""

    WAITING = "waiting"
    READING = "reading"
    DONE = "done"
    FULL = "full"
    UNWRITABLE = "unwritable"
    UNABLE = "unable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Warmth:
    """How warm an index is: `done` of `total` passages are stored, in `bytes` on disk.

    `reason` says why it ended early, "" where it did not.
    """

    state: WarmState = WarmState.WAITING
    done: int = 0
    total: int = 0
    bytes: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmReport:
    """What warming did: passages prefilled now and found stored, and how the index stands; seconds."""

    prefilled: int
    stored_before: int
    warmth: Warmth
    seconds: float


def blocks_in_order(index: Index, documents: Collection[str] | None = None) -> Iterator[str]:
    """Every passage as the model reads it: the first of each document, then the second of each, and so on.

    Openings, summaries and definitions stand early, and are asked for most. `documents` are ids; None: all.
    """
    rows = [
        [passage_block(passage, info.title) for passage in index.passages_of(info.doc_id)]
        for info in index.documents()
        if documents is None or info.doc_id in documents
    ]
    for row in zip_longest(*rows):
        yield from (block for block in row if block is not None)


def warm_index(
    index: Index,
    generator: LlamaGenerator,
    *,
    progress: Callable[[Warmth, str], None],
    documents: Collection[str] | None = None,
    stop: Callable[[], bool] | None = None,
) -> WarmReport:
    """Prefill every passage of `index` (of `documents`, ids) that is not stored yet.

    `progress` gets how it stands before each passage that is read, and that passage's heading. It ends early,
    and says so, when nothing can be stored any more. Raises StoppedError; what was done is kept.
    """
    began = perf_counter()
    blocks = list(blocks_in_order(index, documents))
    cold = [block for block in blocks if not generator.is_warm(block)]
    known = len(blocks) - len(cold)
    warmth = replace(_now(generator), done=known, total=len(blocks))
    for block in cold:
        progress(warmth, block.split("\n", 1)[0])
        warmth = _warmed(generator, block, warmth, stop)
        if warmth.state is not WarmState.READING:
            break
    else:
        warmth = replace(warmth, state=WarmState.DONE)
    progress(warmth, "")
    return WarmReport(
        prefilled=warmth.done - known,
        stored_before=known,
        warmth=warmth,
        seconds=perf_counter() - began,
    )


def _now(generator: LlamaGenerator) -> Warmth:
    """The state in which warming begins."""
    if not generator.stitches or generator.cache is None:
        reason = f"{generator.name} cannot use passages that were read before."
        return Warmth(state=WarmState.UNABLE, reason=reason)
    return Warmth(state=WarmState.READING, bytes=generator.cache.size)


def _warmed(generator: LlamaGenerator, block: str, before: Warmth, stop: Callable[[], bool] | None) -> Warmth:
    """How it stands after one more passage. Nothing is read that could not be kept."""
    cache = generator.cache
    if before.state is not WarmState.READING or cache is None:
        return before
    if cache.full and not generator.is_warm(block):
        reason = "The passage cache is full. Give it more room with: greenpaper warm --budget GB"
        return replace(before, state=WarmState.FULL, reason=reason)
    for _ in range(_TRIES):
        outcome = generator.warm(block, stop=stop)
        if outcome is not Warmed.NOT_STORED:
            return replace(before, done=before.done + 1, bytes=cache.size)
        if cache.problem:
            break
    reason = cache.problem or f"Another process keeps writing to {cache.folder}"
    reason += ". Free room there, or set GREENPAPER_CACHE to another folder."
    return replace(before, state=WarmState.UNWRITABLE, reason=reason)


class IdleWarmer:
    """Warms an index in a thread of its own; a question interrupts it at once, and it goes on afterwards."""

    def __init__(self, index: Index, generator: LlamaGenerator) -> None:
        self._index = index
        self._generator = generator
        self._closing = Event()
        self._warmth = Warmth()
        self._thread = Thread(target=self._run, name="warm", daemon=True)

    @property
    def warmth(self) -> Warmth:
        """How it stands at this moment; from any thread."""
        return self._warmth

    def start(self) -> None:
        """Begin; nothing is read with a model whose passages cannot be stored."""
        self._warmth = _now(self._generator)
        if self._warmth.state is WarmState.READING:
            self._thread.start()

    def leave_off(self) -> None:
        """End soon; from any thread."""
        self._closing.set()

    def close(self) -> None:
        """End, and wait until the thread has left the model alone."""
        self.leave_off()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        blocks = list(blocks_in_order(self._index))
        self._warmth = replace(self._warmth, total=len(blocks))
        for block in blocks:
            while not self._read(block):
                if self._closing.wait(_REST_S):
                    return
            if self._closing.is_set() or self._warmth.state is not WarmState.READING:
                return
        self._warmth = replace(self._warmth, state=WarmState.DONE)

    def _read(self, block: str) -> bool:
        try:
            self._warmth = _warmed(self._generator, block, self._warmth, self._closing.is_set)
        except StoppedError:
            return False
        return True

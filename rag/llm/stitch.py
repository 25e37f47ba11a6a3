"""Prompts joined from stored passage states, so that only the question is decoded.

A passage's keys and values depend on what stands before it. Here that is always the same start (the
instructions), never another passage: so the state computed once, behind the start, serves every question.
To answer, each state is set into a sequence of its own, moved to its position and shared with the prompt.
What it gains and costs is in docs/log.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.llm.llama import Llama
from rag.llm.passage_cache import PassageCache, state_key

PROMPT, SLOT, START = 0, 1, 2


class Stitcher:
    """Builds prompts on `llama` that begin with `start`. With `cache` None every prompt is prefilled whole.

    Prefilling whole ("exact") lets each passage attend to those before it and is far slower. It is also what
    a model gets whose memory cannot be moved; the start is reused either way.
    """

    def __init__(self, llama: Llama, start: Sequence[int], cache: PassageCache | None) -> None:
        self._llama = llama
        self._start = list(start)
        self._cache = cache if llama.can_stitch else None
        self._started = False

    @property
    def stitches(self) -> bool:
        """Whether passages come from stored states."""
        return self._cache is not None

    def begin(self) -> list[int]:
        """Clear the prompt sequence and put the start into it; the start's tokens."""
        llama = self._llama
        if not self._started:
            llama.clear()
            self._restore_start()
            self._started = True
        llama.remove(PROMPT)
        llama.remove(SLOT)
        llama.copy(START, PROMPT)
        return list(self._start)

    def add(self, passage: Sequence[int], position: int) -> bool:
        """Bring a passage to `position` of the prompt; whether its state came from the cache."""
        llama = self._llama
        if self._cache is None:
            llama.decode(passage, sequence=PROMPT, position=position)
            return False
        found = self._set_stored(passage)
        if not found:
            self._compute(passage)
        llama.shift(SLOT, len(self._start), position - len(self._start))
        llama.copy(SLOT, PROMPT)
        llama.remove(SLOT)
        return found

    def warm(self, passage: Sequence[int]) -> bool:
        """Make sure that a passage's state is stored; False if it already was, or cannot be."""
        if self._cache is None or state_key(passage) in self._cache:
            return False
        self.begin()
        self._compute(passage)
        self._llama.remove(SLOT)
        return True

    def is_warm(self, passage: Sequence[int]) -> bool:
        """Whether a passage's state is stored (it is checked only when it is used)."""
        return self._cache is not None and state_key(passage) in self._cache

    def _restore_start(self) -> None:
        llama, key = self._llama, state_key(self._start)
        stored = self._cache.get(key) if self._cache else None
        if stored and llama.set_state(START, stored.data) and llama.holds(START, 0, len(self._start)):
            return
        llama.remove(START)
        llama.decode(self._start, sequence=START, position=0)
        if self._cache:
            self._cache.put(key, len(self._start), llama.get_state(START))

    def _set_stored(self, passage: Sequence[int]) -> bool:
        assert self._cache is not None
        stored = self._cache.get(state_key(passage))
        if stored is None or stored.tokens != len(passage):
            return False
        first = len(self._start)
        if self._llama.set_state(SLOT, stored.data) and self._llama.holds(SLOT, first, first + len(passage)):
            return True
        self._llama.remove(SLOT)
        return False

    def _compute(self, passage: Sequence[int]) -> None:
        """Decode a passage behind the start, leave its state in the slot and store it."""
        assert self._cache is not None
        llama, first = self._llama, len(self._start)
        llama.copy(START, SLOT)
        llama.decode(passage, sequence=SLOT, position=first)
        llama.remove(SLOT, 0, first)
        self._cache.put(state_key(passage), len(passage), llama.get_state(SLOT))

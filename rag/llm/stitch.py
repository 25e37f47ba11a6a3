"""Prompts joined from stored passage states, so that only the question is decoded.

A passage's keys and values depend on what stands before it. Here that is always the same start (the
instructions), never another passage: so the state computed once, behind the start, serves every question.
To answer, each state is set into a sequence of its own, moved to its position and shared with the prompt.
What it gains and costs is in docs/log.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from rag.llm.llama import PROMPT, SLOT, START, Llama
from rag.llm.packing import pack, unpack
from rag.llm.passage_cache import PassageCache, state_key


class Warmed(StrEnum):
    """What became of a passage that was to be warmed."""

    KNOWN = "known"
    STORED = "stored"
    NOT_STORED = "not stored"


_PATIENCE_S = 5.0
"""How long a passage that was warmed waits for another process to end writing."""


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
        self.whole = False
        """While True, passages are prefilled whole although states could be used: to measure against."""
        self.joined_s = 0.0
        """Seconds that the passages of the prompt took so far."""

    @property
    def stitches(self) -> bool:
        """Whether passages come from stored states."""
        return self._cache is not None and not self.whole

    def begin(self) -> list[int]:
        """Clear the prompt sequence and put the start into it; the start's tokens."""
        llama = self._llama
        self.joined_s = 0.0
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
        began = perf_counter()
        found = self._add(passage, position)
        self.joined_s += perf_counter() - began
        return found

    def _add(self, passage: Sequence[int], position: int) -> bool:
        llama = self._llama
        if not self.stitches:
            llama.decode(passage, sequence=PROMPT, position=position)
            return False
        found = self._set_stored(passage, SLOT, len(self._start))
        if not found:
            self._compute(passage)
        llama.shift(SLOT, len(self._start), position - len(self._start))
        llama.copy(SLOT, PROMPT)
        llama.remove(SLOT)
        return found

    def warm(self, passage: Sequence[int]) -> Warmed:
        """Make sure that a passage's state is stored. What another process is just writing is waited for."""
        if self._cache is None:
            return Warmed.NOT_STORED
        if state_key(passage) in self._cache:
            return Warmed.KNOWN
        self.begin()
        stored = self._compute(passage, patience_s=_PATIENCE_S)
        self._llama.remove(SLOT)
        return Warmed.STORED if stored else Warmed.NOT_STORED

    def is_warm(self, passage: Sequence[int]) -> bool:
        """Whether a passage's state is stored (it is checked only when it is used)."""
        return self._cache is not None and state_key(passage) in self._cache

    def _restore_start(self) -> None:
        llama = self._llama
        if self._set_stored(self._start, START, 0):
            return
        llama.decode(self._start, sequence=START, position=0)
        self._store(self._start, START)

    def _set_stored(self, tokens: Sequence[int], sequence: int, first: int) -> bool:
        """Put the stored state of `tokens` into an empty sequence; False, and empty, if there is none."""
        stored = self._cache.get(state_key(tokens)) if self._cache else None
        if stored is None or stored.tokens != len(tokens):
            return False
        return self._set(stored.data, sequence, first, len(tokens))

    def _set(self, data: NDArray[np.uint8], sequence: int, first: int, count: int) -> bool:
        llama = self._llama
        unpacked = unpack(data) if llama.settings.packed else None
        state = data if unpacked is None else unpacked
        if llama.set_state(sequence, state) and llama.holds(sequence, first, first + count):
            return True
        llama.remove(sequence)
        return False

    def _compute(self, passage: Sequence[int], patience_s: float = 0.0) -> bool:
        """Decode a passage behind the start, leave its state in the slot; whether it could be stored."""
        llama, first = self._llama, len(self._start)
        llama.copy(START, SLOT)
        llama.decode(passage, sequence=SLOT, position=first)
        llama.remove(SLOT, 0, first)
        return self._store(passage, SLOT, first, patience_s)

    def _store(self, tokens: Sequence[int], sequence: int, first: int = 0, patience_s: float = 0.0) -> bool:
        """Store the state of a sequence, and keep using what was stored.

        A packed state differs a little from the one that was computed. The sequence gets the packed one at
        once, so that an answer does not depend on whether its passages were new.
        """
        if self._cache is None:
            return False
        state = self._llama.get_state(sequence)
        packed = pack(state) if self._llama.settings.packed else None
        if packed is not None:
            self._llama.remove(sequence)
            if not self._set(np.frombuffer(packed, np.uint8), sequence, first, len(tokens)):
                raise RuntimeError("llama.cpp does not take back a state that was packed")
        data = state if packed is None else packed
        return self._cache.put(state_key(tokens), len(tokens), bytes(data), patience_s=patience_s)

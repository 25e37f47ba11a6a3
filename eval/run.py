"""Runs cases over systems: one line of results for each, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean
from time import perf_counter
from typing import Any, TypeVar

from eval.cases import Case
from eval.json_lines import json_line
from eval.measuring import EnergyMeter, forget_peak, peak_memory
from eval.store import Key, Line, RunFolder
from eval.systems.contexts import Context
from eval.systems.system import System
from rag.answering.as_json import answer_to_json
from rag.errors import GreenpaperError
from rag.types import Answer, Hit

_T = TypeVar("_T")
_SUSPECT = 2
"""A case that was begun so often, and ended the program each time, waits until all others are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far a run is: `done` of `total` answers, which comes next, and the seconds left (None: unknown)."""

    done: int
    total: int
    system: str
    case_id: str
    seconds_left: float | None


Opening = Callable[[str], System]
"""Opens the system of a name; what it raises ends the run."""


def run_cases(
    folder: RunFolder,
    context: Context,
    opening: Opening,
    *,
    retry_failed: bool = False,
    progress: Callable[[Step], None] | None = None,
) -> int:
    """Runs whatever has no result yet, system by system; returns how many answers were added.

    A case that fails gets a line with its error. `retry_failed` also runs those again that failed before.
    """
    plan = _plan(folder, retry_failed)
    meter = EnergyMeter()
    quick = {system.name for system in folder.info.systems if "model" not in system.fingerprint}
    clock = TimeLeft(folder.results.values(), plan, quick)
    total = len(folder.cases) * len(folder.info.systems)
    done = total - len(plan)
    fingerprints = {system.name: system.fingerprint for system in folder.info.systems}
    for name, group in groupby(plan, key=lambda key: key[1][1]):
        with _closing(opening(name)) as system:
            for case, key in group:
                left = clock.left()
                if progress:
                    progress(Step(done=done, total=total, system=name, case_id=key[0], seconds_left=left))
                result = _attempt(folder, key, case, system, context, meter)
                folder.append({**result, "fingerprint": {**folder.fingerprint, **fingerprints[name]}})
                clock.done(name, result["seconds"])
                done += 1
    if not folder.info.finished and done == total:
        folder.finish()
    return len(plan)


def _plan(folder: RunFolder, retry_failed: bool) -> list[tuple[Case, Key]]:
    """What is to run, in the order of systems and cases; what ended the program before comes last."""
    wanted: list[tuple[Case, Key]] = []
    for system in folder.info.systems:
        for case in folder.cases:
            key = (case.case_id, system.name)
            result = folder.results.get(key)
            if result is None or (retry_failed and result["error"] is not None):
                wanted.append((case, key))
    return sorted(wanted, key=lambda one: folder.deaths.get(one[1], 0) >= _SUSPECT)


def _attempt(
    folder: RunFolder, key: Key, case: Case, system: System, context: Context, meter: EnergyMeter
) -> dict[str, Any]:
    attempt = folder.attempt(key)
    try:
        result = run_one(case, key[1], system, context, meter)
    except BaseException:
        folder.abandon(key)  # Ctrl-C, or a fault of ours: not one that ends the program without a word
        raise
    return {**result, "attempt": attempt}


def run_one(case: Case, name: str, system: System, context: Context, meter: EnergyMeter) -> dict[str, Any]:
    """One case with one system, as a line of results without attempt and fingerprint.

    Whatever goes wrong becomes its error, without an answer.
    """
    forget_peak()
    context.forget()
    before, began = meter.read(), perf_counter()
    answer, error = _tried(lambda: system.answer(case))
    seconds = perf_counter() - began
    joules, peak = meter.joules(before), peak_memory()
    shown = found = None
    if answer is not None:
        said, error = _tried(lambda: _shown(answer, system, context))
        shown, found = said or (None, None)
    return {
        "case": case.case_id,
        "system": name,
        "answer": shown,
        "error": error,
        "attempt": 1,
        "seconds": seconds,
        "peak_memory_bytes": peak,
        "joules": joules,
        "energy_source": meter.source,
        "retrieved": found,
    }


def _tried(make: Callable[[], _T]) -> tuple[_T | None, str | None]:
    """What `make` gives, or what it raises, in words: a case's failure never ends the run."""
    try:
        return make(), None
    except Exception as fault:
        return None, _said(fault)


def _shown(
    answer: Answer, system: System, context: Context
) -> tuple[dict[str, Any], list[dict[str, Any]] | None]:
    """The answer as JSON, and the passages that were found, if it was given such."""
    shown = answer_to_json(answer, context.index.document)
    json_line(shown)  # ValueError for a number that JSON does not have
    found = context.searched() if system.reads_passages else None
    return shown, None if found is None else [_found(hit, context) for hit in found]


class TimeLeft:
    """How long the rest takes, by how long each system's cases took so far, also before a stop.

    A system that has not begun is taken to be as slow as the slowest that has, but for the `quick` ones,
    which have no model and take no time to speak of.
    """

    def __init__(
        self, results: Iterable[Line], plan: Iterable[tuple[Case, Key]], quick: Iterable[str] = ()
    ) -> None:
        self._seconds: dict[str, list[float]] = {}
        self._quick = frozenset(quick)
        self._waiting: dict[str, int] = {}
        for result in results:
            self._seconds.setdefault(result["system"], []).append(float(result["seconds"]))
        for _, (_, system) in plan:
            self._waiting[system] = self._waiting.get(system, 0) + 1

    def done(self, system: str, seconds: float) -> None:
        """One more case is done."""
        self._seconds.setdefault(system, []).append(seconds)
        self._waiting[system] -= 1

    def left(self) -> float | None:
        """Seconds; None before any case was done."""
        means = {system: fmean(seconds) for system, seconds in self._seconds.items()}
        if not means:
            return None
        slowest = max(means.values())
        guesses = {system: 0.0 if system in self._quick else slowest for system in self._waiting}
        return sum(count * (guesses | means)[system] for system, count in self._waiting.items())


@contextmanager
def _closing(system: System) -> Iterator[System]:
    try:
        yield system
    finally:
        system.close()


def _found(hit: Hit, context: Context) -> dict[str, Any]:
    span = hit.passage.span
    name = context.index.document(span.doc_id).name
    return {"document": name, "start": span.start, "end": span.end, "score": hit.score, "rank": hit.rank}


def _said(fault: Exception) -> str:
    """A failure in one line: what a user can mend in its own words, anything else with its kind."""
    text = " ".join(str(fault).split())[:1000]
    if isinstance(fault, GreenpaperError):
        return text
    return f"{type(fault).__name__}: {text}" if text else type(fault).__name__

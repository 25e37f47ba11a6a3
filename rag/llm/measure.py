"""Measuring how a model is best run on this machine: a short calibration.

Timings on a laptop are noisy, so the ways to run the model take turns, round by round, and each is compared
with the default of its own round. A way other than the default is chosen only if it wins by more than a
margin and by more than the rounds differ among themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from statistics import median
from time import perf_counter

import numpy as np

from rag.llm.calibration import Calibration, Load, Trial, can_keep_q8_0, default_tuning
from rag.llm.gpu import layers_that_fit
from rag.llm.llama import PROMPT, SLOT, Llama, build_info, gpus
from rag.llm.machine import allowed_cores, machine_name, may_lock
from rag.llm.model_files import ModelFile
from rag.llm.packing import pack, unpack
from rag.llm.settings import EngineSettings, RunSettings, Tuning, resolve

BUDGET_S = 80.0
MARGIN = 0.05
"""The least gain that is worth a departure from the default."""
MEMORY_MARGIN = 0.15
"""The least gain for which keys and values are kept another way: every stored passage is read anew then."""
LOAD_MARGIN = 0.3
"""The least gain for which a model is copied into memory of its own instead of being mapped."""
NO_MMAP = "a copy of its own"
_ROUNDS = (2, 3)
"""The least and the most rounds: those above the least only while the time allows."""
_PASSAGE, _COPIES, _QUESTION, _STEPS = 192, 7, 24, 8
"""Tokens of the passage, how often it stands in the prompt, tokens of the question, single steps."""
_FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One measurement of one way, in seconds: a passage read, the prompt joined and the question taken in,
    one token written, and batches of four and of eight tokens that were proposed."""

    passage_s: float
    question_s: float
    token_s: float
    four_s: float
    eight_s: float

    @property
    def typical_s(self) -> float:
        """A question with one passage that is new, and an answer of 40 tokens."""
        return self.passage_s + self.question_s + 40 * self.token_s


@dataclass(slots=True, kw_only=True)
class _Way:
    """A way to run the model and what was measured of it so far."""

    name: str
    tuning: Tuning
    llama: Llama
    samples: list[Sample] = field(default_factory=list)


def calibrate(
    model: ModelFile, *, progress: Callable[[str], None], budget_s: float = BUDGET_S
) -> Calibration:
    """Measure `model` here and choose how to run it; takes about `budget_s`, longer for slow models.

    Nothing is stored. Raises ModelError for a model that cannot be loaded.
    """
    began = perf_counter()
    default = default_tuning()
    layers = layers_that_fit(model.path, resolve(EngineSettings(), default), gpus())
    loads = _loads(model, _run(default, layers), progress)
    base = Llama(model.path, _run(default, layers))
    try:
        tokens = _sample_tokens(base)
        memory = _compare(base, _memories(default, model), tokens, began + 0.45 * budget_s, progress)
        chosen = _best(memory, MEMORY_MARGIN)
        others = {"as chosen above": chosen.tuning, **_speeds(chosen.tuning)}
        speed = _compare(base, others, tokens, began + budget_s, progress)
    finally:
        base.close()
    measured = costs(chosen.samples)
    tuning = replace(
        _best(speed, MARGIN).tuning,
        cost_of_four=measured["four"],
        cost_of_eight=measured["eight"],
        mmap=not any(load.chosen and load.name == NO_MMAP for load in loads),
    )
    return Calibration(
        model=model.name,
        machine=machine_name(),
        build=build_info(),
        date=datetime.now(UTC).date().isoformat(),
        tuning=tuning,
        trials=(*_trials(memory, MEMORY_MARGIN), *_trials(speed, MARGIN)),
        loads=tuple(loads),
    )


def _loads(model: ModelFile, settings: RunSettings, progress: Callable[[str], None]) -> list[Load]:
    """Seconds until the first token with each way of loading; without mmap only for a gain that is clear."""
    ways = {"mmap": settings, NO_MMAP: replace(settings, mmap=False)}
    if may_lock(model.bytes):
        ways["mmap, locked into memory"] = replace(settings, mlock=True)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(1, _ROUNDS[0] + 1):
        for name, way in ways.items():
            progress(f"round {number}: loading with {name}")
            seconds[name].append(_timed(lambda way=way: _first_token(model, way)))  # type: ignore[misc]
    gain = min(seconds["mmap"]) / max(seconds[NO_MMAP])
    chosen = NO_MMAP if gain > 1 + LOAD_MARGIN else "mmap"
    return [Load(name=name, seconds=median(seconds[name]), chosen=name == chosen) for name in ways]


def _first_token(model: ModelFile, settings: RunSettings) -> None:
    llama = Llama(model.path, settings)
    try:
        llama.decode(llama.tokenize("The", special=False), sequence=PROMPT, position=0, outputs=1)
    finally:
        llama.close()


def _run(tuning: Tuning, layers: int) -> RunSettings:
    room = _PASSAGE * (_COPIES + 1) + _QUESTION + _STEPS + 64
    return resolve(EngineSettings(context=room), tuning, gpu_layers=layers)


def _memories(default: Tuning, model: ModelFile) -> dict[str, Tuning]:
    """How keys and values can be kept, the default first: all of them in about as many bytes on disk."""
    ways = {
        "f16, stored in 8 bits": replace(default, flash_attention=False),
        "f16, flash attention, stored in 8 bits": replace(default, flash_attention=True),
    }
    if can_keep_q8_0(model.path):
        ways["q8_0, flash attention"] = replace(default, kv_type="q8_0", flash_attention=True, packed=False)
    return dict(sorted(ways.items(), key=lambda way: way[1] != default))


def _speeds(tuning: Tuning) -> dict[str, Tuning]:
    """Other numbers of threads, and smaller batches."""
    cores = tuning.threads
    counts = sorted({max(1, cores // 2), max(1, cores - 1), allowed_cores()} - {cores})
    names = {f"{n} thread{'s' * (n > 1)}": replace(tuning, threads=n) for n in counts}
    return names | {f"batches of {n}": replace(tuning, batch=n) for n in (64, 128)}


def _sample_tokens(llama: Llama) -> list[int]:
    """Text of ordinary words; which they are does not matter to the speed."""
    text = "The agency publishes the rules, and every office reports its data to the council in March. "
    tokens = llama.tokenize(text, special=False)
    return (tokens * (_PASSAGE // len(tokens) + 1))[:_PASSAGE]


def _compare(
    base: Llama,
    tunings: dict[str, Tuning],
    tokens: Sequence[int],
    until: float,
    progress: Callable[[str], None],
) -> list[_Way]:
    """Measure all ways in turns, at least twice, until the clock shows `until`; the first is the default."""
    ways: list[_Way] = []
    least, most = _ROUNDS
    try:
        for name, tuning in tunings.items():
            settings = _run(tuning, base.settings.gpu_layers)
            ways.append(_Way(name=name, tuning=tuning, llama=Llama(base.path, settings, weights_of=base)))
        for number in range(1, most + 1):
            began = perf_counter()
            for way in ways:
                progress(f"round {number}: {way.name}")
                way.samples.append(_measure(way.llama, tokens))
            if number >= least and perf_counter() + (perf_counter() - began) > until:
                break
    finally:
        for way in ways:
            way.llama.close()
    return ways


def _measure(llama: Llama, tokens: Sequence[int]) -> Sample:
    llama.clear()
    passage_s = _timed(lambda: llama.decode(tokens, sequence=SLOT, position=0))
    stored = llama.get_state(SLOT)
    packed = pack(stored) if llama.settings.packed else None
    end = _COPIES * len(tokens)

    def question() -> None:
        for position in range(0, end, len(tokens)):
            llama.remove(SLOT)
            state = stored if packed is None else unpack(np.frombuffer(packed, np.uint8))
            if llama.can_stitch and state is not None and llama.set_state(SLOT, state):
                llama.shift(SLOT, 0, position)
                llama.copy(SLOT, PROMPT)
        llama.remove(SLOT)
        llama.decode(tokens[:_QUESTION], sequence=PROMPT, position=end, outputs=1)

    question_s = _timed(question)
    end += _QUESTION

    def write(count: int) -> None:
        nonlocal end
        llama.decode(tokens[:count], sequence=PROMPT, position=end, outputs=count)
        if llama.can_rewind:
            llama.remove(PROMPT, end)
        else:
            end += count

    steps = [_timed(lambda: write(1)) for _ in range(_STEPS)]
    return Sample(
        passage_s=passage_s,
        question_s=question_s,
        token_s=median(steps),
        four_s=median(_timed(lambda: write(4)) for _ in range(_FEW)),
        eight_s=median(_timed(lambda: write(8)) for _ in range(_FEW)),
    )


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _ratios(default: Sequence[Sample], others: Sequence[Sample]) -> tuple[float, float]:
    """The time of a typical answer against the default's: the median over the rounds, half their range."""
    pairs = zip(others, default, strict=True)
    ratios = [mine.typical_s / other.typical_s for mine, other in pairs]
    return median(ratios), (max(ratios) - min(ratios)) / 2


def choose(measured: Mapping[str, Sequence[Sample]], margin: float) -> str:
    """The fastest of those that win clearly over the first; the first where none does.

    To win clearly, a gain must be greater than `margin` and than half the range of the rounds' ratios.
    """
    first, *others = measured
    ratios = {name: _ratios(measured[first], measured[name]) for name in others}
    winners = [name for name, (ratio, spread) in ratios.items() if 1 - ratio > max(margin, spread)]
    return min(winners, key=lambda name: ratios[name][0], default=first)


def _best(ways: Sequence[_Way], margin: float) -> _Way:
    name = choose({way.name: way.samples for way in ways}, margin)
    return next(way for way in ways if way.name == name)


def _trials(ways: Sequence[_Way], margin: float) -> list[Trial]:
    best = _best(ways, margin)
    trials = []
    for way in ways:
        ratio, spread = _ratios(ways[0].samples, way.samples)
        trials.append(
            Trial(
                name=way.name,
                prefill=_PASSAGE / median(sample.passage_s for sample in way.samples),
                question_s=median(sample.question_s for sample in way.samples),
                decode=1 / median(sample.token_s for sample in way.samples),
                ratio=ratio,
                spread=spread,
                chosen=way is best,
            )
        )
    return trials


def costs(samples: Sequence[Sample]) -> dict[str, float]:
    """What passes of four and of eight tokens cost, counted in passes of one; a longer one never less."""
    four = max(1.0, median(sample.four_s / sample.token_s for sample in samples))
    eight = max(four, median(sample.eight_s / sample.token_s for sample in samples))
    return {"four": round(four, 2), "eight": round(eight, 2)}

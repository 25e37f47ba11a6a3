"""Calibrations: what was measured with one model on one machine, and which settings were chosen by it.

They are kept in the user's data folder, under the model file's digest, the machine and the build of
llama.cpp: with another of these, a calibration does not count.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from rag.errors import GreenpaperError
from rag.llm.gguf import read_head
from rag.llm.gpu import layers_that_fit
from rag.llm.llama import build_info, gpus
from rag.llm.machine import machine_name, physical_cores
from rag.llm.model_files import ModelFile
from rag.llm.settings import EngineSettings, RunSettings, Tuning, resolve
from rag.paths import data_dir

_log = logging.getLogger(__name__)
_FORMAT = 2
MOST_THREADS = 512
"""llama.cpp crashes on far more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One way of running the model, measured: medians over rounds in which all ways took turns.

    `prefill` and `decode` are tokens a second, `decode` behind a prompt's worth of passages; `question_s` are
    the seconds to take in a question there. `ratio` is the time of a typical answer against that of the first
    way in the same round, `spread` half the distance between its greatest and its least.
    """

    name: str
    prefill: float
    question_s: float
    decode: float
    ratio: float
    spread: float
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One way of loading the model: seconds until it has taken in one token."""

    name: str
    seconds: float
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What was chosen for `model` on `machine`, when (ISO date), and what it was chosen by."""

    model: str
    machine: str
    build: str
    date: str
    tuning: Tuning
    trials: tuple[Trial, ...]
    loads: tuple[Load, ...]


def calibration_path() -> Path:
    """Where calibrations are kept."""
    return data_dir() / "calibration.json"


def default_tuning() -> Tuning:
    """How a model is run here without a calibration: where there is a GPU, with flash attention."""
    return Tuning(threads=physical_cores(), flash_attention=bool(gpus()))


def can_keep_q8_0(path: Path) -> bool:
    """Whether llama.cpp can keep and move this model's keys and values as q8_0.

    Their rows are blocks of 32 numbers. Moved keys must fill two blocks a head: for others the pinned version
    looks for a matrix that it has not made, and the process ends (seen with heads of 32 and 96 numbers).
    """
    head = read_head(path)
    return head.key_length % 64 == 0 < head.key_length and head.value_length % 32 == 0


def in_force(model: ModelFile, asked: EngineSettings) -> RunSettings:
    """How `model` is run when `asked` is what the caller wants; a damaged calibration is told and ignored."""
    found = None
    if asked.calibrated:
        found, problem = find_calibration(model)
        if problem:
            _log.warning("%s", problem)
    tuning = found.tuning if found else default_tuning()
    settings = resolve(asked, tuning)
    if settings.kv_type == "q8_0" and not can_keep_q8_0(model.path):
        raise GreenpaperError(
            f"llama.cpp cannot keep the keys and values of {model.name} as q8_0: its heads are no multiples "
            "of 64 numbers. Ask for f16 (--kv f16), or leave --kv out: its passages are stored in 8 bits "
            "all the same."
        )
    if asked.gpu_layers is None:
        layers = layers_that_fit(model.path, settings, gpus())
        settings = resolve(asked, tuning, gpu_layers=layers)
    return settings


def find_calibration(model: ModelFile) -> tuple[Calibration | None, str]:
    """The calibration of `model` for this machine and build, and what is wrong with what is stored, or ""."""
    try:
        rows = _stored()
        row = rows.get(_key(model))
        return (_parse(row) if row is not None else None), ""
    except (OSError, ValueError, TypeError, KeyError) as error:
        return None, (
            f"{calibration_path()} cannot be used ({type(error).__name__}: {error}): models run with default "
            "settings. Measure anew with: greenpaper doctor --calibrate"
        )


def describe(settings: RunSettings) -> str:
    """What is in force, in a line for the reader."""
    parts = [
        f"{settings.threads} thread{'s' * (settings.threads != 1)}",
        f"batches of {settings.batch}",
        f"keys and values in {settings.kv_type}{', stored in 8 bits' * settings.packed}",
        "flash attention" if settings.flash_attention else "no flash attention",
        f"at most {settings.draft} tokens proposed at a time",
        "mapped into memory" if settings.mmap else "copied into memory",
    ]
    if settings.mlock:
        parts.append("locked there")
    if settings.gpu_layers:
        parts.append(f"{'all' if settings.gpu_layers < 0 else settings.gpu_layers} layers on the GPU")
    return ", ".join(parts)


def save_calibration(model: ModelFile, found: Calibration) -> None:
    """Keep `found`; the file is replaced as a whole, and a damaged one with it. Raises OSError."""
    rows: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError):
        rows = _stored()
    rows[_key(model)] = asdict(found)
    path = calibration_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(f".{os.getpid()}")
    scratch.write_text(json.dumps({"format": _FORMAT, "calibrations": rows}, indent=1), encoding="utf-8")
    scratch.replace(path)


def _stored() -> dict[str, Any]:
    try:
        text = calibration_path().read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    match json.loads(text):
        case {"format": int(number), "calibrations": dict(rows)} if number == _FORMAT:
            return rows
    raise ValueError("it is not a list of calibrations that this version wrote")


def _parse(row: Any) -> Calibration:
    """A calibration as it was saved; ValueError, TypeError or KeyError for anything else."""
    tuning = Tuning(**_checked(Tuning, row["tuning"]))
    if not (1 <= tuning.threads <= MOST_THREADS and 1 <= tuning.batch <= 4096 and 0 <= tuning.draft <= 15):
        raise ValueError(f"it asks for {tuning.threads} threads, batches of {tuning.batch}")
    try:
        resolve(EngineSettings(), tuning)
    except GreenpaperError as error:
        raise ValueError(str(error)) from None
    trials = tuple(Trial(**_checked(Trial, trial)) for trial in row["trials"])
    texts = {name: str(row[name]) for name in ("model", "machine", "build", "date")}
    loads = tuple(Load(**_checked(Load, load)) for load in row["loads"])
    return Calibration(**texts, tuning=tuning, trials=trials, loads=loads)


def _checked(kind: type[Tuning] | type[Trial] | type[Load], row: dict[str, Any]) -> dict[str, Any]:
    """`row` if it has exactly the fields of `kind`, each of its type."""
    known = {field.name: field.type for field in fields(kind)}
    if set(row) != set(known):
        raise ValueError(f"it has the fields {', '.join(sorted(row))}")
    for name, value in row.items():
        if type(value).__name__ != known[name]:
            raise ValueError(f"{name} is {value!r}")
    return row


def _key(model: ModelFile) -> str:
    return sha256("\n".join((model.sha256, machine_name(), build_info())).encode()).hexdigest()[:16]

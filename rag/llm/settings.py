"""How a model is run: what a caller asks for, and what that comes to on this machine."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from rag.errors import GreenpaperError

KV_TYPES = ("f16", "q8_0")
CONTEXT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What a calibration chooses. `batch` and `draft` are in tokens, `threads` counts.

    `kv_type` is how keys and values lie in memory; `packed` stores those of passages in 8 bits although they
    lie in memory as f16. By default no flash attention: on a CPU llama.cpp computes it row by row, and a
    question over passages that were joined takes half as long without (docs/log.md). `draft` is how many
    tokens are proposed at most when text seems to be copied; `cost_of_four` and `cost_of_eight` are what
    passes of so many tokens cost, counted in passes of one.
    """

    threads: int
    batch: int = 512
    kv_type: str = "f16"
    flash_attention: bool = False
    packed: bool = True
    draft: int = 7
    cost_of_four: float = 2.4
    cost_of_eight: float = 4.2
    mmap: bool = True
    mlock: bool = False

    @property
    def memory(self) -> tuple[str, bool, bool]:
        """What passages' states depend on: another choice of it voids the passage cache."""
        return self.kv_type, self.flash_attention, self.packed


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """What a caller asks for. None: as calibrated for this machine and model, else the default.

    `gpu_layers` None: as many as the GPU's free memory holds; -1: all. `calibrated` False: no calibration
    is looked at. `context` and `batch` are in tokens.
    """

    context: int = CONTEXT
    threads: int | None = None
    batch: int | None = None
    kv_type: str | None = None
    flash_attention: bool | None = None
    packed: bool | None = None
    draft: int | None = None
    cost_of_four: float | None = None
    cost_of_eight: float | None = None
    mmap: bool | None = None
    mlock: bool | None = None
    gpu_layers: int | None = None
    calibrated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings(Tuning):
    """What is in force: nothing is left open."""

    context: int = CONTEXT
    gpu_layers: int = 0


def resolve(asked: EngineSettings, tuning: Tuning, *, gpu_layers: int = 0) -> RunSettings:
    """What `asked` comes to: its own values first, then those of `tuning`; `gpu_layers` where it has none.

    Keys' and values' type, flash attention and packing belong together: whoever asks for one of them gets
    what goes with it of the other two. Raises GreenpaperError for what llama.cpp cannot run.
    """
    if (asked.kv_type, asked.flash_attention, asked.packed) == (None, None, None):
        base = tuning
    else:
        kv_type = asked.kv_type or ("q8_0" if asked.flash_attention and not asked.packed else "f16")
        base = _with(tuning, kv_type=kv_type, flash_attention=kv_type == "q8_0", packed=False)
    own = {field.name: getattr(asked, field.name) for field in fields(Tuning)}
    found = _with(base, **{name: value for name, value in own.items() if value is not None})
    _check(found)
    layers = gpu_layers if asked.gpu_layers is None else asked.gpu_layers
    return RunSettings(**_values(found), context=asked.context, gpu_layers=layers)


def _values(tuning: Tuning) -> dict[str, Any]:
    return {field.name: getattr(tuning, field.name) for field in fields(Tuning)}


def _with(tuning: Tuning, **changes: Any) -> Tuning:
    return Tuning(**{**_values(tuning), **changes})


def _check(tuning: Tuning) -> None:
    if tuning.kv_type not in KV_TYPES:
        raise GreenpaperError(
            f"Keys and values cannot be kept as {tuning.kv_type!r}. Choose {' or '.join(KV_TYPES)}."
        )
    if tuning.kv_type == "q8_0" and not tuning.flash_attention:
        raise GreenpaperError(
            "llama.cpp keeps keys and values as q8_0 only with flash attention. Ask for f16, or leave it on."
        )
    if tuning.packed and tuning.kv_type != "f16":
        raise GreenpaperError("Only keys and values that lie in memory as f16 can be packed into 8 bits.")

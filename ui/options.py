"""Options that several commands share, so that each means and says the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import GreenpaperError

if TYPE_CHECKING:
    from rag.llm.settings import EngineSettings

IndexOption = Annotated[
    Path | None, typer.Option("--index", help="Index folder; default: the project's own.")
]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", help="A name from `greenpaper models list`, or the path of a .gguf file."),
]
ThreadsOption = Annotated[
    int | None,
    typer.Option("--threads", min=1, max=512, help="CPU threads; default: as calibrated, or one per core."),
]
ContextOption = Annotated[int, typer.Option("--context", min=1024, help="Context in tokens.")]
GpuLayersOption = Annotated[
    int | None,
    typer.Option("--gpu-layers", min=-1, help="Layers on the GPU; -1: all; default: as many as fit there."),
]
KvTypeOption = Annotated[
    str | None,
    typer.Option("--kv", metavar="f16|q8_0", help="How keys and values are kept; default: as calibrated."),
]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar="DATE", help="Only documents of this date or later: 2024 or 2024-05-31."),
]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Only documents of this date or earlier.")
]
NewestOption = Annotated[
    bool, typer.Option("--newest", help="Leave out documents of which a newer version is there.")
]
CalibratedOption = Annotated[
    bool, typer.Option("--calibrated/--not-calibrated", help="Use what doctor --calibrate found.")
]
ExactOption = Annotated[
    bool, typer.Option("--exact", help="Read all passages anew instead of from the passage cache: slow.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Run the model in another way than calibrated: batch, draft, flash_attention, packed, mmap or "
        "mlock (see docs/performance.md); repeatable.",
    ),
]
_NUMBERS = {"batch": (1, 4096), "draft": (0, 15)}
_SWITCHES = ("flash_attention", "packed", "mmap", "mlock")
_YES_OR_NO = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


def engine_settings(
    *,
    threads: int | None,
    kv: str | None,
    calibrated: bool,
    own: Sequence[str] | None,
    context: int | None = None,
    gpu_layers: int | None = None,
) -> EngineSettings:
    """How the options above want the model to be run; `own` are those of `--set`. Raises GreenpaperError."""
    from rag.llm.settings import CONTEXT, EngineSettings

    return EngineSettings(
        threads=threads,
        context=context or CONTEXT,
        gpu_layers=gpu_layers,
        kv_type=kv,
        calibrated=calibrated,
        **dict(_own(text) for text in own or ()),
    )


def _own(text: str) -> tuple[str, Any]:
    """A setting's name and value; GreenpaperError says what can be set."""
    name, _, value = text.partition("=")
    name, value = name.strip().replace("-", "_"), value.strip().lower()
    if name in _NUMBERS:
        least, most = _NUMBERS[name]
        if value.isascii() and value.isdigit() and least <= int(value) <= most:
            return name, int(value)
        raise GreenpaperError(f"--set {name} takes a whole number from {least} to {most}, not {value!r}.")
    if name in _SWITCHES:
        if value in _YES_OR_NO:
            return name, _YES_OR_NO[value]
        raise GreenpaperError(f"--set {name} takes on or off, not {value!r}.")
    raise GreenpaperError(
        f"There is no setting {name!r}. --set knows {', '.join((*_NUMBERS, *_SWITCHES))}; threads, keys and "
        "values have options of their own, --threads and --kv."
    )

"""Options that several commands share, so that each means and says the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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

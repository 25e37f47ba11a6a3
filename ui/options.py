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
    int | None, typer.Option("--threads", min=1, max=512, help="CPU threads; default: one per core.")
]
ContextOption = Annotated[int, typer.Option("--context", min=1024, help="Context in tokens.")]
GpuLayersOption = Annotated[
    int, typer.Option("--gpu-layers", min=-1, help="Layers on the GPU; -1: all that fit.")
]

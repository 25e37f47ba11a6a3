"""`greenpaper chat`: the page in the browser."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.options import (
    CalibratedOption,
    ContextOption,
    GpuLayersOption,
    IndexOption,
    KvTypeOption,
    ModelOption,
    ThreadsOption,
)
from ui.web.texts import Language


def chat(
    index: IndexOption = None,
    model: ModelOption = None,
    port: Annotated[int, typer.Option(help="The port to listen on; if taken, the next free one.")] = 7860,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    language: Annotated[Language, typer.Option(help="The page's language; it has a switch, too.")] = "en",
    threads: ThreadsOption = None,
    context: ContextOption = 4096,
    gpu_layers: GpuLayersOption = None,
    kv: KvTypeOption = None,
    calibrated: CalibratedOption = True,
) -> None:
    """Ask your documents in the browser, on this computer only."""
    from rag.llm.settings import EngineSettings
    from rag.paths import default_index
    from rag.session import open_warming_answerer
    from ui.web.app import launch

    folder = index or default_index()
    settings = EngineSettings(
        threads=threads, context=context, gpu_layers=gpu_layers, kv_type=kv, calibrated=calibrated
    )
    launch(
        lambda: open_warming_answerer(folder, model, settings=settings),
        language=language,
        port=port,
        open_browser=browser,
        announce=lambda address: typer.echo(
            f"Greenpaper is at {address} (on this computer only; Ctrl-C ends it)."
        ),
    )

"""`greenpaper chat`: the page in the browser."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.options import (
    CalibratedOption,
    ContextOption,
    ExactOption,
    GpuLayersOption,
    IndexOption,
    KvTypeOption,
    ModelOption,
    SetOption,
    ThreadsOption,
    engine_settings,
)
from ui.web.texts import Language


def chat(
    index: IndexOption = None,
    model: ModelOption = None,
    port: Annotated[int, typer.Option(help="The port to listen on; if taken, the next free one.")] = 7860,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    language: Annotated[Language, typer.Option(help="The page's language; it has a switch, too.")] = "en",
    exact: ExactOption = False,
    threads: ThreadsOption = None,
    context: ContextOption = 4096,
    gpu_layers: GpuLayersOption = None,
    kv: KvTypeOption = None,
    calibrated: CalibratedOption = True,
    own: SetOption = None,
) -> None:
    """Ask your documents in the browser, on this computer only."""
    from rag.paths import default_index, documents_dir
    from rag.session import open_warming_answerer
    from ui.web.app import launch
    from ui.web.index_shelf import IndexShelf
    from ui.web.offers import present_models

    folder = index or default_index()
    settings = engine_settings(
        threads=threads, kv=kv, calibrated=calibrated, own=own, context=context, gpu_layers=gpu_layers
    )
    launch(
        lambda other: open_warming_answerer(folder, other or model, settings=settings, exact=exact),
        present_models,
        IndexShelf(folder, documents_dir()),
        folder,
        language=language,
        port=port,
        open_browser=browser,
        announce=lambda address: typer.echo(
            f"Greenpaper is at {address} (on this computer only; Ctrl-C ends it)."
        ),
    )

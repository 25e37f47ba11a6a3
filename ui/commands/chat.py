"""`greenpaper chat`: the page in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def chat(
    index: Annotated[Path | None, typer.Option(help="The folder of the index.", show_default=False)] = None,
    model: Annotated[
        str | None, typer.Option(help="A model's name, or the path of a .gguf file.", show_default=False)
    ] = None,
    port: Annotated[int, typer.Option(help="The port to listen on; if taken, the next free one.")] = 7860,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Ask your documents in the browser, on this computer only."""
    from rag.offline import guard

    guard()

    from rag.paths import default_index
    from rag.session import open_warming_answerer
    from ui.web.app import launch

    folder = index or default_index()
    launch(
        lambda: open_warming_answerer(folder, model),
        port=port,
        open_browser=browser,
        announce=lambda address: typer.echo(
            f"Greenpaper is at {address} (on this computer only; Ctrl-C ends it)."
        ),
    )

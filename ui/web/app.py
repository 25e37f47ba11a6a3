"""Serving the chat, under the settings with which Gradio keeps to this computer."""

from __future__ import annotations

import os
import time
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path

import gradio as gr
from starlette.middleware import Middleware

from rag.offline import guard
from rag.paths import documents_dir
from ui.web.collection import Collection, Shelf
from ui.web.engine import Engine
from ui.web.evaluations import Evaluations
from ui.web.handed import MAX_FILE, forget_uploads, receiving_folder
from ui.web.ports import free_port
from ui.web.reports import Reports
from ui.web.security import LocalOnly
from ui.web.shell import Program, build, head
from ui.web.state import Answerer, Offer
from ui.web.texts import LANGUAGES, address

HOST = "127.0.0.1"
_SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
_MONO = ("ui-monospace", "Consolas", "Menlo", "monospace")


def serve(
    engine: Engine, shelf: Shelf, evaluations: Evaluations, port: int | None = None
) -> tuple[gr.Blocks, str]:
    """Start the server on 127.0.0.1 in a thread of its own; the page and its address, without a path.

    `shelf` changes the index that `engine` answers from. Every setting is given, because Gradio's own
    defaults, or the environment, would be less careful.
    """
    guard()
    chosen = free_port(HOST, port)
    receiving = receiving_folder()
    os.environ["GRADIO_TEMP_DIR"] = str(receiving)
    collection = Collection(engine, shelf, documents_dir())
    page = build(Program(engine=engine, collection=collection, receiving=receiving, evaluations=evaluations))
    page.queue(max_size=8, api_open=False)
    page.launch(
        server_name=HOST,
        server_port=chosen,
        share=False,
        inbrowser=False,
        run_history=False,
        enable_monitoring=False,
        max_file_size=MAX_FILE,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        show_error=False,
        strict_cors=True,
        allowed_paths=[],
        footer_links=[],
        quiet=True,
        prevent_thread_lock=True,
        root_path="",
        app_kwargs={
            "middleware": [Middleware(LocalOnly), Middleware(Reports, root=evaluations.root)],
            "docs_url": None,
            "redoc_url": None,
            "openapi_url": None,
        },
        theme=gr.themes.Base(font=list(_SANS), font_mono=list(_MONO)),
        head=head(),
    )
    return page, f"http://{HOST}:{chosen}"


def launch(
    open_answerer: Callable[[str | None], Answerer],
    offers: Callable[[], Sequence[Offer]],
    shelf: Shelf,
    index_dir: Path,
    *,
    language: str = LANGUAGES[0],
    port: int | None = None,
    open_browser: bool = True,
    announce: Callable[[str], object] = str,
) -> None:
    """Serve the chat until Ctrl-C. The page opens at once, while `open_answerer` still loads the model.

    `open_answerer` gets the name of one of the `offers`, or None for the model to begin with. `index_dir` is
    the index that the answerer reads; evaluations read it, too. `announce` gets the address. A port that is
    taken is passed over for the next free one.
    """
    engine = Engine(open_answerer, offers)
    page, server = serve(engine, shelf, Evaluations(engine, index_dir), port)
    announce(server + address(language))
    if open_browser:
        webbrowser.open(server + address(language))
    try:
        while True:
            time.sleep(3600)
    finally:
        page.close(verbose=False)
        forget_uploads()

"""The viewer's panel on the page, and the one function of ours that the browser may call for it."""

from __future__ import annotations

import logging

import gradio as gr

from rag.errors import GreenpaperError
from ui.web.engine import Engine
from ui.web.show.phrases import told
from ui.web.show.viewer import frame, not_shown, viewer
from ui.web.texts import Words
from ui.web.viewer.view import Viewer
from ui.web.viewer.wanted import wanted

_log = logging.getLogger(__name__)
_ON_LOAD = "window.greenpaperView = (wanted) => server.view(wanted);"
"""Hands the function below to `assets/viewer.js`, which listens for what opens a document."""


def panel(words: Words, engine: Engine, opener: Viewer) -> gr.HTML:
    """The panel, closed."""

    def view(data: object) -> str:
        """What is in the panel for what the browser wants, as HTML."""
        asked = wanted(data)
        try:
            engine.wait()
            if engine.answerer is None:
                return not_shown(words, words("app.model_failed"))
            return viewer(words, opener.open(engine.answerer.index, asked), asked)
        except GreenpaperError as error:
            return not_shown(words, str(error))
        except Exception as error:
            _log.exception("the viewer failed")
            return not_shown(words, told(words, error, "viewer.failed"))

    return gr.HTML(
        frame(words),
        js_on_load=_ON_LOAD,
        apply_default_css=False,
        server_functions=[view],
        elem_id="gp-viewer",
    )

"""Gradio's components as every page uses them."""

from __future__ import annotations

from typing import Any

import gradio as gr

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""For every event: nothing of Gradio's own is drawn over the page, and no event is a public endpoint."""

Update = dict[Any, Any]
"""What an event changes: component -> value or `gr.update(...)`."""


def html(value: str = "", **more: Any) -> gr.HTML:
    """Our own markup, with neither a script nor Gradio's styles around it."""
    return gr.HTML(value, js_on_load=None, apply_default_css=False, **more)


def acting(value: str = "", **more: Any) -> gr.HTML:
    """Our own markup with controls in it, whose use is an event: quick ones `.act`, others `.do`.

    What was used is in the event's data, as `assets/acting.js` describes it.
    """
    start = "greenpaperActing(element, trigger, watch, 'act', 'do')"
    return gr.HTML(value, js_on_load=start, apply_default_css=False, **more)

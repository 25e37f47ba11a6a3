"""What is on the page where questions are asked, before anything happens on it."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui.web.components import html
from ui.web.pages.choice import ChoiceLine
from ui.web.pages.opening import FirstQuestions
from ui.web.pages.page import Shared
from ui.web.show.moment import stage_line
from ui.web.show.proof import proof

MODELS = 3
"""At most so many other models are offered below an answer; the page of models has them all."""


class AskLayout:
    """The components: the conversation, the box, what can be done with the last answer, the proof."""

    def __init__(self, shared: Shared) -> None:
        self.words = shared.words
        self.editing = gr.State(False)
        """Whether the next question takes the place of the last one."""
        self.offered = gr.State([])
        """The names of the other models, as their buttons are shown."""
        with gr.Row(elem_id="gp-body"):
            with gr.Column(elem_id="gp-main", scale=3, min_width=0):
                self._lay_out_talk(shared)
                self._lay_out_composer()
                self._lay_out_actions()
            with gr.Column(elem_id="gp-side", scale=2, min_width=0):
                self.proof = html(proof(self.words, []), elem_id="gp-proof")
                self.documents = html(elem_id="gp-documents")

    def _lay_out_talk(self, shared: Shared) -> None:
        with gr.Column(elem_id="gp-talk", min_width=0):
            self.past = html(elem_id="gp-past")
            self.current = html(elem_id="gp-current")
            with gr.Column(elem_id="gp-start", min_width=0) as self.start:
                self.first = FirstQuestions(self.words, shared.engine)
        self.stage = html(stage_line(self.words, None), elem_id="gp-stage")
        self.choice = ChoiceLine(shared.words, shared.collection, shared.scope, "ask")

    def _lay_out_composer(self) -> None:
        words = self.words
        button: dict[str, Any] = {"scale": 0, "min_width": 84}
        with gr.Row(elem_id="gp-composer"):
            self.box = gr.Textbox(
                label=words("ask.question"),
                placeholder=words("ask.placeholder"),
                elem_id="gp-box",
                lines=1,
                max_lines=6,
                autofocus=True,
                container=False,
                scale=1,
            )
            self.ask_button = gr.Button(words("ask.ask"), variant="primary", elem_id="gp-ask", **button)
            self.stop_button = gr.Button(words("ask.stop"), elem_id="gp-stop", visible=False, **button)

    def _lay_out_actions(self) -> None:
        words = self.words
        small: dict[str, Any] = {"size": "sm", "scale": 0}
        with gr.Row(elem_id="gp-query", visible=False) as self.query_row:
            self.query = gr.Textbox(label=words("ask.query_label"), lines=1, max_lines=3, scale=1)
            self.query_button = gr.Button(words("ask.query_again"), **small)
        with gr.Row(elem_id="gp-actions", visible=False) as self.actions:
            self.edit_button = gr.Button(words("ask.edit"), elem_id="gp-edit", **small)
            self.again_button = gr.Button(words("ask.again"), elem_id="gp-again", **small)
            self.others = [
                gr.Button("", visible=False, elem_classes="gp-other", **small) for _ in range(MODELS)
            ]
            self.clear_button = gr.Button(words("ask.clear"), elem_id="gp-clear", **small)

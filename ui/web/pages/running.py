"""What runs: the model, which can be changed, the documents, what was read ahead, and the offline proof."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import gradio as gr

from rag.offline import active
from ui.web.components import QUIET, Update, html
from ui.web.offline_trial import attempts
from ui.web.pages.page import Shared, Shown
from ui.web.show.phrases import told
from ui.web.show.running import described, library, offline_proof, state, tried


class RunningPage:
    """Shows what answers; another model takes its place in the background, and the conversation stays."""

    name: ClassVar[str] = "running"

    def __init__(self, shared: Shared) -> None:
        self.engine, self.words = shared.engine, shared.words
        words = self.words
        with gr.Column(elem_classes="gp-prose", min_width=0):
            html(f'<h2 class="gp-page-title" tabindex="-1">{words("running.title")}</h2>')
            self.state = html(state(words("app.model_loading")))
            self.choice = gr.Radio(label=words("running.choose"), choices=[], elem_id="gp-models")
            self.use = gr.Button(words("running.use"), elem_id="gp-use", size="sm")
            html(f'<p class="gp-quiet">{words("running.hint")}</p>')
            self.library = html()
            html(offline_proof(words, active()))
            self.attempt = gr.Button(words("offline.try"), elem_id="gp-try", size="sm")
            self.tried = html()

    def connect(self, shown: Shown) -> None:
        """Connect the choice of a model, and the trial."""
        outputs: dict[str, Any] = {
            "outputs": [self.state, self.choice, self.use, self.library],
            "concurrency_limit": None,
            **QUIET,
        }
        shown(self.arrived, **outputs)
        self.use.click(self.switched, inputs=[self.choice], **outputs)
        self.attempt.click(lambda: tried(self.words, attempts()), outputs=[self.tried], queue=False, **QUIET)

    def arrived(self) -> Iterator[Update]:
        """What runs, at once if it is loaded."""
        if self.engine.loading:
            yield {self.state: state(self.words("app.model_loading"))}
        self.engine.wait()
        yield self._now()

    def switched(self, model: str | None) -> Iterator[Update]:
        """Have another model opened, and say what came of it; not while the one that runs is lent."""
        if self.engine.away:
            yield self._now()
        elif model and not self.engine.runs(model):
            self.engine.switch(model)
            yield {self.use: gr.update(interactive=False)}
            yield from self.arrived()

    def _now(self) -> Update:
        answerer, failure = self.engine.answerer, self.engine.failure
        problem = told(self.words, failure, "app.model_failed") if failure else ""
        name = answerer.model_name if answerer else ""
        offers = [(described(self.words, offer), offer.name) for offer in self.engine.offers()]
        chosen = name if name in (offer for _, offer in offers) else None
        update: Update = {
            self.state: state(self._sentence(name), problem),
            self.choice: gr.update(choices=offers, value=chosen, visible=bool(offers)),
            self.use: gr.update(interactive=True, visible=bool(offers)),
        }
        if answerer is not None:
            update[self.library] = library(self.words, answerer.index.documents(), answerer.warmth)
        return update

    def _sentence(self, name: str) -> str:
        if self.engine.away:
            return self.words("app.model_away")
        return self.words("running.now", model=name) if name else self.words("running.none")

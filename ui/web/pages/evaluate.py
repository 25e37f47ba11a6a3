"""Evaluate: a few questions whose answers are known, asked of several models; the report is read in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import gradio as gr

from eval.kept import Kept
from eval.typed_suite import Proposal, typed_rows
from rag.errors import GreenpaperError
from ui.web.components import QUIET, Update, html
from ui.web.pages.evaluate_questions import Confirming, Writing
from ui.web.pages.page import Shared, Shown
from ui.web.show.evaluation import evaluation, intro, label, line, progress
from ui.web.show.phrases import told

_LOOK_S = 1.0


class EvaluatePage:
    """Questions are typed, their evidence is confirmed, and they are run; earlier ones are found again."""

    name: ClassVar[str] = "evaluate"

    def __init__(self, shared: Shared) -> None:
        self.words, self.evaluations = shared.words, shared.evaluations
        self.drafts = gr.State([])
        self.clock = gr.Timer(_LOOK_S, active=False)
        html(intro(self.words))
        self.writing = Writing(self.words)
        self.confirming = Confirming(self.words)
        self.message = html(line(""), elem_id="gp-ev-message")
        self._lay_out_runs()

    def _lay_out_runs(self) -> None:
        words = self.words
        self.new_button = gr.Button(words("evaluate.new"), elem_id="gp-ev-new", visible=False, size="sm")
        self.progress = html(elem_id="gp-ev-progress")
        self.stop_button = gr.Button(words("evaluate.stop"), elem_id="gp-ev-stop", visible=False, size="sm")
        self.earlier = gr.Dropdown(
            [], value=None, label=words("evaluate.earlier"), elem_id="gp-ev-earlier", visible=False
        )
        self.on_button = gr.Button(words("evaluate.go_on"), elem_id="gp-ev-on", visible=False, size="sm")
        self.shown = html(elem_id="gp-ev-shown")

    def connect(self, shown: Shown) -> None:
        """Connect what the reader does with what is shown."""
        writing, confirming = self.writing, self.confirming
        steps = [self.drafts, self.message, self.new_button, writing.column, confirming.column]
        runs = [self.clock, self.progress, self.stop_button, self.earlier, self.on_button, self.shown]
        slow: dict[str, Any] = {"concurrency_limit": None, **QUIET}
        writing.more.click(writing.show_more, outputs=writing.hidden, queue=False, **QUIET)
        writing.look.click(
            self.propose,
            inputs=[writing.models, *writing.fields],
            outputs=[*steps, *confirming.parts],
            **slow,
        )
        confirming.back.click(self.back, outputs=steps, queue=False, **QUIET)
        self.new_button.click(self.back, outputs=steps, queue=False, **QUIET)
        confirming.run.click(
            self.begin,
            inputs=[writing.name, writing.models, self.drafts, *confirming.answers],
            outputs=[*steps, *runs],
            **slow,
        )
        self.clock.tick(self.look, outputs=runs, queue=False, **QUIET)
        self.stop_button.click(self.evaluations.stop, **slow)
        self.earlier.input(self.choose, [self.earlier], [*steps, *runs], queue=False, **QUIET)
        self.on_button.click(self.go_on, [self.earlier, writing.models], [*steps, *runs], **slow)
        shown(self.come, inputs=[writing.models], outputs=[writing.models, *runs], **slow)

    def come(self, chosen: list[str]) -> Update:
        """Show which models there are, all of them chosen at first, and how the evaluation stands."""
        names = self.evaluations.models()
        kept = [name for name in chosen if name in names]
        return {self.writing.models: gr.update(choices=list(names), value=kept or list(names)), **self.look()}

    def propose(self, models: list[str], *fields: str) -> Iterator[Update]:
        """Look for the evidence of what was typed, and show it to be confirmed."""
        try:
            if not models:
                raise GreenpaperError(self.words("evaluate.no_model"))
            rows, notes = typed_rows(self.writing.typed(fields))
            yield {self.message: line(self.words("evaluate.looking"))}
            drafts = self.evaluations.propose(rows)
        except GreenpaperError as error:
            yield {self.message: line(told(self.words, error), failed=True)}
            return
        yield {
            self.drafts: list(drafts),
            self.message: line("\n".join(notes)),
            self.writing.column: gr.update(visible=False),
            self.confirming.column: gr.update(visible=True),
            **self.confirming.filled(drafts),
        }

    def back(self) -> Update:
        """Show the questions again, as they were typed."""
        return {
            self.message: line(""),
            self.new_button: gr.update(visible=False),
            self.writing.column: gr.update(visible=True),
            self.confirming.column: gr.update(visible=False),
        }

    def _away(self) -> Update:
        """Room for a run and its report; the questions come back with a button."""
        return {
            self.message: line(""),
            self.new_button: gr.update(visible=True),
            self.writing.column: gr.update(visible=False),
            self.confirming.column: gr.update(visible=False),
        }

    def begin(self, name: str, models: list[str], drafts: list[Proposal], *answers: Any) -> Update:
        """Keep the confirmed questions as a suite, and run it."""
        settled = self.confirming.settled(drafts, answers)
        try:
            one = self.evaluations.save(name.strip() or self.words("evaluate.name_default"), settled)
        except GreenpaperError as error:
            return {self.message: line(told(self.words, error), failed=True)}
        return {self.drafts: [], **self._started(one.key, models)}

    def go_on(self, key: str | None, models: list[str]) -> Update:
        """Go on with the evaluation that was chosen."""
        return self._started(key, models) if key else {}

    def _started(self, key: str, models: list[str]) -> Update:
        one = self.evaluations.one(key)
        if one is None or not self.evaluations.start(one, models):
            return {self.message: line(self.words("evaluate.busy"), failed=True), **self.look()}
        return {**self._away(), self.shown: "", self.earlier: gr.update(visible=False), **self.look()}

    def choose(self, key: str | None) -> Update:
        """Show an earlier evaluation."""
        return {**self._away(), **self._rested(self.evaluations.one(key) if key else None)}

    def look(self) -> Update:
        """How the evaluation stands that runs or ran last; looked at again as long as it runs."""
        now = self.evaluations.progress
        running = now is not None and now.running
        update: Update = {
            self.clock: gr.Timer(active=running),
            self.progress: progress(self.words, now) if now else "",
            self.stop_button: gr.update(visible=running and now is not None and not now.stopping),
            self.on_button: gr.update(visible=False),
        }
        if running:
            return update
        one = self.evaluations.one(now.key) if now else None
        return update | self._rested(one, now.error if now else None)

    def _rested(self, one: Kept | None, error: Exception | None = None) -> Update:
        """What is shown while none runs: all that are kept, and what came of this one."""
        kept = self.evaluations.kept()
        return {
            self.earlier: gr.update(
                choices=[(label(self.words, each), each.key) for each in kept],
                value=one.key if one else None,
                visible=bool(kept),
            ),
            self.on_button: gr.update(visible=one is not None and not one.finished and not one.fault),
            self.shown: evaluation(self.words, one, error),
        }

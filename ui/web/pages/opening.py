"""What stands on the page before anything was asked: first questions, by topic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import gradio as gr

from ui.web.components import QUIET, Update, html
from ui.web.engine import Engine
from ui.web.show.moment import start
from ui.web.show.phrases import told
from ui.web.suggest import first_questions
from ui.web.texts import Words

SUGGESTED = 3


class FirstQuestions:
    """A sentence, topics to choose from, and a button for each question."""

    def __init__(self, words: Words, engine: Engine) -> None:
        self.words, self.engine = words, engine
        self.sentence = html(start(words("ask.start")))
        self.topics = gr.Radio(label=words("ask.topics"), elem_id="gp-topics", visible=False, container=False)
        self.buttons = [gr.Button("", visible=False, elem_classes="gp-suggested") for _ in range(SUGGESTED)]

    @property
    def parts(self) -> list[gr.blocks.Block]:
        """Everything that `opened` changes."""
        return [self.sentence, self.topics, *self.buttons]

    def connect(self) -> None:
        """Connect the topics; what a button asks is up to the page."""
        self.topics.change(self.choose, inputs=self.topics, outputs=self.buttons, queue=False, **QUIET)

    def opened(self) -> Iterator[Update]:
        """Say that the model is loading, and what can be asked as soon as it is loaded."""
        if self.engine.loading:
            yield {self.sentence: start(self.words("ask.loading"))}
        self.engine.wait()
        yield self._ready()

    def choose(self, topic: str) -> Update:
        """Offer the questions of a topic."""
        answerer = self.engine.answerer
        offered = first_questions(self.words, answerer.index, SUGGESTED) if answerer else {}
        return self._offer(offered.get(topic, ()))

    def _ready(self) -> Update:
        failure, answerer = self.engine.failure, self.engine.answerer
        if answerer is None:
            assert failure is not None
            sentence = told(self.words, failure, "app.model_failed")
            return {self.sentence: start(sentence, failed=True)}
        offered = first_questions(self.words, answerer.index, SUGGESTED)
        first = next(iter(offered), None)
        begin = "ask.start" if answerer.index.documents() else "ask.empty"
        return self._offer(offered.get(first or "", ())) | {
            self.sentence: start(self.words(begin)),
            self.topics: gr.update(choices=list(offered), value=first, visible=len(offered) > 1),
        }

    def _offer(self, questions: Sequence[str]) -> Update:
        shown = [*questions, *[""] * (SUGGESTED - len(questions))]
        return {
            button: gr.update(value=question, visible=bool(question))
            for button, question in zip(self.buttons, shown, strict=True)
        }

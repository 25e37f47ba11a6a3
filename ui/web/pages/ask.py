"""Questions and answers, with the proof beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import gradio as gr

from ui.web.components import QUIET, Update, html
from ui.web.engine import Run
from ui.web.keeping import Keeper
from ui.web.pages.choice import ChoiceLine
from ui.web.pages.page import Shared, Shown
from ui.web.show.conversation import conversation
from ui.web.show.documents import documents
from ui.web.show.moment import stage_line, start
from ui.web.show.phrases import told
from ui.web.show.proof import proof
from ui.web.state import Asked, Exchange, as_turns
from ui.web.suggest import first_questions
from ui.web.talk import follow, refused
from ui.web.tools import Tools

_SUGGESTED = 3


class AskPage:
    """The conversation of this tab and what happens in it."""

    name: ClassVar[str] = "ask"

    def __init__(self, shared: Shared) -> None:
        self.engine, self.sessions, self.words = shared.engine, shared.sessions, shared.words
        self.exchanges, self.scope = shared.exchanges, shared.scope
        self.another = shared.opened
        self.keeper, self.tools = Keeper(shared), Tools(shared)
        self.collection = shared.collection
        with gr.Row(elem_id="gp-body"):
            with gr.Column(elem_id="gp-main", scale=3, min_width=0):
                self._lay_out_talk()
                self._lay_out_composer()
            with gr.Column(elem_id="gp-side", scale=2, min_width=0):
                self.proof = html(proof(self.words, []), elem_id="gp-proof")
                self.documents = html(elem_id="gp-documents")

    def _lay_out_talk(self) -> None:
        with gr.Column(elem_id="gp-talk", min_width=0):
            self.past = html(elem_id="gp-past")
            self.current = html(elem_id="gp-current")
            with gr.Column(elem_id="gp-start", min_width=0) as self.start:
                self.start_text = html(start(self.words("ask.start")))
                self.topics = gr.Radio(
                    label=self.words("ask.topics"), elem_id="gp-topics", visible=False, container=False
                )
                self.suggested = [
                    gr.Button("", visible=False, elem_classes="gp-suggested") for _ in range(_SUGGESTED)
                ]
        self.stage = html(stage_line(self.words, None), elem_id="gp-stage")
        self.choice = ChoiceLine(self.words, self.collection, self.scope, self.name)

    def _lay_out_composer(self) -> None:
        words = self.words
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
            self.ask_button = gr.Button(
                words("ask.ask"), variant="primary", elem_id="gp-ask", scale=0, min_width=84
            )
            self.stop_button = gr.Button(
                words("ask.stop"), elem_id="gp-stop", visible=False, scale=0, min_width=84
            )
        small: dict[str, Any] = {"visible": False, "size": "sm", "scale": 0}
        with gr.Row(elem_id="gp-actions"):
            self.again_button = gr.Button(words("ask.again"), elem_id="gp-again", **small)
            self.clear_button = gr.Button(words("ask.clear"), elem_id="gp-clear", **small)

    def connect(self, shown: Shown) -> None:
        """Connect what the reader does with what is shown."""
        changed = [
            self.exchanges, self.past, self.current, self.start, self.stage, self.box, self.proof,
            self.ask_button, self.stop_button, self.again_button, self.clear_button,
        ]  # fmt: skip
        asking: dict[str, Any] = {"outputs": changed, "concurrency_limit": None, **QUIET}
        context = [self.exchanges, self.scope]
        gr.on([self.box.submit, self.ask_button.click], self.ask, inputs=[self.box, *context], **asking)
        for button in self.suggested:
            button.click(self.ask, inputs=[button, *context], **asking)
        self.again_button.click(self.again, inputs=context, **asking)
        self.stop_button.click(self.stop, queue=False, **QUIET)
        self.clear_button.click(self.clear, outputs=changed, queue=False, **QUIET)
        self.another.change(self.drawn, inputs=[self.exchanges], outputs=changed, queue=False, **QUIET)
        self.tools.connect()
        self.topics.change(self.choose, inputs=self.topics, outputs=self.suggested, queue=False, **QUIET)
        self.choice.connect(shown)
        opening = [self.start_text, self.documents, self.topics, *self.suggested]
        shown(self.opened, outputs=opening, concurrency_limit=None, **QUIET)

    def opened(self) -> Iterator[Update]:
        """Say at once that the model is loading, and show what there is as soon as it is loaded."""
        if self.engine.loading:
            yield {self.start_text: start(self.words("ask.loading"))}
        self.engine.wait()
        yield self._ready()

    def _ready(self) -> Update:
        answerer = self.engine.answerer
        if answerer is None:
            assert self.engine.failure is not None
            sentence = told(self.words, self.engine.failure, "app.model_failed")
            return {self.start_text: start(sentence, failed=True)}
        infos = answerer.index.documents()
        offered = first_questions(self.words, answerer.index, _SUGGESTED)
        first = next(iter(offered), None)
        return self._offer(offered.get(first or "", ())) | {
            self.topics: gr.update(choices=list(offered), value=first, visible=len(offered) > 1),
            self.documents: documents(self.words, infos),
            self.start_text: start(self.words("ask.start" if infos else "ask.empty")),
        }

    def choose(self, topic: str) -> Update:
        """Offer the questions of a topic."""
        answerer = self.engine.answerer
        offered = first_questions(self.words, answerer.index, _SUGGESTED) if answerer else {}
        return self._offer(offered.get(topic, ()))

    def _offer(self, questions: Sequence[str]) -> Update:
        shown = [*questions, *[""] * (_SUGGESTED - len(questions))]
        return {
            button: gr.update(value=question, visible=bool(question))
            for button, question in zip(self.suggested, shown, strict=True)
        }

    def ask(
        self,
        question: str,
        exchanges: list[Exchange],
        scope: frozenset[str] | None,
        request: gr.Request,
        replaced: Sequence[Exchange] = (),
    ) -> Iterator[Update]:
        """Answer `question` after `exchanges`, in place of those `replaced`; show everything as it comes."""
        question = question.strip()
        if not question:
            yield {self.stage: stage_line(self.words, None)}
            return
        exchange = Exchange(number=len(exchanges) + 1, question=question)
        yield self._begun(exchanges, exchange)
        if sentence := refused(self.words, question):
            refusal = replace(exchange, question=question[:200] + " …", note=sentence, failed=True)
            yield self._ended(exchanges, refusal)
            return
        asked = Asked(question=question, history=as_turns(exchanges), scope=scope)
        with self.sessions.running(request, Run(self.engine, asked)) as run:
            citations = exchange.citations
            for moment in follow(self.words, self.engine, run, exchange):
                update = {self.current: conversation(self.words, [moment.exchange])}
                if moment.exchange.citations != citations:
                    citations = moment.exchange.citations
                    update[self.proof] = proof(self.words, [*exchanges, moment.exchange])
                if not moment.running:
                    update |= self._ended(exchanges, self.keeper.kept(exchanges, moment.exchange, replaced))
                else:
                    update[self.stage] = stage_line(self.words, moment.stage, number=moment.stage_number)
                yield update

    def again(
        self, exchanges: list[Exchange], scope: frozenset[str] | None, request: gr.Request
    ) -> Iterator[Update]:
        """Ask the last question once more, in place of its answer."""
        if exchanges:
            yield from self.ask(exchanges[-1].question, exchanges[:-1], scope, request, exchanges[-1:])

    def stop(self, request: gr.Request) -> None:
        """End this tab's question now."""
        self.sessions.stop(request)

    def clear(self, request: gr.Request) -> Update:
        """Forget the conversation."""
        self.sessions.stop(request)
        return {
            self.exchanges: [],
            self.past: "",
            self.current: "",
            self.proof: proof(self.words, []),
            self.stage: stage_line(self.words, None),
            self.start: gr.update(visible=True),
            self.again_button: gr.update(visible=False),
            self.clear_button: gr.update(visible=False),
        }

    def drawn(self, exchanges: list[Exchange]) -> Update:
        """Show a conversation that another page has opened."""
        return {
            self.past: conversation(self.words, exchanges[:-1]),
            self.current: conversation(self.words, exchanges[-1:]),
            self.proof: proof(self.words, exchanges),
            self.stage: stage_line(self.words, None),
            self.start: gr.update(visible=not exchanges),
            self.again_button: gr.update(visible=bool(exchanges)),
            self.clear_button: gr.update(visible=bool(exchanges)),
        }

    def _begun(self, exchanges: list[Exchange], exchange: Exchange) -> Update:
        return {
            self.past: conversation(self.words, exchanges),
            self.current: conversation(self.words, [exchange]),
            self.start: gr.update(visible=False),
            self.box: "",
            self.ask_button: gr.update(visible=False),
            self.stop_button: gr.update(visible=True),
            self.again_button: gr.update(visible=False),
            self.clear_button: gr.update(visible=False),
        }

    def _ended(self, exchanges: list[Exchange], exchange: Exchange) -> Update:
        after = [*exchanges, exchange]
        return {
            self.exchanges: after,
            self.current: conversation(self.words, [exchange]),
            self.proof: proof(self.words, after),
            self.stage: stage_line(self.words, None),
            self.ask_button: gr.update(visible=True),
            self.stop_button: gr.update(visible=False),
            self.again_button: gr.update(visible=True),
            self.clear_button: gr.update(visible=True),
        }

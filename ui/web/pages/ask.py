"""Questions and answers, with the proof beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Any, ClassVar

import gradio as gr

from ui.web.components import QUIET, Update
from ui.web.keeping import Keeper
from ui.web.pages.ask_layout import MODELS, AskLayout
from ui.web.pages.page import Shared, Shown
from ui.web.run import Run
from ui.web.show.conversation import conversation, corrected_query
from ui.web.show.documents import documents
from ui.web.show.moment import stage_line
from ui.web.show.proof import proof
from ui.web.state import Asked, Exchange, as_turns
from ui.web.talk import follow, refused
from ui.web.tools import Tools

_AT_ONCE: dict[str, Any] = {"queue": False, **QUIET}
_Exchanges = list[Exchange]
_Scope = frozenset[str] | None


class AskPage(AskLayout):
    """The conversation of this tab and what happens in it."""

    name: ClassVar[str] = "ask"

    def __init__(self, shared: Shared) -> None:
        self.another = shared.opened
        self.keeper, self.tools = Keeper(shared), Tools(shared)
        super().__init__(shared)
        self.engine, self.sessions = shared.engine, shared.sessions
        self.exchanges, self.scope = shared.exchanges, shared.scope

    def connect(self, shown: Shown) -> None:
        """Connect what the reader does with what is shown."""
        self.first.connect()
        self.tools.connect()
        changed = [
            self.exchanges, self.editing, self.past, self.current, self.start, self.stage,
            self.box, self.proof, self.ask_button, self.stop_button, self.actions, self.query_row, self.query,
            self.offered, *self.others,
        ]  # fmt: skip
        asking: dict[str, Any] = {"outputs": changed, "concurrency_limit": None, **QUIET}
        context = [self.exchanges, self.scope]
        typed = [self.box, *context, self.editing]
        gr.on([self.box.submit, self.ask_button.click], self.ask, inputs=typed, **asking)
        for button in self.first.buttons:
            button.click(self.ask, inputs=[button, *context, self.editing], **asking)
        self.again_button.click(self.again, inputs=context, **asking)
        gr.on(
            [self.query.submit, self.query_button.click], self.search, inputs=[*context, self.query], **asking
        )
        for number, button in enumerate(self.others):
            button.click(self.ask_other, inputs=[*context, self.offered, gr.State(number)], **asking)
        self.edit_button.click(
            self.edit, inputs=[self.exchanges], outputs=[self.box, self.editing], **_AT_ONCE
        )
        self.stop_button.click(self.stop, **_AT_ONCE)
        self.clear_button.click(self.clear, outputs=changed, **_AT_ONCE)
        opening = [self.documents, *self.first.parts]
        self.choice.connect(shown)
        shown(self.opened, outputs=opening, concurrency_limit=None, **QUIET)
        self.another.change(self._redrawn, inputs=[self.exchanges], outputs=changed, **_AT_ONCE)

    def opened(self) -> Iterator[Update]:
        """Show what there is as soon as it is loaded."""
        yield from self.first.opened()
        if answerer := self.engine.answerer:
            yield {self.documents: documents(self.words, answerer.index.documents())}

    def ask(
        self, question: str, exchanges: _Exchanges, scope: _Scope, editing: bool, request: gr.Request
    ) -> Iterator[Update]:
        """Answer what was typed, after `exchanges`, or in place of the last one where that is edited."""
        if not question.strip():
            yield {self.stage: stage_line(self.words, None)}
            return
        too_long = refused(self.words, question.strip())
        before = exchanges[:-1] if editing and not too_long else exchanges
        asked = Asked(question=question.strip(), history=as_turns(before), scope=scope)
        emptied: Update = {} if too_long else {self.box: ""}
        yield from self._answer(asked, before, request, exchanges[len(before) :], emptied)

    def again(
        self,
        exchanges: _Exchanges,
        scope: _Scope,
        request: gr.Request,
        query: str | None = None,
        model: str | None = None,
    ) -> Iterator[Update]:
        """Ask the last question once more, in place of its answer."""
        if exchanges:
            *before, last = exchanges
            asked = Asked(
                question=last.question, history=as_turns(before), scope=scope, query=query, model=model
            )
            yield from self._answer(asked, before, request, [last])

    def search(
        self, exchanges: _Exchanges, scope: _Scope, query: str, request: gr.Request
    ) -> Iterator[Update]:
        """Ask the last question once more, and look for what the reader says."""
        yield from self.again(exchanges, scope, request, query=query.strip() or None)

    def ask_other(
        self, exchanges: _Exchanges, scope: _Scope, offered: list[str], number: int, request: gr.Request
    ) -> Iterator[Update]:
        """Ask the last question once more, of the model that the button of that number was shown with."""
        yield from self.again(exchanges, scope, request, model=offered[number])

    def edit(self, exchanges: _Exchanges) -> Update:
        """The last question comes back into the box."""
        return {self.box: exchanges[-1].question if exchanges else "", self.editing: bool(exchanges)}

    def stop(self, request: gr.Request) -> None:
        """End this tab's question now."""
        self.sessions.stop(request)

    def clear(self, request: gr.Request) -> Update:
        """Forget the conversation."""
        self.sessions.stop(request)
        return self._redrawn([])

    def _answer(
        self,
        asked: Asked,
        before: _Exchanges,
        request: gr.Request,
        replaced: _Exchanges,
        first: Update | None = None,
    ) -> Iterator[Update]:
        """Answer after `before`, in place of what is `replaced`, showing everything as it comes.

        `first` comes with the question: each update of its own is a way to the browser and back.
        The question is shown at once, below the last answer where that stands; only then does the last answer
        join the earlier ones, because a long conversation takes a moment to draw.
        """
        exchange = Exchange(number=len(before) + 1, question=asked.question)
        lead = [] if replaced else before[-1:]
        yield self._begun([*lead, exchange]) | (first or {})
        moved: Update = {self.past: conversation(self.words, before)}
        if sentence := refused(self.words, asked.question):
            short = asked.question[:200] + " …"
            yield moved | self._ended(before, replace(exchange, question=short, note=sentence, failed=True))
            return
        with self.sessions.running(request, Run(self.engine, asked)) as run:
            citations = exchange.citations
            for moment in follow(self.words, run, exchange):
                if not moment.running:
                    yield moved | self._ended(before, self.keeper.kept(before, moment.exchange, replaced))
                    return
                update = moved | {self.current: conversation(self.words, [moment.exchange])}
                moved = {}
                if moment.exchange.citations != citations:
                    citations = moment.exchange.citations
                    update[self.proof] = proof(self.words, [*before, moment.exchange])
                update[self.stage] = stage_line(self.words, moment.stage, number=moment.stage_number)
                yield update

    def _begun(self, latest: _Exchanges) -> Update:
        return {
            self.editing: False,
            self.current: conversation(self.words, latest),
            self.start: gr.update(visible=False),
            self.ask_button: gr.update(visible=False),
            self.stop_button: gr.update(visible=True),
            self.actions: gr.update(visible=False),
            self.query_row: gr.update(visible=False),
        }

    def _ended(self, before: _Exchanges, exchange: Exchange) -> Update:
        return self._settled([*before, exchange]) | {self.current: conversation(self.words, [exchange])}

    def _redrawn(self, exchanges: _Exchanges) -> Update:
        """The whole conversation, as it is when nothing goes on."""
        return self._settled(exchanges) | {
            self.editing: False,
            self.start: gr.update(visible=not exchanges),
            self.past: conversation(self.words, exchanges[:-1]),
            self.current: conversation(self.words, exchanges[-1:]),
        }

    def _settled(self, exchanges: _Exchanges) -> Update:
        """What is shown around the conversation when nothing goes on."""
        query = corrected_query(exchanges[-1]) if exchanges else ""
        names = self._other_models()
        update: Update = {
            button: gr.update(value=self.words("ask.again_with", model=name or ""), visible=bool(name))
            for button, name in zip_longest(self.others, names)
        }
        return update | {
            self.exchanges: exchanges,
            self.offered: names,
            self.proof: proof(self.words, exchanges),
            self.stage: stage_line(self.words, None),
            self.ask_button: gr.update(visible=True),
            self.stop_button: gr.update(visible=False),
            self.actions: gr.update(visible=bool(exchanges)),
            self.query_row: gr.update(visible=bool(query)),
            self.query: query,
        }

    def _other_models(self) -> list[str]:
        answerer = self.engine.answerer
        running = answerer.model_name if answerer else ""
        return [offer.name for offer in self.engine.offers() if offer.name != running][:MODELS]

"""The way to the page in another language, on which the conversation goes on."""

from __future__ import annotations

import gradio as gr

from ui.web.carried import Carried, Talk
from ui.web.components import QUIET, Update, html
from ui.web.pages.page import Shared
from ui.web.show.header import switch
from ui.web.state import Exchange
from ui.web.texts import LANGUAGES, Words, address
from ui.web.wire import Reply, Wanted, Wire

FROM = "from"
"""The parameter of an address that names the conversation to go on with there."""
_TAKE = f"""() => {{
    const word = new URLSearchParams(location.search).get("{FROM}") ?? "";
    if (word) history.replaceState(history.state, "", location.pathname + location.hash);
    return [word] }}"""
"""The word goes out of the address before anything else: with it a link to a page would load all anew."""


class LanguageSwitch:
    """The links to the other languages, and what comes along by them."""

    def __init__(self, shared: Shared, carried: Carried) -> None:
        self.sessions, self.carried = shared.sessions, carried
        self.exchanges, self.scope, self.another = shared.exchanges, shared.scope, shared.opened
        html(switch(shared.words), elem_id="gp-languages")
        self.wire = Wire("language")
        self.word = gr.Textbox(visible="hidden")

    def connect(self, blocks: gr.Blocks) -> None:
        """Connect the links, and the arrival by one."""
        self.wire.connect(self.left, [self.exchanges, self.scope])
        blocks.load(
            self.arrived,
            inputs=[self.word],
            outputs=[self.exchanges, self.scope, self.another],
            js=_TAKE,
            concurrency_limit=None,
            **QUIET,
        )

    def left(
        self, sent: str, exchanges: list[Exchange], scope: frozenset[str] | None, request: gr.Request
    ) -> Update:
        """Let the conversation wait for the other page; what is being asked ends here, and says so there."""
        language = Wanted.read(sent).text("language")
        if language not in LANGUAGES:
            return {self.wire.reply: Reply().to_json()}
        if question := self.sessions.question(request):
            stopped = Words(language)("ask.stopped")
            exchanges = [*exchanges, Exchange(number=len(exchanges) + 1, question=question, note=stopped)]
        word = self.carried.put(Talk(exchanges=tuple(exchanges), scope=scope))
        return {self.wire.reply: Reply(address=f"{address(language)}?{FROM}={word}").to_json()}

    def arrived(self, word: str) -> Update:
        """The conversation that the reader brings along, if any."""
        talk = self.carried.take(word)
        if talk is None:
            return {self.exchanges: gr.skip(), self.scope: gr.skip(), self.another: gr.skip()}
        return {self.exchanges: list(talk.exchanges), self.scope: talk.scope, self.another: 1}

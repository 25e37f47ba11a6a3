"""The chat page: its layout, its events, and the settings under which Gradio keeps to this computer."""

from __future__ import annotations

import time
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from rag.offline import active, guard
from rag.warming import WarmState
from ui.web import render, texts
from ui.web.engine import Engine, Run
from ui.web.ports import free_port
from ui.web.security import LocalOnly
from ui.web.sessions import Sessions
from ui.web.state import Answerer, Exchange, as_turns
from ui.web.suggest import suggestions
from ui.web.talk import follow, refused

HOST = "127.0.0.1"
_SUGGESTED = 3
_LOOK_S = 3.0
"""Seconds between two looks at how far reading ahead has come."""
_GOES_ON = (WarmState.WAITING, WarmState.READING)
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
_MONO = ("ui-monospace", "Consolas", "Menlo", "monospace")

Update = dict[Any, Any]


class Page:
    """The components of the page and what happens on it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sessions = Sessions()
        with gr.Blocks(
            title=texts.TITLE, analytics_enabled=False, delete_cache=(3600, 3600), fill_width=True
        ) as self.blocks:
            self._lay_out()
            self._connect()

    def _lay_out(self) -> None:
        self.exchanges = gr.State([])
        self.clock = gr.Timer(_LOOK_S)
        self.header = _html(self._header(), elem_id="gp-head")
        with gr.Row(elem_id="gp-body"):
            with gr.Column(elem_id="gp-main", scale=3, min_width=0):
                self._lay_out_talk()
            with gr.Column(elem_id="gp-side", scale=2, min_width=0):
                self.proof = _html(render.proof([]), elem_id="gp-proof")
                self.documents = _html("", elem_id="gp-documents")

    def _lay_out_talk(self) -> None:
        with gr.Column(elem_id="gp-talk", min_width=0):
            self.past = _html("", elem_id="gp-past")
            self.current = _html("", elem_id="gp-current")
            with gr.Column(elem_id="gp-start", min_width=0) as self.start:
                self.start_text = _html(render.start(texts.START))
                self.suggested = [
                    gr.Button("", visible=False, elem_classes="gp-suggested") for _ in range(_SUGGESTED)
                ]
        self.stage = _html(render.stage(None), elem_id="gp-stage")
        with gr.Row(elem_id="gp-composer"):
            self.box = gr.Textbox(
                label=texts.QUESTION_LABEL,
                placeholder=texts.QUESTION_PLACEHOLDER,
                elem_id="gp-box",
                lines=1,
                max_lines=6,
                autofocus=True,
                container=False,
                scale=1,
            )
            self.ask_button = gr.Button(texts.ASK, variant="primary", elem_id="gp-ask", scale=0, min_width=84)
            self.stop_button = gr.Button(texts.STOP, elem_id="gp-stop", visible=False, scale=0, min_width=84)
        with gr.Row(elem_id="gp-actions"):
            self.again_button = gr.Button(texts.AGAIN, visible=False, size="sm", scale=0, elem_id="gp-again")
            self.clear_button = gr.Button(texts.CLEAR, visible=False, size="sm", scale=0, elem_id="gp-clear")

    def _connect(self) -> None:
        shown = [
            self.exchanges, self.header, self.past, self.current, self.start, self.stage, self.box,
            self.proof, self.ask_button, self.stop_button, self.again_button, self.clear_button,
        ]  # fmt: skip
        asking: dict[str, Any] = {"outputs": shown, "concurrency_limit": None, **_QUIET}
        gr.on([self.box.submit, self.ask_button.click], self.ask, inputs=[self.box, self.exchanges], **asking)
        for button in self.suggested:
            button.click(self.ask, inputs=[button, self.exchanges], **asking)
        self.again_button.click(self.again, inputs=[self.exchanges], **asking)
        self.stop_button.click(self.stop, queue=False, **_QUIET)
        self.clear_button.click(self.clear, outputs=shown, queue=False, **_QUIET)
        opening = [self.header, self.start_text, self.documents, *self.suggested]
        self.blocks.load(self.opened, outputs=opening, concurrency_limit=None, **_QUIET)
        self.blocks.unload(self.stop)
        self.clock.tick(self.look, outputs=[self.header, self.clock], queue=False, **_QUIET)

    def opened(self) -> Iterator[Update]:
        """Show at once that the model is loading, and what there is as soon as it is loaded."""
        if self.engine.loading:
            yield {self.header: self._header(), self.start_text: render.start(texts.LOADING_HINT)}
        self.engine.wait()
        yield self._ready()

    def _ready(self) -> Update:
        answerer = self.engine.answerer
        if answerer is None:
            return {
                self.header: self._header(),
                self.start_text: render.start(self.engine.failure, failed=True),
            }
        infos = answerer.index.documents()
        questions = suggestions(answerer.index, _SUGGESTED)
        update: Update = {
            button: gr.update(value=question, visible=True)
            for button, question in zip(self.suggested, questions, strict=False)
        }
        return update | {
            self.header: self._header(),
            self.documents: render.documents(infos),
            self.start_text: render.start(texts.START if infos else texts.START_EMPTY),
        }

    def _header(self) -> str:
        answerer = self.engine.answerer
        state = texts.MODEL_LOADING + " …" if self.engine.loading else texts.MODEL_FAILED
        if answerer is None:
            return render.header(state, offline=active())
        return render.header(answerer.model_name, offline=active(), warmth=answerer.warmth)

    def look(self) -> Update:
        """How far reading ahead has come; looked at again as long as it goes on."""
        answerer = self.engine.answerer
        going = self.engine.loading or (answerer is not None and answerer.warmth.state in _GOES_ON)
        return {self.header: self._header(), self.clock: gr.Timer(active=going)}

    def ask(self, question: str, exchanges: list[Exchange], request: gr.Request) -> Iterator[Update]:
        """Answer `question` after `exchanges`, showing everything as it comes."""
        question = question.strip()
        if not question:
            yield {self.stage: render.stage(None)}
            return
        exchange = Exchange(number=len(exchanges) + 1, question=question)
        yield self._begun(exchanges, exchange)
        if sentence := refused(question):
            refusal = replace(exchange, question=question[:200] + " …", note=sentence, failed=True)
            yield self._ended(exchanges, refusal)
            return
        with self.sessions.running(request, Run(self.engine, question, as_turns(exchanges))) as run:
            citations = exchange.citations
            for moment in follow(self.engine, run, exchange):
                update = {self.current: render.conversation([moment.exchange])}
                if moment.exchange.citations != citations:
                    citations = moment.exchange.citations
                    update[self.proof] = render.proof([*exchanges, moment.exchange])
                if not moment.running:
                    update |= self._ended(exchanges, moment.exchange)
                else:
                    update[self.stage] = render.stage(moment.stage, number=moment.stage_number)
                yield update

    def again(self, exchanges: list[Exchange], request: gr.Request) -> Iterator[Update]:
        """Ask the last question once more, in place of its answer."""
        if exchanges:
            yield from self.ask(exchanges[-1].question, exchanges[:-1], request)

    def stop(self, request: gr.Request) -> None:
        """End this page's question now; also when the page is closed."""
        self.sessions.stop(request)

    def clear(self, request: gr.Request) -> Update:
        """Forget the conversation."""
        self.sessions.stop(request)
        return {
            self.exchanges: [],
            self.past: "",
            self.current: "",
            self.proof: render.proof([]),
            self.stage: render.stage(None),
            self.start: gr.update(visible=True),
            self.again_button: gr.update(visible=False),
            self.clear_button: gr.update(visible=False),
        }

    def _begun(self, exchanges: list[Exchange], exchange: Exchange) -> Update:
        return {
            self.past: render.conversation(exchanges),
            self.current: render.conversation([exchange]),
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
            self.header: self._header(),
            self.current: render.conversation([exchange]),
            self.proof: render.proof(after),
            self.stage: render.stage(None),
            self.ask_button: gr.update(visible=True),
            self.stop_button: gr.update(visible=False),
            self.again_button: gr.update(visible=True),
            self.clear_button: gr.update(visible=True),
        }


def _html(value: str, **more: Any) -> gr.HTML:
    """Our own markup, with neither a script nor Gradio's styles around it."""
    return gr.HTML(value, js_on_load=None, apply_default_css=False, **more)


def serve(engine: Engine, port: int | None = None) -> tuple[gr.Blocks, str]:
    """Start the server on 127.0.0.1 in a thread of its own; the page and its address.

    Every setting is given, because Gradio's own defaults, or the environment, would be less careful.
    """
    guard()
    chosen = free_port(HOST, port)
    page = Page(engine).blocks
    page.queue(max_size=8, api_open=False)
    page.launch(
        server_name=HOST,
        server_port=chosen,
        share=False,
        inbrowser=False,
        run_history=False,
        enable_monitoring=False,
        max_file_size=1,
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
            "middleware": [Middleware(LocalOnly)],
            "docs_url": None,
            "redoc_url": None,
            "openapi_url": None,
        },
        theme=gr.themes.Base(font=list(_SANS), font_mono=list(_MONO)),
        # In the head, where Gradio leaves the rules as they are; its `css` would rewrite the selectors.
        head=f"<style>{_own('chat.css')}</style><script>{_own('chat.js')}</script>",
    )
    return page, f"http://{HOST}:{chosen}/"


def launch(
    open_answerer: Callable[[], Answerer],
    *,
    port: int | None = None,
    open_browser: bool = True,
    announce: Callable[[str], object] = str,
) -> None:
    """Serve the chat until Ctrl-C. The page opens at once, while `open_answerer` still loads the model.

    `announce` gets the address. A port that is taken is passed over for the next free one.
    """
    page, address = serve(Engine(open_answerer), port)
    announce(address)
    if open_browser:
        webbrowser.open(address)
    try:
        while True:
            time.sleep(3600)
    finally:
        page.close(verbose=False)


def _own(name: str) -> str:
    return files("ui.web").joinpath(name).read_text(encoding="utf-8")

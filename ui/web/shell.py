"""The shell around the pages: the head, the navigation, one page shown at a time, one set per language."""

from __future__ import annotations

import atexit
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import gradio as gr

from rag.offline import active
from ui.kept.store import Store
from ui.web.carried import Carried
from ui.web.collection import Collection
from ui.web.components import QUIET, html
from ui.web.engine import Engine
from ui.web.evaluations import Evaluations
from ui.web.language_switch import LanguageSwitch
from ui.web.pages.about import AboutPage
from ui.web.pages.ask import AskPage
from ui.web.pages.conversations import ConversationsPage
from ui.web.pages.documents import DocumentsPage
from ui.web.pages.evaluate import EvaluatePage
from ui.web.pages.page import Page, Shared
from ui.web.pages.running import RunningPage
from ui.web.sessions import Sessions
from ui.web.show.header import navigation, running
from ui.web.texts import LANGUAGES, Words
from ui.web.viewer.panel import panel
from ui.web.viewer.view import Viewer

PAGES: tuple[type[Page], ...] = (
    AskPage,
    DocumentsPage,
    ConversationsPage,
    EvaluatePage,
    RunningPage,
    AboutPage,
)
"""In the order of the navigation; the first is shown first."""

_LOOK_S = 3.0
"""Seconds between two looks at what runs and how far reading ahead has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What all tabs of the browser share; see `Shared`."""

    engine: Engine
    collection: Collection
    receiving: Path
    evaluations: Evaluations
    sessions: Sessions = field(default_factory=Sessions)
    store: Store = field(default_factory=Store)
    viewer: Viewer = field(default_factory=Viewer)
    carried: Carried = field(default_factory=Carried)


def build(program: Program) -> gr.Blocks:
    """The whole of the chat, in every language."""
    atexit.register(program.viewer.close)
    blocks: gr.Blocks
    with gr.Blocks(
        title=Words(LANGUAGES[0])("app.title"),
        analytics_enabled=False,
        delete_cache=(3600, 3600),
        fill_width=True,
    ) as blocks:
        _Shell(blocks, program, Words(LANGUAGES[0]))
    for language in LANGUAGES[1:]:
        words = Words(language)
        with blocks.route(words("language.name"), language, show_in_navbar=False):
            _Shell(blocks, program, words)
    return blocks


class _Shell:
    """The head, the pages and the viewer beside them, in one language."""

    def __init__(self, blocks: gr.Blocks, program: Program, words: Words) -> None:
        self.engine, self.sessions, self.words = program.engine, program.sessions, words
        self.carried = program.carried
        shared = Shared(
            engine=program.engine,
            collection=program.collection,
            receiving=program.receiving,
            evaluations=program.evaluations,
            sessions=program.sessions,
            words=words,
            store=program.store,
            exchanges=gr.State([]),
            scope=gr.State(None),
            opened=gr.State(0),
        )
        self.clock = gr.Timer(_LOOK_S)
        with gr.Row(elem_id="gp-head"):
            html(navigation(words, [page.name for page in PAGES]), elem_id="gp-navigation")
            self.running = html(self._running(), elem_id="gp-running")
            languages = LanguageSwitch(shared, program.carried)
        pages = [self._lay_out(page, shared) for page in PAGES]
        panel(words, program.engine, program.viewer)
        for page, arrival in pages:
            page.connect(arrival.click)
        blocks.load(self.opened, outputs=[self.running], concurrency_limit=None, **QUIET)
        languages.connect(blocks)
        blocks.unload(self.left)
        self.clock.tick(self.look, outputs=[self.running], queue=False, **QUIET)

    def _lay_out(self, kind: type[Page], shared: Shared) -> tuple[Page, gr.Button]:
        """A page in its column, and the unseen button that `shell.js` presses when the reader comes to it."""
        with gr.Column(elem_id=f"gp-page-{kind.name}", elem_classes="gp-page", min_width=0):
            arrival = gr.Button("", visible="hidden", elem_id=f"gp-come-{kind.name}")
            return kind(shared), arrival

    def opened(self) -> str:
        """What runs, as soon as it is loaded."""
        self.engine.wait()
        return self._running()

    def left(self, request: gr.Request) -> None:
        """The tab was closed: its question ends."""
        self.sessions.stop(request)

    def look(self) -> str:
        """What runs, and a look at what nobody has come for."""
        self.carried.forget_late()
        return self._running()

    def _running(self) -> str:
        answerer = self.engine.answerer
        if self.engine.away:
            return running(self.words, self.words("app.model_away"), offline=active())
        if self.engine.loading:
            return running(self.words, self.words("app.model_loading"), offline=active())
        if answerer is None:
            return running(self.words, self.words("app.model_failed"), offline=active())
        return running(self.words, answerer.model_name, offline=active(), warmth=answerer.warmth)


def head() -> str:
    """Our styles and scripts, for the head of the page, where Gradio leaves the rules as they are.

    Every file of `assets` is there. Of the pages only the one in `html[data-page]` is shown.
    """
    names = [page.name for page in PAGES]
    only = ",".join(f'html[data-page="{name}"] #gp-page-{name}' for name in names)
    styles = "".join(_assets(".css")) + f".gp-page{{display:none!important}}{only}{{display:flex!important}}"
    known = f"window.greenpaperPages = {names!r};"
    return f"<style>{styles}</style><script>{known}</script>" + "".join(
        f"<script>{script}</script>" for script in _assets(".js")
    )


def _assets(ending: str) -> list[str]:
    folder = files("ui.web").joinpath("assets")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(ending))
    return [folder.joinpath(name).read_text(encoding="utf-8") for name in names]

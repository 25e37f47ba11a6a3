"""The documents: added, found, chosen, opened, read again and removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import gradio as gr

from rag.choosing import Filter
from rag.errors import GreenpaperError
from rag.load import SUFFIXES
from rag.load.ocr import find_tesseract
from rag.types import FileReport
from ui.web.collection import Progress
from ui.web.components import QUIET, Update, acting, html
from ui.web.handed import MAX_FILE, kept, left_out, typed_path
from ui.web.pages.choice import ChoiceLine
from ui.web.pages.page import Shared, Shown
from ui.web.show.drop import drop
from ui.web.show.ingestion import reading, refusal
from ui.web.show.phrases import told
from ui.web.show.shelf import ORDERS, View, shelf

_AT_ONCE: dict[str, Any] = {"queue": False, **QUIET}
_Scope = frozenset[str] | None


class DocumentsPage:
    """How one tab looks at the documents, and what it does with them."""

    name: ClassVar[str] = "documents"

    def __init__(self, shared: Shared) -> None:
        self.words, self.engine = shared.words, shared.engine
        self.collection, self.scope = shared.collection, shared.scope
        self.receiving = shared.receiving
        self.view = gr.State(View())
        words = self.words
        html(f'<h2 class="gp-page-title" tabindex="-1">{words("documents.title")}</h2>')
        self.drop = gr.HTML(
            drop(words, SUFFIXES, MAX_FILE, ocr=find_tesseract() is not None),
            js_on_load="greenpaperDrop(element, trigger, upload, 'handed')",
            apply_default_css=False,
            elem_id="gp-drop",
        )
        self.reading = acting(elem_id="gp-reading")
        self.choice = ChoiceLine(words, self.collection, self.scope, self.name)
        self.shelf = acting(elem_id="gp-shelf")

    def connect(self, shown: Shown) -> None:
        """Connect what the reader does with what is shown."""
        self.choice.connect(shown)
        every = [self.reading, self.choice.line, self.shelf, self.view, self.scope]
        state = [self.view, self.scope]
        long: dict[str, Any] = {"inputs": state, "outputs": every, "concurrency_limit": None, **QUIET}
        shown(self.arrived, **long)
        self.drop.handed(self.handed, **long)
        self.shelf.do(self.do, **long)
        self.shelf.act(self.act, inputs=state, outputs=every, **_AT_ONCE)
        self.reading.act(self.act_on_reading, outputs=[self.reading], **_AT_ONCE)

    def arrived(self, view: View, scope: _Scope) -> Iterator[Update]:
        """What there is, as soon as it is loaded; and how far the reading is, if any goes on."""
        if self.engine.loading:
            yield {self.shelf: f'<p class="gp-quiet">{self.words("app.model_loading")}</p>'}
        self.engine.wait()
        failure = self.engine.failure
        if self.engine.answerer is None:
            assert failure is not None
            sentence = told(self.words, failure, "app.model_failed")
            yield {self.shelf: refusal(sentence)}
            return
        yield self._all(view, scope)
        if self.collection.progress.running:
            yield from self._follow(view, scope)

    def handed(self, view: View, scope: _Scope, event: gr.EventData) -> Iterator[Update]:
        """Read what was dropped, chosen, or named by its path."""
        data: Mapping[str, Any] = event._data
        try:
            if data["typed"]:
                paths: tuple[Path, ...] = (typed_path(data["typed"]),)
            else:
                paths = kept(data["files"], self.receiving, self.collection.folder)
            reports = left_out(data["others"], SUFFIXES)
            self.collection.read(paths, ocr=bool(data["ocr"]), reports=reports)
        except GreenpaperError as error:
            yield {self.reading: refusal(str(error))}
            return
        yield from self._follow(view, scope)

    def do(self, view: View, scope: _Scope, event: gr.EventData) -> Iterator[Update]:
        """What takes a while: documents read again, or removed."""
        try:
            if event._data["what"] == "again":
                ids = self._meant(view, event._data)
                sources = [Path(info.source) for info in self.collection.infos() if info.doc_id in ids]
                self.collection.read(sources)
                yield from self._follow(view, scope)
            else:
                reports = self.collection.remove(view.removing)
                yield self._removed(replace(view, removing=()), scope, reports)
        except GreenpaperError as error:
            yield {self.reading: refusal(str(error))} | self._all(replace(view, removing=()), scope)

    def act(self, view: View, scope: _Scope, event: gr.EventData) -> Update:
        """What is done at once: another look at the list, another choice."""
        data: Mapping[str, Any] = event._data
        match data["what"]:
            case "tick":
                return self._chosen(scope, str(data["id"]), on=bool(data["on"]))
            case "these":
                scope = frozenset(self._meant(view, data)) or scope
            case "removing":
                view = replace(view, removing=self._meant(view, data))
            case "keep":
                view = replace(view, removing=())
            case _:
                view = _looked(view, data)
                return {self.view: view, self.shelf: self._shelf(view, self.collection.current(scope))}
        return self._all(view, scope)

    def act_on_reading(self, event: gr.EventData) -> Update:
        """Stop the reading, or put its report away."""
        if event._data["what"] == "stop":
            self.collection.stop()
            return {self.reading: gr.skip()}  # what follows the reading tells it; {} would blank the report
        return {self.reading: ""}

    def _follow(self, view: View, scope: _Scope) -> Iterator[Update]:
        for progress in self.collection.follow():
            update: Update = {self.reading: self._reading()}
            yield update if progress.running else update | self._all(view, scope)

    def _reading(self) -> str:
        progress = self.collection.progress
        infos = () if progress.running else self.collection.infos()
        return reading(self.words, progress, infos, self.collection.folder)

    def _shelf(self, view: View, scope: _Scope) -> str:
        return shelf(self.words, view, self.collection.infos(), scope)

    def _all(self, view: View, scope: _Scope) -> Update:
        now = self.collection.current(scope)
        return {
            self.shelf: self._shelf(view, now),
            self.view: view,
            self.scope: now,
            self.choice.line: self.choice.shown(now),
        }

    def _removed(self, view: View, scope: _Scope, reports: Sequence[FileReport]) -> Update:
        said = reading(self.words, Progress(number=1, reports=tuple(reports)), (), self.collection.folder)
        return {self.reading: said} | self._all(view, scope)

    def _chosen(self, scope: _Scope, doc_id: str, *, on: bool) -> Update:
        """The list stays as it is: its box is ticked already, and the focus is on it."""
        now = (scope or frozenset()) | {doc_id} if on else (scope or frozenset()) - {doc_id}
        chosen = self.collection.current(now) or None
        return {self.scope: chosen, self.choice.line: self.choice.shown(chosen)}

    def _meant(self, view: View, data: Mapping[str, Any]) -> tuple[str, ...]:
        """The document beside the button, or all that fit where the button stands above the list."""
        if data["id"]:
            return (str(data["id"]),)
        with suppress(GreenpaperError):  # a date that is half typed: nothing is shown that could be meant
            return tuple(info.doc_id for info in view.fitting(self.collection.infos()))
        return ()


def _looked(view: View, data: Mapping[str, Any]) -> View:
    """Another look at the list: narrowed, sorted, or further down."""
    match data["what"]:
        case "filter":
            wanted = Filter(
                words=str(data["words"]),
                folder=str(data["folder"]),
                since=str(data["since"]),
                until=str(data["until"]),
                newest=bool(data["newest"]),
            )
            return replace(view, wanted=wanted, first=0, removing=())
        case "order" if data["value"] in ORDERS:
            falling = view.order == data["value"] and not view.falling
            return replace(view, order=str(data["value"]), falling=falling, first=0)
        case "page":
            return replace(view, first=max(0, int(data["value"])))
    return view

"""The line that says which documents are asked; it is on every page where that matters."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui.web.collection import Collection
from ui.web.components import QUIET, acting
from ui.web.pages.page import Shown
from ui.web.show.choice import choice
from ui.web.texts import Words


class ChoiceLine:
    """Follows the choice of this tab, and can undo it."""

    def __init__(self, words: Words, collection: Collection, scope: gr.State, page: str) -> None:
        self._words, self._collection, self._scope, self._page = words, collection, scope, page
        self.line = acting(elem_id=f"gp-choice-{page}")

    def connect(self, shown: Shown) -> None:
        """Connect its button, the choice itself, and coming to the page."""
        quick: dict[str, Any] = {"queue": False, **QUIET}
        self.line.act(lambda: (None, self.shown(None)), outputs=[self._scope, self.line], **quick)
        self._scope.change(self.shown, inputs=[self._scope], outputs=[self.line], **quick)
        shown(self.arrived, inputs=[self._scope], outputs=[self.line], concurrency_limit=None, **QUIET)

    def arrived(self, scope: frozenset[str] | None) -> str:
        """The line as soon as the documents are there."""
        self._collection.wait()
        return self.shown(scope)

    def shown(self, scope: frozenset[str] | None) -> str:
        """The line as it has to be."""
        asked = self._collection.current(scope)
        return choice(self._words, asked, len(self._collection.infos()), page=self._page)

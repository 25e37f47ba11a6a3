"""What a page of the chat is, and what the pages of one browser tab share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import gradio as gr

from ui.kept.store import Store
from ui.web.collection import Collection
from ui.web.engine import Engine
from ui.web.evaluations import Evaluations
from ui.web.sessions import Sessions
from ui.web.texts import Words

Shown = Callable[..., Any]
"""The event of coming to a page, given like Gradio's own: `shown(function, inputs=..., outputs=...)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What every page gets.

    `engine`, `collection` (what may be done with the documents), `evaluations` and `sessions` are the
    program's, the same for all tabs of the browser, and so is `receiving`, the folder in which uploads
    arrive; `words` are in the language of this tab. The states are this tab's own: any page may have them
    among its inputs and outputs, and follow them with `.change`. `exchanges` is the conversation, a list of
    `Exchange`; `scope` are the ids of the documents to ask, a frozenset, None for all. `store` holds the kept
    conversations of all tabs. `opened` counts how often another page has put a conversation into `exchanges`,
    which is then drawn.
    """

    engine: Engine
    collection: Collection
    receiving: Path
    evaluations: Evaluations
    sessions: Sessions
    words: Words
    store: Store
    exchanges: gr.State
    scope: gr.State
    opened: gr.State


class Page(Protocol):
    """One page. Its title is the text `NAME.title`, its address `#NAME`."""

    name: ClassVar[str]

    def __init__(self, shared: Shared) -> None:
        """Lay the page out; the shell has opened its column."""

    def connect(self, shown: Shown) -> None:
        """Connect the page's events, when every page is laid out."""
        ...


def go(name: str) -> str:
    """The script that leads to a page, for the `js` of an event."""
    return f"() => {{ location.hash = '#{name}' }}"

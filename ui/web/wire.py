"""Buttons in our own HTML, brought to the server and back: `assets/wire.js` is the other end.

A button or a link with `data-wire="NAME"` sends its `data-*` values, and those of the fields of the
`[data-form]` around it; the reply says what the browser does: save a file, copy a text, say a sentence, go to
a page or an address. A file is made in the browser from the reply's bytes: the server publishes none.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from ui.web.components import QUIET


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a button said of itself. The page may send anything: what is not text is not there."""

    values: Mapping[str, object]

    @classmethod
    def read(cls, sent: str) -> Wanted:
        """From the JSON that `wire.js` sends."""
        try:
            values = json.loads(sent)
        except (ValueError, RecursionError):
            values = {}
        return cls(values if isinstance(values, dict) else {})

    def text(self, name: str, longest: int = 4_000) -> str:
        """A value as text without control characters, cut where it is too long."""
        value = self.values.get(name)
        return "".join(filter(_is_text, value))[:longest].strip() if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """A value as a number; 0 where it is none."""
        digits = self.text(name, 12)
        return int(digits) if digits.isascii() and digits.isdigit() else 0

    def ticked(self, name: str) -> bool:
        """Whether a check box was ticked."""
        return self.values.get(name) is True


def _is_text(letter: str) -> bool:
    return letter in "\n\t" or (letter >= " " and not "\ud800" <= letter <= "\udfff")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file for the reader to save."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the browser does. `said` goes into the element with id `at`; `pressed` is an answer's rating."""

    at: str = ""
    said: str = ""
    text: str | None = None
    file: File | None = None
    page: str = ""
    address: str = ""
    pressed: tuple[int, str] | None = None

    def to_json(self) -> str:
        """For `wire.js`."""
        file = self.file and {
            "name": self.file.name,
            "type": self.file.media_type,
            "data": base64.b64encode(self.file.data).decode("ascii"),
        }
        whole = {
            "at": self.at, "said": self.said, "text": self.text, "file": file, "page": self.page,
            "address": self.address, "pressed": self.pressed,
        }  # fmt: skip
        return json.dumps(whole)


class Wire:
    """One wire: three components that nobody sees."""

    def __init__(self, name: str) -> None:
        self._press = gr.Button("", visible="hidden", elem_id=f"gp-wire-{name}")
        self._wanted = gr.Textbox(visible="hidden")
        self.reply = gr.Textbox(visible="hidden")

    def connect(
        self, function: Callable[..., Any], inputs: Sequence[Any] = (), outputs: Sequence[Any] = ()
    ) -> None:
        """`function(sent, *inputs)` gives `reply` its JSON, and values for `outputs`, by component."""
        names = ", ".join(f"v{number}" for number in range(len(inputs) + 1))
        rest = names.partition(", ")[2]
        sent = f"({names}) => [window.greenpaperWanted{', ' if rest else ''}{rest}]"
        done = self._press.click(
            function, inputs=[self._wanted, *inputs], outputs=[self.reply, *outputs], js=sent, **QUIET
        )
        done.then(None, inputs=[self.reply], js="(reply) => window.greenpaperReply(reply)", **QUIET)

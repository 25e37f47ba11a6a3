"""Every word the chat says of its own accord, in the language of the page: `ui/web/languages/*.toml`.

`words("ask.stop")` is the text `stop` of the table `[ask]`, `words("ask.searched", documents=...)` one with
placeholders, and `words.count("passage", 3)` a number with its noun. A key or a value that is not there is a
mistake of ours and raises KeyError; a test compares the files of all languages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
"""The first one is at `/`, and every other at a path of its name."""


def address(language: str, page: str = "") -> str:
    """The path of the chat in `language`, and of a page of it.

    Links need the whole of it: a mere `#page` would lead to the first language, for all share Gradio's base.
    """
    return ("/" if language == LANGUAGES[0] else f"/{language}") + (f"#{page}" if page else "")


class Words:
    """The texts of one language; call it with a key."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = texts_of(language)

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with `values` in the places that it names."""
        return self._texts[key].format(**values)

    def count(self, noun: str, number: int) -> str:
        """`1 passage`, `1,200 passages`: the nouns are in the table `[count]`."""
        form = "one" if number == 1 else "other"
        return self(f"count.{noun}.{form}", number=self.number(number))

    def number(self, number: float, digits: int = 0) -> str:
        """`number` with the marks of this language for thousands and decimals."""
        marks = {",": self("language.thousands"), ".": self("language.decimal")}
        return "".join(marks.get(character, character) for character in f"{number:,.{digits}f}")


@cache
def texts_of(language: str) -> Mapping[str, str]:
    """Every text of `language` by its key: the names of its tables and its own, joined by dots."""
    source = files("ui.web").joinpath("languages", f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(source)))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield prefix + name, value
        else:
            yield from _flat(value, f"{prefix}{name}.")

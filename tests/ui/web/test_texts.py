"""The words of the page: every language says everything, and the code asks for nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from ui.web.texts import LANGUAGES, Words, address, texts_of

SOURCES = [path.read_text(encoding="utf-8") for path in Path("ui/web").rglob("*.py")]
ASKED = {key for source in SOURCES for key in re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)+)["']""", source)}
"""Every string in the code that could be a key, `words("ask.stop")`."""
STEMS = {stem for source in SOURCES for stem in re.findall(r"""f['\"]([a-z_]+\.)\{""", source)} | {"count."}
"""The beginnings of keys that are put together, `words(f"support.{...}")`."""
TITLES = {key for key in texts_of("en") if key.endswith(".title")}


def _places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_says_everything(language: str) -> None:
    english, other = texts_of("en"), texts_of(language)
    assert sorted(other) == sorted(english)
    for key, text in english.items():
        assert _places(other[key]) == _places(text), key
        assert bool(other[key].strip()) == bool(text.strip()), key


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_sentences_are_translated(language: str) -> None:
    english, other = texts_of("en"), texts_of(language)
    assert [key for key, text in english.items() if text.count(" ") > 2 and other[key] == text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_holds_markup(language: str) -> None:
    """Texts go into pages as they are, beside text of others that was escaped."""
    assert [key for key, text in texts_of(language).items() if re.search(r"[<>&\"]", text)] == []


def test_every_text_is_used() -> None:
    unused = {key for key in texts_of("en") if key not in ASKED and not key.startswith(tuple(STEMS))}
    assert unused - TITLES == set()


def test_every_key_is_there() -> None:
    tables = {key.partition(".")[0] for key in texts_of("en")}
    assert {key for key in ASKED if key.partition(".")[0] in tables} - set(texts_of("en")) == set()


def test_a_key_or_a_value_that_is_missing_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        Words("en")("ask.nothing")
    with pytest.raises(KeyError):
        Words("en")("ask.searched", documents="1 document")


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [("en", 1, "1 passage"), ("en", 1200, "1,200 passages"), ("de", 1200, "1.200 Textstellen")],
)
def test_numbers_and_nouns_are_said_as_the_language_does(language: str, number: int, said: str) -> None:
    assert Words(language).count("passage", number) == said


def test_decimals_are_said_as_the_language_does() -> None:
    assert [Words(language).number(1234.56, 1) for language in LANGUAGES] == ["1,234.6", "1.234,6"]


def test_values_are_not_read_as_templates() -> None:
    assert Words("en")("ask.query", query="{query} {0} {") == "Searched for: {query} {0} {"


def test_each_language_has_its_address() -> None:
    assert [address(language) for language in LANGUAGES] == ["/", "/de"]

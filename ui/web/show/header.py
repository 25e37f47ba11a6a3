"""The head of every page: the name, the way to the other pages, what runs, and that nothing leaves."""

from __future__ import annotations

from collections.abc import Sequence

from rag.warming import Warmth
from ui.web.escape import plain
from ui.web.show.phrases import read_ahead
from ui.web.texts import LANGUAGES, Words, address


def navigation(words: Words, pages: Sequence[str]) -> str:
    """Links to all pages; `shell.js` marks the one that is open."""
    links = "".join(
        f'<li><a href="{address(words.language, page)}">{words(f"{page}.title")}</a></li>' for page in pages
    )
    return (
        f'<a class="gp-skip" href="#gp-content">{words("app.skip")}</a>'
        f'<h1 class="gp-name">{words("app.title")}</h1>'
        f'<nav class="gp-nav" aria-label="{words("app.pages")}"><ul>{links}</ul></nav>'
    )


def running(words: Words, model: str, *, offline: bool, warmth: Warmth | None = None) -> str:
    """The model and the offline badge; `model` may also say that it is still loading."""
    badge = words("app.offline" if offline else "app.not_offline")
    why = words("app.offline_why" if offline else "app.not_offline_why")
    ahead = _ahead(words, warmth) if warmth else ""
    proof = address(words.language, "running")
    return (
        f'<p class="gp-model"><a href="{proof}">{plain(model)}</a>{ahead}</p>'
        f'<p class="gp-badge {"gp-offline" if offline else "gp-online"}"><a href="{proof}" title="{why}" '
        f'data-to="gp-offline-proof">{badge}<span class="gp-hidden">. {why}</span></a></p>'
    )


def switch(words: Words) -> str:
    """Links to this page in the other languages, each in its own; the conversation comes along."""
    others = [Words(language) for language in LANGUAGES if language != words.language]
    return "".join(
        f'<a class="gp-switch" href="{address(other.language)}" hreflang="{other.language}" '
        f'data-wire="language" data-language="{other.language}" lang="{other.language}" '
        f'title="{other("app.switch")}">{other("language.name")}</a>'
        for other in others
    )


def _ahead(words: Words, warmth: Warmth) -> str:
    ahead = read_ahead(words, warmth)
    return f'<span class="gp-ahead" title="{plain(warmth.reason)}"> · {plain(ahead)}</span>' if ahead else ""

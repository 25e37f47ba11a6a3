"""No payload loads or runs on any page, wherever it stands: in names, titles, quotes, labels, errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.ui.web.conftest import Chat, Server
from tests.ui.web.payloads import PAYLOADS
from ui.kept.store import Store

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

_ALIEN = """() => document.querySelectorAll(`:is(.gp-page, .gp-viewer, #gp-head, #gp-preview)
    :is(img, script, iframe, object, embed, video, audio, link, meta, base, picture, math)`).length"""


@pytest.fixture(scope="module")
def hostile_server() -> Iterator[Server]:
    running = Server("tests.ui.web.scripted_payloads")
    yield running
    running.close()


@pytest.fixture
def blank(chromium: Browser, hostile_server: Server) -> Iterator[Chat]:
    """A page that is not loaded yet; in the end it has asked for nothing outside and run nothing."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(15_000)
    blank = Chat(page=context.new_page(), server=hostile_server)
    blank.record()
    yield blank
    context.close()
    assert blank.outside == []
    assert blank.dialogs == []


def nothing_alien(chat: Chat) -> None:
    chat.page.wait_for_timeout(100)
    assert chat.page.evaluate(_ALIEN) == 0
    assert chat.dialogs == []


def test_control_what_is_alien_is_seen(chat: Chat) -> None:
    chat.page.evaluate("() => document.querySelector('#gp-current').append(new Image())")
    assert chat.page.evaluate(_ALIEN) == 1


def test_in_answers_quotes_labels_previews_the_viewer_errors_and_conversations(chat: Chat) -> None:
    store = Store(chat.server.data / "kept" / "conversations.sqlite")
    store.keep(True)
    for number, payload in enumerate(PAYLOADS.values()):
        chat.ask(f"{number} {payload}")
        assert chat.page.locator("#gp-current .gp-footer").count() == 1
        marker = chat.page.locator("#gp-current a.gp-cite").first
        marker.focus()
        chat.page.wait_for_selector("#gp-preview:visible")
        marker.evaluate("e => e.click()")
        chat.page.wait_for_selector(".gp-viewer .gp-view-title:visible")
        nothing_alien(chat)
        chat.page.keyboard.press("Escape")
        if number % 8 == 1:
            chat.page.click("#gp-again")
            chat.page.wait_for_selector("#gp-current .gp-error")
            nothing_alien(chat)
        chat.page.click("#gp-clear")
        chat.page.wait_for_selector(".gp-turn", state="detached")
    chat.page.click(".gp-nav a[href$='#conversations']")
    chat.page.wait_for_selector(".gp-kept li")
    assert chat.page.locator(".gp-kept li").count() == len(store.conversations()) == len(PAYLOADS)
    nothing_alien(chat)
    chat.page.click(".gp-kept .gp-open >> nth=0")
    chat.page.wait_for_selector("#gp-current .gp-footer")
    nothing_alien(chat)


def test_in_the_list_of_documents(chat: Chat) -> None:
    chat.page.click(".gp-nav a[href$='#documents']")
    chat.page.wait_for_selector(".gp-table tbody tr")
    assert "<img" in chat.text(".gp-table")
    nothing_alien(chat)
    for _ in range(len(PAYLOADS) // 40):
        chat.page.click(".gp-paging button:last-child")
        chat.page.wait_for_timeout(300)
        nothing_alien(chat)


def test_in_questions_that_are_to_be_evaluated(chat: Chat) -> None:
    chat.page.click(".gp-nav a[href$='#evaluate']")
    chat.page.wait_for_selector("#gp-ev-models input[type=checkbox]:visible")
    chat.page.locator("#gp-ev-models input[type=checkbox]").first.check()
    payloads = list(PAYLOADS.values())
    for five in (payloads[start : start + 5] for start in range(0, len(payloads), 5)):
        chat.page.get_by_label("Name", exact=True).fill(five[0])
        for number, payload in enumerate(five):
            line = chat.page.locator(".gp-ev-line").nth(number).locator("textarea, input")
            for place in range(3):
                line.nth(place).fill(payload)
        chat.page.click("#gp-ev-look")
        chat.page.wait_for_selector("#gp-ev-confirm:visible")
        assert chat.page.locator(".gp-ev-slot:visible").count() >= len({one for one in five if one.strip()})
        nothing_alien(chat)
        chat.page.click("#gp-ev-back")
        chat.page.wait_for_selector("#gp-ev-look:visible")

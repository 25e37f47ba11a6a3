"""The first page offers questions by topic, and a chosen one is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.ui.web.conftest import Chat, Server
from ui.web.texts import Words

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
WORDS = Words("en")


@pytest.fixture
def chat(chromium: Browser) -> Iterator[Chat]:
    """A page over the starter library and some other documents."""
    server = Server("tests.ui.web.scripted_starter")
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(15_000)
    yield Chat(page=context.new_page(), server=server).open()
    context.close()
    server.close()


def test_questions_are_offered_by_topic_and_can_be_asked(chat: Chat) -> None:
    topics = chat.page.locator("#gp-topics label")
    assert topics.first.inner_text() == WORDS("ask.own_documents")
    assert chat.page.locator(".gp-suggested:visible").count() == 2
    chat.picture("first-start")
    topics.filter(has_text="Security").click()
    chat.page.wait_for_selector(".gp-suggested:has-text('How was the backdoor in xz found?')")
    assert chat.page.locator(".gp-suggested:visible").count() == 3
    chat.page.keyboard.press("Tab")
    chat.page.keyboard.press("Space")
    chat.page.wait_for_selector(".gp-suggested:has-text('How many parameters does Llama 3.1 have')")
    chat.page.locator(".gp-suggested:visible").first.click()
    chat.page.wait_for_selector(".gp-footer")
    assert chat.text(".gp-question").endswith("Llama 3.1 have, and when was it published?")

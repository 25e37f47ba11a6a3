"""The proof on the page, as a reader opens it: over documents of the starter library, read for real."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.ui.web.conftest import Chat, Server
from tests.ui.web.scripted_library import QUOTES
from tests.ui.web.test_page import CONTRASTS, DOUBLE_IDS, OPEN, SIDEWAYS, UNNAMED

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

_MARKED = """() => [...document.querySelectorAll('.gp-view-text mark')].map(e => e.textContent).join('')"""
_BOX_IN_VIEW = """() => { const box = document.querySelector('.gp-box').getBoundingClientRect();
    const view = document.querySelector('.gp-view-scroll').getBoundingClientRect();
    return box.top >= view.top && box.bottom <= view.bottom && box.left >= view.left &&
        box.left < view.right }"""
_SHARE = """() => { const box = document.querySelector('.gp-box').getBoundingClientRect();
    const page = document.querySelector('.gp-paper img').getBoundingClientRect();
    return [(box.left - page.left) / page.width, (box.top - page.top) / page.height,
        box.width / page.width] }"""
_FOCUS = "() => document.activeElement.className"


@pytest.fixture(scope="module")
def library_server() -> Iterator[Server]:
    running = Server("tests.ui.web.scripted_library")
    yield running
    running.close()


@pytest.fixture
def blank(chromium: Browser, library_server: Server) -> Iterator[Chat]:
    """A page that is not loaded yet; in the end it has asked for nothing outside and run nothing."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(15_000)
    blank = Chat(page=context.new_page(), server=library_server)
    blank.record()
    yield blank
    assert blank.outside == []
    assert blank.dialogs == []
    context.close()


@pytest.fixture
def chat(blank: Chat) -> Chat:
    """The page over the library, with an answer of six citations."""
    blank.open().ask("How was BLOOM made?")
    return blank


def open_at(chat: Chat, marker: int) -> None:
    """Follow a marker and wait until its document is there."""
    chat.page.click(f'#gp-current a.gp-cite[href="#cite-1-{marker}"]')
    shown(chat, f"Citation {marker} of 6")


def shown(chat: Chat, said: str) -> None:
    chat.page.wait_for_selector(f'{OPEN} >> xpath=ancestor::section >> text="{said}"')


def test_a_marker_opens_its_page_beside_the_answer_with_the_quote_in_view(chat: Chat) -> None:
    open_at(chat, 1)
    assert chat.text(".gp-view-title") == "The State of Open Models: a Reader"
    assert "page 4 (printed 1) of 14" in chat.text(".gp-view-where")
    assert "1.2 Volunteers and a public machine" in chat.text(".gp-view-where")
    assert chat.page.locator(".gp-box").count() == 3
    assert chat.page.evaluate(_BOX_IN_VIEW)
    assert chat.page.evaluate(_MARKED) == QUOTES[0][1]
    assert chat.page.locator(".gp-answer").is_visible()
    assert chat.page.evaluate(_FOCUS) == "gp-view-title"
    assert "The State of Open Models: a Reader, page 4" in chat.text(".gp-view-said")
    assert chat.page.locator("a.gp-cite[aria-current]").inner_text() == "1"
    chat.page.wait_for_function("() => document.querySelector('.gp-paper img').naturalWidth > 1000")
    chat.picture("proof")


def test_zoom_keeps_the_boxes_on_their_words(chat: Chat) -> None:
    open_at(chat, 1)
    before = chat.page.evaluate(_SHARE)
    for _ in range(3):
        chat.page.click('[data-do="larger"]')
    assert "200 %" in chat.text(".gp-view-zoom")
    assert chat.page.evaluate(_SHARE) == pytest.approx(before, abs=0.002)
    assert chat.page.evaluate(_BOX_IN_VIEW)
    chat.page.click('[data-do="smaller"]')
    assert "150 %" in chat.text(".gp-view-zoom")


def test_a_page_can_be_read_as_text(chat: Chat) -> None:
    open_at(chat, 1)
    chat.page.click('[data-do="text"]')
    assert not chat.page.locator(".gp-paper").is_visible()
    assert chat.page.locator(".gp-view-text mark").is_visible()
    assert chat.page.locator('[data-do="text"]').get_attribute("aria-pressed") == "true"
    chat.page.click('[data-turn-page="after"]')
    shown(chat, "5 / 14")
    assert not chat.page.locator(".gp-paper").is_visible()


def test_from_page_to_page_and_back_to_the_quote(chat: Chat) -> None:
    open_at(chat, 2)
    chat.page.click("text=The quote goes on")
    shown(chat, "7 / 14")
    assert chat.page.locator(".gp-box").count() == 2
    chat.page.click('[data-turn-page="after"]')
    shown(chat, "8 / 14")
    assert chat.page.locator(".gp-box").count() == 0
    assert chat.page.evaluate("() => document.activeElement.dataset.turnPage") == "after"
    chat.page.click("text=To the quote")
    shown(chat, "6 / 14")
    assert chat.page.evaluate(_BOX_IN_VIEW)


def test_from_citation_to_citation_by_keyboard_and_back_to_the_marker(chat: Chat) -> None:
    chat.page.locator('#gp-current a.gp-cite[href="#cite-1-1"]').focus()
    chat.page.keyboard.press("Enter")
    shown(chat, "Citation 1 of 6")
    for _ in range(12):
        chat.page.keyboard.press("Tab")
        if chat.page.evaluate("() => document.activeElement.dataset.do") == "after":
            break
    chat.page.keyboard.press("Enter")
    shown(chat, "Citation 2 of 6")
    assert chat.page.evaluate("() => document.activeElement.dataset.do") == "after"
    chat.page.keyboard.press("Enter")
    shown(chat, "Citation 3 of 6")
    assert chat.text(".gp-view-title") == "Policy on the Use of Open AI Models"
    chat.page.keyboard.press("Escape")
    assert not chat.page.locator(".gp-viewer").is_visible()
    assert chat.page.evaluate("() => document.activeElement.getAttribute('href')") == "#cite-1-3"
    assert chat.page.locator(".gp-card.gp-on").get_attribute("id") == "cite-1-3"


def test_a_card_opens_its_document_too(chat: Chat) -> None:
    chat.page.locator("#cite-1-5 .gp-open").click()
    shown(chat, "Citation 5 of 6")
    assert chat.page.locator(".gp-view-text table mark").count() == 5
    chat.page.click(".gp-view-close")
    assert chat.page.locator("#cite-1-5").is_visible()


def test_two_versions_stand_side_by_side_and_the_other_can_be_opened(chat: Chat) -> None:
    open_at(chat, 3)
    assert chat.page.locator(".gp-version").count() == 2
    assert chat.text(".gp-version ins") == "50"
    chat.page.click(".gp-version button")
    chat.page.wait_for_function(f"() => ({_MARKED})().includes('at least 50 examples')")
    assert chat.page.locator(".gp-version ins").inner_text() == "200"


def test_where_the_file_is_gone_the_text_is_shown_and_it_is_said(chat: Chat) -> None:
    open_at(chat, 4)
    assert "Only the text can be shown" in chat.text(".gp-view-note")
    assert chat.text(".gp-view-text mark") == QUOTES[3][1]
    assert chat.page.locator(".gp-paper").count() == 0


def test_a_hostile_document_is_text(chat: Chat) -> None:
    open_at(chat, 6)
    assert "onerror=alert(1)" in chat.text(".gp-view-text")
    chat.page.hover('#gp-current a.gp-cite[href="#cite-1-6"]')
    chat.page.wait_for_selector("#gp-preview:visible")


def test_the_nearest_passages_of_an_abstention_open_the_same_way(chat: Chat) -> None:
    chat.ask("And the weather?")
    chat.picture("abstention")
    chat.page.locator(".gp-nearest a").nth(1).click()
    shown(chat, "Citation 2 of 6")
    assert "page 6" in chat.text(".gp-view-where")
    assert chat.page.locator(".gp-box").count() == 1


def test_the_quote_is_shown_at_the_marker_by_pointer_and_by_focus(chat: Chat) -> None:
    marker = chat.page.locator('#gp-current a.gp-cite[href="#cite-1-1"]')
    preview = chat.page.locator("#gp-preview")
    marker.hover()
    preview.wait_for(state="visible")
    for part in ("The State of Open Models", "page 4 (printed 1)", "Volunteers", QUOTES[0][1]):
        assert part in preview.inner_text()
    preview.hover()
    chat.page.wait_for_timeout(400)
    assert preview.is_visible()
    chat.page.keyboard.press("Escape")
    assert not preview.is_visible()
    chat.page.locator("#gp-box textarea").focus()
    for _ in range(20):
        chat.page.keyboard.press("Shift+Tab")
        if chat.page.evaluate(_FOCUS) == "gp-cite":
            break
    assert preview.is_visible()
    focused = chat.page.evaluate("() => document.activeElement.getAttribute('aria-describedby')")
    assert focused == "gp-preview"
    chat.page.keyboard.press("Escape")
    assert not preview.is_visible()
    assert chat.page.evaluate(_FOCUS) == "gp-cite"


def test_the_quote_is_shown_at_a_marker_that_the_keyboard_scrolls_to(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 1280, "height": 420})
    chat.page.locator("#gp-box textarea").focus()
    chat.page.keyboard.press("Shift+Tab")
    chat.page.evaluate("() => { document.querySelector('#gp-talk').scrollTop = 10_000 }")
    marker = chat.page.locator('#gp-current a.gp-cite[href="#cite-1-1"]')
    assert not marker.evaluate(
        "e => e.getBoundingClientRect().top > document.querySelector('#gp-talk').getBoundingClientRect().top"
    )
    marker.focus()
    chat.page.wait_for_timeout(300)
    assert chat.page.locator("#gp-preview").is_visible()
    assert (
        chat.page.evaluate(
            """() => { const [quote, at] = [document.querySelector('#gp-preview'), document.activeElement]
            .map(e => e.getBoundingClientRect());
            return Math.min(Math.abs(quote.top - at.bottom), Math.abs(at.top - quote.bottom)) }"""
        )
        < 10
    )


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [(360, 740, "light"), (640, 400, "dark"), (1280, 860, "light"), (1280, 860, "dark")],
)
def test_it_fits_and_can_be_read(blank: Chat, width: int, height: int, scheme: str) -> None:
    blank.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    blank.page.set_viewport_size({"width": width, "height": height})
    blank.open().ask("How was BLOOM made?")
    if width == 360:
        blank.page.evaluate("() => document.querySelector('.gp-question').scrollIntoView()")
        blank.picture("narrow")
    for marker in (1, 3, 4):
        blank.page.locator(f'a.gp-cite[href="#cite-1-{marker}"]').evaluate("e => e.click()")
        shown(blank, f"Citation {marker} of 6")
        assert blank.page.evaluate(SIDEWAYS) <= 0
        assert blank.page.evaluate(CONTRASTS) == []
        assert blank.page.evaluate(UNNAMED) == []
        assert blank.page.evaluate(DOUBLE_IDS) == []
        if marker == 1 and (width, scheme) == (1280, "dark"):
            blank.picture("dark")
    blank.page.locator(".gp-view-close").click()
    assert not blank.page.locator(".gp-viewer").is_visible()


def test_some_documents_are_chosen_to_be_asked(blank: Chat) -> None:
    chat = blank.open()
    chat.page.click(".gp-nav a[href$='#documents']")
    for number, title in enumerate(("How to Read a Model Card", "The State of Open Models"), start=1):
        chat.page.locator(".gp-table tbody tr", has_text=title).locator("input").check()
        chat.page.wait_for_selector(f".gp-chosen:has-text('{number} of 6')")
    chat.picture("documents")

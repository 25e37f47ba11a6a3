"""Keeping, finding, taking away: the Conversations page and the buttons under an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.case_json import parse_case
from tests.ui.web.conftest import Chat
from tests.ui.web.scripted import PARAGRAPHS, library
from ui.kept.store import Store
from ui.records.open_record import open_record
from ui.web.texts import Words

pytestmark = pytest.mark.browser
WORDS = Words("en")
SAID = "#gp-conversations-said"


@pytest.fixture
def store(chat: Chat) -> Iterator[Store]:
    """The server's own store, emptied afterwards, so that no test sees another's."""
    opened = Store(chat.server.data / "kept" / "conversations.sqlite")
    yield opened
    opened.delete_all()
    opened.keep(False)


def go(chat: Chat, page: str) -> None:
    chat.page.click(f".gp-nav a[href$='#{page}']")
    chat.page.wait_for_selector(f"#gp-page-{page} :is(.gp-page-title, textarea) >> visible=true")


def switch_on(chat: Chat) -> None:
    go(chat, "conversations")
    chat.page.wait_for_selector(f"#gp-conversations:has-text('{WORDS('conversations.off')}')")
    chat.page.check("#gp-keep input")
    chat.page.wait_for_selector(f"#gp-conversations:has-text('{WORDS('conversations.none')}')")
    go(chat, "ask")


def menu(chat: Chat, within: str, label: str, button: str) -> None:
    """Open the menu called `label` and press `button` in it."""
    chat.page.click(f"{within} summary:has-text('{label}')")
    chat.page.click(f"{within} details[open] button:has-text('{button}')")


def downloaded(chat: Chat, within: str, label: str, button: str, folder: Path) -> Path:
    with chat.page.expect_download() as waiting:
        menu(chat, within, label, button)
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_nothing_is_kept_until_the_switch_is_on(chat: Chat, store: Store) -> None:
    chat.ask("What is open?")
    assert chat.page.locator(".gp-note-form").count() == 0
    chat.page.click(".gp-thumb >> nth=0")
    chat.page.wait_for_selector(f"#gp-said-1:has-text('{WORDS('tools.not_kept')}')")
    go(chat, "conversations")
    chat.page.wait_for_selector(f"#gp-conversations:has-text('{WORDS('conversations.off')}')")
    assert not chat.page.is_checked("#gp-keep input")
    assert store.conversations() == ()


def test_kept_found_renamed_pinned_and_deleted(chat: Chat, store: Store) -> None:
    switch_on(chat)
    chat.ask("What is open?")
    chat.ask("And what must a <b>town</b> do?")
    chat.page.click("#gp-clear")
    chat.page.wait_for_function("() => !document.querySelector('.gp-turn')")
    chat.ask("Is the weather zebra-fine?")
    go(chat, "conversations")
    chat.page.wait_for_selector(".gp-kept li >> nth=1")
    titles = chat.page.locator(".gp-kept .gp-open").all_inner_texts()
    assert titles == ["Is the weather zebra-fine?", "What is open?"]
    assert "2 answers" in chat.text(".gp-kept li >> nth=1")
    chat.page.fill("#gp-search :is(input, textarea)", "town")
    chat.page.wait_for_selector(".gp-kept mark:has-text('town')")
    assert chat.page.locator(".gp-kept li").count() == 1
    assert "<b>" in chat.text(".gp-found"), "what was asked is text"
    chat.page.fill("#gp-search :is(input, textarea)", "")
    chat.page.wait_for_selector(".gp-kept li >> nth=1")
    second = ".gp-kept li:has-text('What is open?')"
    chat.page.click(f"{second} button:has-text('{WORDS('conversations.pin')}')")
    chat.page.wait_for_selector(".gp-kept li:first-child .gp-pinned")
    chat.page.click(f"{second} summary:has-text('{WORDS('conversations.rename')}')")
    chat.page.fill(f"{second} input[name=title]", "Open <i>models</i>")
    chat.page.click(f"{second} button:has-text('{WORDS('tools.save')}')")
    chat.page.wait_for_selector(".gp-kept .gp-open:has-text('Open <i>models</i>')")
    menu(
        chat,
        ".gp-kept li:has-text('zebra')",
        WORDS("conversations.delete"),
        WORDS("conversations.delete_sure"),
    )
    chat.page.wait_for_selector(f"{SAID}:has-text('{WORDS('conversations.deleted')}')")
    chat.page.wait_for_function("() => document.querySelectorAll('.gp-kept li').length === 1")
    files = [path.read_bytes() for path in chat.server.data.rglob("*") if path.is_file()]
    assert files
    assert not any(b"zebra" in held for held in files)
    assert [line.title for line in store.conversations()] == ["Open <i>models</i>"]
    assert chat.outside == []


def test_a_kept_conversation_is_opened_and_gone_on_with(chat: Chat, store: Store) -> None:
    switch_on(chat)
    chat.ask("What is open?")
    chat.ask("Will the weather hold?")
    chat.page.click("#gp-current .gp-thumb[data-rating=wrong]")
    chat.page.wait_for_selector(f"#gp-said-2:has-text('{WORDS('tools.noted')}')")
    other = Chat(page=chat.page.context.new_page(), server=chat.server).open()
    go(other, "conversations")
    other.page.click(".gp-kept .gp-open")
    other.page.wait_for_selector("#gp-current .gp-thumb[data-rating=wrong][aria-pressed=true]")
    assert other.page.locator(".gp-turn").count() == 2
    assert "Searched 3 documents, read 3 passages" in other.text("#gp-past .gp-footer")
    assert other.page.locator("#gp-past a.gp-cite").count() == 4
    assert other.page.locator("#cite-1-2", has_text=PARAGRAPHS[2]).count() == 1
    other.ask("And what then?")
    assert "(after: Will the weather hold?)" in other.text("#gp-current .gp-footer")
    (conversation,) = store.all()
    assert [one.record.entries[0].question for one in conversation.answers] == [
        *("What is open?", "Will the weather hold?", "And what then?")
    ]


def test_a_note_on_one_answer_is_not_in_the_next_one_s_form(chat: Chat, store: Store) -> None:
    switch_on(chat)
    chat.ask("What is open?")
    chat.page.click(f"#gp-current summary:has-text('{WORDS('tools.note')}')")
    chat.page.fill("#gp-current textarea[name=note]", "The page is wrong.")
    chat.ask("And since when?")
    assert chat.page.input_value("#gp-current textarea[name=note]") == ""
    assert chat.page.locator("#gp-past textarea[name=note]").count() == 1


def test_asking_again_replaces_what_is_kept(chat: Chat, store: Store) -> None:
    switch_on(chat)
    chat.ask("What is open?")
    chat.page.click("#gp-again")
    chat.page.wait_for_selector("#gp-stop:visible")
    chat.page.wait_for_selector("#gp-ask:visible")
    (conversation,) = store.all()
    assert len(conversation.answers) == 1


def test_thumbs_and_a_note_become_a_case(chat: Chat, store: Store, tmp_path: Path) -> None:
    switch_on(chat)
    chat.ask("What is open?")
    tools = "#gp-current .gp-tools"
    chat.page.click(f"{tools} .gp-thumb >> nth=0")
    chat.page.wait_for_selector(f"{tools} .gp-thumb[aria-pressed=true][data-rating=right]")
    chat.page.click(f"{tools} summary:has-text('{WORDS('tools.note')}')")
    chat.page.fill(f"{tools} textarea", "For the “minister”.")
    chat.page.fill(f"{tools} input[name=right]", "weights, code")
    chat.page.click(f"{tools} .gp-note-form button")
    chat.page.wait_for_selector(f"#gp-said-1:has-text('{WORDS('tools.noted')}')")
    go(chat, "conversations")
    with chat.page.expect_download() as waiting:
        chat.page.click(f".gp-all button:has-text('{WORDS('conversations.cases')}')")
    path = tmp_path / "cases.jsonl"
    waiting.value.save_as(path)
    case = parse_case(path.read_text("utf-8"))
    assert (case.question, case.answers) == ("What is open?", ("weights, code",))
    assert json.loads(path.read_text("utf-8"))["note"] == "For the “minister”."
    assert [span.quote for span in case.evidence] == [PARAGRAPHS[1], PARAGRAPHS[2], PARAGRAPHS[4]]
    go(chat, "ask")
    chat.page.click(f"{tools} .gp-thumb[data-rating=right]")
    chat.page.wait_for_selector(f"{tools} .gp-thumb[data-rating=right][aria-pressed=false]")


def test_an_answer_and_a_conversation_are_taken_away(chat: Chat, tmp_path: Path) -> None:
    chat.ask("What is open?")
    chat.ask("hostile")
    quotes = [PARAGRAPHS[1], PARAGRAPHS[2], PARAGRAPHS[4]]
    first, last = "#gp-past .gp-tools", "#gp-current .gp-tools"
    for label, ending in (("tools.word", ".docx"), ("tools.pdf", ".pdf"), ("tools.markdown", ".md")):
        path = downloaded(chat, first, WORDS("tools.export"), WORDS(label), tmp_path)
        assert path.name == f"greenpaper-what-is-open{ending}"
        opened = open_record(path)
        assert opened.record
        assert [one.quote for one in opened.record.entries[0].citations] == quotes
    chat.page.click(f"{last} summary:has-text('{WORDS('tools.export')}')")
    with chat.page.expect_download() as waiting:
        chat.page.click(f"{last} details[open] button[data-do=export-all][data-format='.docx']")
    whole = tmp_path / "whole.docx"
    waiting.value.save_as(whole)
    opened = open_record(whole)
    assert opened.record
    assert [entry.question for entry in opened.record.entries] == ["What is open?", "hostile"]
    assert opened.record.entries[0].searched == tuple(library().held)
    assert chat.outside == []
    assert chat.dialogs == []


def test_a_copy_has_its_citations(chat: Chat) -> None:
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.ask("What is open?")
    chat.page.click("#gp-current button[data-do=copy]")
    chat.page.wait_for_selector(f"#gp-said-1:has-text('{WORDS('tools.copied')}')")
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("What is open?")
    assert f"[1] “{PARAGRAPHS[1]}”" in copied


def test_two_tabs_keep_and_delete_side_by_side(chat: Chat, store: Store) -> None:
    switch_on(chat)
    other = Chat(page=chat.page.context.new_page(), server=chat.server).open()
    chat.ask("What is open?")
    other.ask("What is a duty?")
    chat.ask("And then?")
    assert sorted(len(one.answers) for one in store.all()) == [1, 2]
    store.delete_all()
    chat.ask("Still here?")
    other.ask("And here?")
    asked = [[one.record.entries[0].question for one in kept.answers] for kept in store.all()]
    assert asked == [["Still here?"], ["And here?"]]

"""The last question, asked once more: edited, looked for otherwise, of another model."""

from __future__ import annotations

import pytest

from tests.ui.web.conftest import Chat
from tests.ui.web.scripted import HOSTILE

pytestmark = pytest.mark.browser


def _wait(chat: Chat) -> None:
    chat.page.wait_for_selector("#gp-stop:visible")
    chat.page.wait_for_selector("#gp-ask:visible")


def test_a_question_is_edited_in_the_box_and_takes_its_place(chat: Chat) -> None:
    chat.ask("What is opne?")
    chat.page.click("#gp-edit")
    chat.page.wait_for_function("() => document.querySelector('#gp-box textarea').value === 'What is opne?'")
    assert chat.page.evaluate("() => document.activeElement.tagName") == "TEXTAREA"
    chat.page.fill("#gp-box textarea", "What is open?")
    chat.page.keyboard.press("Enter")
    _wait(chat)
    assert [text.split("\n")[-1] for text in chat.page.locator(".gp-question").all_inner_texts()] == [
        "What is open?"
    ]
    chat.ask("And since when?")
    assert chat.page.locator(".gp-turn").count() == 2


def test_what_is_too_long_stays_in_the_box_and_replaces_nothing(chat: Chat) -> None:
    chat.ask("What is open?")
    chat.page.click("#gp-edit")
    chat.page.wait_for_function("() => document.querySelector('#gp-box textarea').value === 'What is open?'")
    chat.ask("open " * 1_601)
    assert "8,000" in chat.text("#gp-current .gp-error")
    assert len(chat.page.input_value("#gp-box textarea")) > 8_000
    assert chat.page.locator(".gp-turn").count() == 2


def test_what_was_looked_for_can_be_corrected(chat: Chat) -> None:
    chat.ask("What is open?")
    assert chat.page.locator("#gp-query:visible").count() == 0
    chat.ask("And since when?")
    query = chat.page.locator("#gp-query textarea")
    assert query.input_value() == "And since when? (after: What is open?)"
    query.fill("Since when is openness defined?")
    chat.page.click("#gp-query button")
    _wait(chat)
    footer = chat.text("#gp-current .gp-footer")
    assert "Searched for: Since when is openness defined?" in footer
    assert chat.page.locator(".gp-turn").count() == 2
    assert query.input_value() == "Since when is openness defined?"


def test_another_model_answers_the_same_question_and_stays(chat: Chat) -> None:
    chat.ask("What is open?")
    assert chat.page.locator(".gp-other:visible").all_inner_texts() == [
        "Ask again with Scripted-0.5B",
        "Ask again with Damaged-9B",
    ]
    chat.page.click("text=Ask again with Scripted-0.5B")
    _wait(chat)
    assert chat.page.locator(".gp-turn").count() == 1
    chat.page.wait_for_selector("#gp-head:has-text('Scripted-0.5B')")
    assert "Ask again with Scripted-1.5B" in chat.text("#gp-actions")
    chat.page.click("text=Ask again with Damaged-9B")
    _wait(chat)
    assert "The file of Damaged-9B is damaged." in chat.text("#gp-current .gp-error")
    assert " ".join(HOSTILE.split()) in " ".join(chat.text("#gp-current .gp-error").split())
    chat.page.click("text=Ask again with Scripted-1.5B")
    _wait(chat)
    assert chat.page.locator("#gp-current .gp-footer").count() == 1


def test_models_are_described_and_chosen_while_the_conversation_stays(chat: Chat) -> None:
    chat.ask("What is open?")
    chat.page.click(".gp-model a")
    chat.page.wait_for_selector("#gp-models label:visible")
    assert chat.page.locator("#gp-models label").all_inner_texts() == [
        "Scripted-1.5B: 1.1 GB on disk, needs 2.0 GB of memory, "
        "reads 90 and writes 12 tokens a second here, MIT",
        "Scripted-0.5B: 490 MB on disk, needs 1.0 GB of memory, "
        "speed not measured here yet (greenpaper doctor --calibrate), licence not stated",
        "Damaged-9B: 9.0 GB on disk, speed not measured here yet (greenpaper doctor --calibrate), MIT",
    ]
    chat.page.click("#gp-models label:has-text('Damaged-9B')")
    chat.page.click("#gp-use")
    chat.page.wait_for_selector("#gp-page-running .gp-error:has-text('Damaged-9B is damaged')")
    assert "Scripted-1.5B answers your questions." in chat.text("#gp-page-running")
    assert chat.page.locator("#gp-models input:checked").input_value() == "Scripted-1.5B"
    chat.page.click(".gp-nav a[href$='#ask']")
    chat.ask("And since when?")
    assert "after: What is open?" in chat.text("#gp-current .gp-footer")


def test_the_offline_badge_opens_the_proof_which_can_be_tried(chat: Chat) -> None:
    chat.page.click(".gp-badge a")
    chat.page.wait_for_selector("#gp-offline-proof:visible")
    chat.page.click("#gp-try")
    chat.page.wait_for_selector(".gp-tried li")
    assert chat.page.locator(".gp-tried li").all_inner_texts() == [
        "example.com: refused, before anything left this computer.",
        "192.0.2.1: refused, before anything left this computer.",
    ]

"""The Evaluate page in Chromium: typed, confirmed, run, stopped, gone on with, read and found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.web.conftest import Chat
from tests.ui.web.scripted import HOSTILE

pytestmark = pytest.mark.browser

QUESTIONS = (
    ("What is the harbour fee a day?", "14 crowns", "fees"),
    ("Who is the harbour master?", "Ada Lund", ""),
    ("Where must oil be handed in?", "at the north quay | north quay", ""),
    ("What is the wage of the master?", "", ""),
    (f"What is the password {HOSTILE}?", "nothing else", "herring"),
)


def come(chat: Chat) -> None:
    chat.page.click(".gp-nav a[href$='#evaluate']")
    chat.page.wait_for_selector("#gp-ev-models input[type=checkbox]:visible")


def write(chat: Chat, name: str, *models: str) -> None:
    """Types the questions and chooses the models, as a reader does."""
    page = chat.page
    page.get_by_label("Name", exact=True).fill(name)
    for number, (question, answer, document) in enumerate(QUESTIONS):
        line = page.locator(".gp-ev-line").nth(number).locator("textarea, input")
        for field, text in enumerate((question, answer, document)):
            line.nth(field).fill(text)
    for model in ("right", "slow"):
        page.locator("#gp-ev-models").get_by_label(model).set_checked(model in models)


def confirm(chat: Chat) -> None:
    chat.page.click("#gp-ev-look")
    chat.page.wait_for_selector("#gp-ev-confirm:visible")


def done(chat: Chat) -> None:
    chat.page.wait_for_selector("iframe.gp-ev-report", timeout=120_000)


def test_five_questions_are_typed_confirmed_run_and_their_report_is_read_in_place(
    chat: Chat, tmp_path: Path
) -> None:
    page = chat.page
    come(chat)
    write(chat, "Harbour <b>questions</b>", "right")
    confirm(chat)
    slots = page.locator(".gp-ev-slot:visible")
    assert slots.count() == 5
    assert "The harbour fee is 14 crowns a day." in slots.nth(0).inner_text()
    assert slots.nth(0).locator("input[type=radio]").first.is_checked()
    assert slots.nth(2).locator("textarea, input:not([type=radio])").first.input_value() == (
        "at the north quay | north quay"
    )
    assert "the documents do not say" in slots.nth(3).inner_text()
    assert slots.nth(3).locator("input[type=radio]:visible").count() == 0
    assert "No document is called “herring”" in slots.nth(4).inner_text()
    assert HOSTILE.split()[0] in slots.nth(4).inner_text(), "shown as it was typed"

    page.click("#gp-ev-run")
    done(chat)
    report = page.frame_locator("iframe.gp-ev-report")
    assert report.locator("h1").inner_text().startswith("Harbour <b>questions</b>")
    page.wait_for_selector("#gp-running:has-text('Scripted-1.5B')")
    page.evaluate(
        """() => { document.querySelector('#gp-ev-shown').scrollIntoView();
            document.querySelector('#gp-page-evaluate').scrollTop -= 90 }"""
    )
    chat.picture("evaluate")
    report.locator("details.case").first.locator("summary").click()
    assert report.locator("details.case .result").first.is_visible(), "its script runs in the frame"
    assert "5 questions" in page.locator("#gp-ev-shown").inner_text()

    with page.expect_download() as download:
        page.get_by_text("Download").click()
    kept = tmp_path / "report.html"
    download.value.save_as(kept)
    assert download.value.suggested_filename == "harbour-b-questions-b.html"
    assert kept.read_text("utf-8").startswith("<!doctype html>")

    page.reload()
    come(chat)
    page.locator("#gp-ev-earlier input").click()
    page.locator("[role=option]", has_text="Harbour <b>questions</b>").first.click()
    done(chat)
    assert chat.dialogs == []
    assert chat.outside == []


def test_stopped_it_is_gone_on_with_and_questions_wait_meanwhile(chat: Chat) -> None:
    page = chat.page
    come(chat)
    write(chat, "Stopped", "slow")
    confirm(chat)
    page.click("#gp-ev-run")
    page.wait_for_selector("#gp-ev-progress progress", timeout=60_000)

    page.click(".gp-nav a[href$='#ask']")
    chat.type("What is open?")
    page.wait_for_selector("text=An evaluation has the model")
    page.click(".gp-nav a[href$='#evaluate']")
    page.wait_for_selector("#gp-ev-progress progress:not([value='0'])", timeout=60_000)
    page.click("#gp-ev-stop")
    page.wait_for_selector("#gp-ev-on:visible", timeout=30_000)
    assert "not done" in page.locator("#gp-ev-shown").inner_text()
    assert page.locator("iframe.gp-ev-report").count() == 0
    page.click(".gp-nav a[href$='#ask']")
    page.wait_for_selector("#gp-current .gp-footer", timeout=60_000)

    page.click(".gp-nav a[href$='#evaluate']")
    page.click("#gp-ev-on")
    page.wait_for_selector("#gp-ev-progress progress", timeout=60_000)
    assert page.locator("#gp-ev-progress progress").get_attribute("value") != "0", "nothing is asked twice"
    done(chat)


def test_what_cannot_be_done_is_said(chat: Chat) -> None:
    page = chat.page
    come(chat)
    page.click("#gp-ev-look")
    page.wait_for_selector("#gp-ev-message >> text=no question")
    write(chat, "No model")
    page.click("#gp-ev-look")
    page.wait_for_selector("#gp-ev-message >> text=No model is chosen")

"""`greenpaper chat` as a reader has it: real small models, a document added in the browser, a real answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.llm.model_files import models_dir
from rag.paths import data_dir
from tests.ui.commands.test_ask_for_real import FEES, WASTE
from tests.ui.web.conftest import Chat, Server
from ui.cli import run

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture
def program(tmp_path: Path, smollm2_path: Path, minilm_dir: Path) -> Iterator[Server]:
    """`greenpaper chat` over one document."""
    models_dir().mkdir(parents=True)
    for model in (smollm2_path, minilm_dir):
        (models_dir() / model.name).symlink_to(model)
    (tmp_path / "waste.md").write_text(WASTE, "utf-8")
    index = tmp_path / "index"
    assert run(["ingest", str(tmp_path / "waste.md"), "--index", str(index)]) == 0
    options = ("--index", str(index), "--model", "smollm2-135m-instruct", "--no-browser")
    running = Server("ui", "chat", *options, data=data_dir())
    yield running
    running.close()


@pytest.fixture
def chat(chromium: Browser, program: Server) -> Iterator[Chat]:
    """Its page, loaded; in the end it has asked no other computer."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(120_000)
    chat = Chat(page=context.new_page(), server=program)
    chat.record()
    yield chat.open()
    context.close()
    assert chat.outside == []


def words(text: str) -> str:
    return " ".join(text.split())


def test_a_document_is_added_asked_and_its_quote_is_shown_to_the_letter(chat: Chat, tmp_path: Path) -> None:
    (tmp_path / "harbour.md").write_text(FEES, "utf-8")
    chat.page.click(".gp-nav a[href$='#documents']")
    chat.page.set_input_files("input[data-for=files]", [str(tmp_path / "harbour.md")])
    chat.page.wait_for_selector(".gp-reading-end:has-text('1 read')")
    chat.page.click(".gp-nav a[href$='#ask']")
    chat.ask("What is the harbour fee a day?")
    assert "Searched 2 documents" in chat.text("#gp-current .gp-footer")
    chat.page.locator("#gp-current a.gp-cite").first.click()
    chat.page.wait_for_selector(".gp-viewer .gp-view-title")
    title = chat.text(".gp-view-title")
    text = words({"Harbour Act": FEES, "Waste Rules": WASTE}[title].replace("#", ""))
    marked = [words(mark) for mark in chat.page.locator(".gp-view-text mark").all_inner_texts()]
    assert marked
    assert [mark for mark in marked if mark not in text] == []
    chat.page.click(".gp-nav a[href$='#running']")
    chat.page.wait_for_selector("#gp-page-running:has-text('smollm2-135m-instruct')")

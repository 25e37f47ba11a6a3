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
def chat(chromium: Browser, tmp_path: Path, smollm2_path: Path, minilm_dir: Path) -> Iterator[Chat]:
    """The program over one document, its page loaded; in the end it has asked no other computer."""
    models_dir().mkdir(parents=True)
    for model in (smollm2_path, minilm_dir):
        (models_dir() / model.name).symlink_to(model)
    (tmp_path / "waste.md").write_text(WASTE, "utf-8")
    index = tmp_path / "index"
    assert run(["ingest", str(tmp_path / "waste.md"), "--index", str(index)]) == 0
    options = ("--index", str(index), "--model", "smollm2-135m-instruct", "--no-browser")
    server = Server("ui", "chat", *options, data=data_dir())
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(60_000)
    chat = Chat(page=context.new_page(), server=server)
    chat.record()
    yield chat.open()
    context.close()
    server.close()
    assert chat.outside == []


def test_a_document_is_added_asked_and_its_quote_is_shown_to_the_letter(chat: Chat, tmp_path: Path) -> None:
    (tmp_path / "harbour.md").write_text(FEES, "utf-8")
    chat.page.click(".gp-nav a[href$='#documents']")
    chat.page.set_input_files("input[data-for=files]", [str(tmp_path / "harbour.md")])
    chat.page.wait_for_selector(".gp-reading-end:has-text('1 read')")
    chat.page.click(".gp-nav a[href$='#ask']")
    chat.ask("What is the harbour fee a day?")
    assert "Searched 2 documents" in chat.text("#gp-current .gp-footer")
    assert "14 crowns" in chat.text("#gp-current .gp-answer")
    chat.page.locator("#gp-current a.gp-cite").first.click()
    chat.page.wait_for_selector(".gp-viewer .gp-view-title")
    marked = chat.page.locator(".gp-view-text mark").all_inner_texts()
    assert marked
    assert " ".join("".join(marked).split()) in " ".join(FEES.split())
    chat.page.click(".gp-nav a[href$='#running']")
    chat.page.wait_for_selector("#gp-page-running:has-text('smollm2-135m-instruct')")

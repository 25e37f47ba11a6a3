"""The page in the system's Chromium, over the scripted answerer, in a hostile environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_ROOT = Path(__file__).resolve().parents[3]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
_HOSTILE = {
    "GRADIO_SHARE": "True",
    "GRADIO_SERVER_NAME": "0.0.0.0",
    "GRADIO_ANALYTICS_ENABLED": "True",
    "GRADIO_ROOT_PATH": "http://evil.example",
    "HTTP_PROXY": "http://192.0.2.1:9",
    "all_proxy": "http://192.0.2.1:9",
}


class Server:
    """A page in a process of its own: a scripted one, or the program itself, module `ui`.

    Its data folder is `data`, or one of its own; the first line that it prints has to name its address.
    """

    def __init__(
        self, module: str = "tests.ui.web.scripted", *arguments: str, data: Path | None = None
    ) -> None:
        self._folder = TemporaryDirectory()
        self.data = data or Path(self._folder.name)
        self.uploads = Path(os.environ["GREENPAPER_CACHE"]) / "uploads"
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=_ROOT,
            env=os.environ | _HOSTILE | {"GREENPAPER_DATA": str(self.data)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid
        self._is_program = module == "ui"
        self._lines: SimpleQueue[str] = SimpleQueue()
        Thread(target=self._read, daemon=True).start()
        self.address = next(word for word in self.line(180).split() if word.startswith("http://"))

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(line.strip())

    def line(self, timeout_s: float) -> str:
        """The next line the server prints."""
        try:
            return self._lines.get(timeout=timeout_s)
        except Empty:
            raise AssertionError(f"the server said nothing in {timeout_s} s") from None

    def forget_lines(self) -> None:
        """Drop what was printed so far."""
        while not self._lines.empty():
            self._lines.get()

    def close(self) -> None:
        """End the process: a scripted one by closing what it reads, the program by SIGTERM."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        if self._is_program:
            self._process.terminate()
        self._process.wait(120)
        self._process.stdout.close()
        self._folder.cleanup()


@dataclass
class Chat:
    """One open page, with everything it asked of the network and every dialog it opened.

    At the end of every test `outside` has to be empty, unless the test says that it tempts the page.
    """

    page: Page
    server: Server
    outside: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    tempted: bool = False

    def open(self) -> Chat:
        """Load the page and wait until it can be used and the model is there."""
        self.page.goto(self.server.address)
        self.page.wait_for_selector(".gp-suggested:visible")
        return self

    def type(self, question: str) -> None:
        """Type a question and send it."""
        self.page.fill("#gp-box textarea", question)
        self.page.keyboard.press("Enter")

    def ask(self, question: str) -> None:
        """Ask and wait for the end: an answer's footer, or an error."""
        turns = self.page.locator(".gp-turn").count()
        self.type(question)
        self.page.wait_for_function("n => document.querySelectorAll('.gp-turn').length > n", arg=turns)
        self.page.wait_for_selector("#gp-current :is(.gp-footer, .gp-error, .gp-note)")
        self.page.wait_for_selector("#gp-ask:visible")

    def text(self, selector: str) -> str:
        """What a reader sees there."""
        return self.page.locator(selector).first.inner_text()

    def picture(self, name: str) -> None:
        """Keep what is seen as `docs/images/NAME.png`, where GREENPAPER_PICTURES is set."""
        if os.environ.get("GREENPAPER_PICTURES"):
            self.page.screenshot(path=_ROOT / "docs" / "images" / f"{name}.png")

    def record(self) -> None:
        """Note every request that leaves the server's own address, and refuse it."""
        own = urlsplit(self.server.address).netloc

        def refuse(route: Any) -> None:
            self.outside.append(route.request.url)
            route.abort()

        def note(dialog: Any) -> None:
            self.dialogs.append(dialog.message)
            dialog.dismiss()

        context = self.page.context
        context.route(lambda url: urlsplit(url).netloc not in (own, ""), refuse)
        context.on("request", lambda request: self._request(request.url, own))
        context.on("dialog", note)

    def _request(self, url: str, own: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and (parts.netloc != own or "evil" in url):
            self.outside.append(url)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The scripted page, once for all tests."""
    running = Server()
    yield running
    running.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; playwright's own is never downloaded."""
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        pytest.skip(f"no Chromium on the PATH (looked for {', '.join(_BROWSERS)})")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def blank(chromium: Browser, server: Server) -> Iterator[Chat]:
    """A page that is not loaded yet, in a fresh profile."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(15_000)
    chat = Chat(page=context.new_page(), server=server)
    chat.record()
    yield chat
    context.close()
    assert chat.tempted or chat.outside == [], "a page asked another computer for something"


@pytest.fixture
def chat(blank: Chat) -> Chat:
    """The page, loaded, with its model."""
    return blank.open()

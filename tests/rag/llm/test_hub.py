"""Pulling from the Hugging Face hub: huggingface_hub against a local server that speaks its protocol."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from rag.errors import ModelError
from rag.llm.catalogue import resolve_model
from rag.llm.hub_names import hub_path, noted
from rag.llm.model_files import staging_dir
from rag.llm.pull import pull
from rag.offline import active
from rag.types import Stage
from tests.rag.llm.tiny_models import GGUF, gguf, sha

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NAME = "some-one/some-model/model-q4.gguf"
BIG = gguf(weights=bytes(range(256)) * 90_000)
"""23 MB: huggingface_hub writes 10 MiB at a time, and half of this is more than that."""


@dataclass(slots=True, kw_only=True)
class Hub:
    """What the server has, how it misbehaves, and what it was asked."""

    content: bytes = GGUF
    file: str = "model-q4.gguf"
    stated: str | None = None
    listed: str | None = None
    """The sha256 in the listing; "" for a listing without one."""
    errors: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Status and X-Error-Code to answer with, by method ("GET", "HEAD") or "api"."""
    breaks: int = 0
    """How many downloads break off in the middle."""
    then_refuse: bool = False
    """Whether a download that follows a break is refused with 503."""
    ignore_range: bool = False
    address: str = ""
    asked: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    """Method, Range and Authorization of each request for the file."""

    def info(self) -> dict[str, Any]:
        """The answer of /api/models/OWNER/REPO?blobs=True."""
        digest = self.stated or sha(self.content)
        row: dict[str, Any] = {"rfilename": self.file, "size": len(self.content), "blobId": "1" * 40}
        if self.listed != "":
            row["lfs"] = {"size": len(self.content), "sha256": self.listed or digest, "pointerSize": 130}
        rows = [row, {"rfilename": "README.md", "size": 5, "blobId": "2" * 40}]
        return {"id": "some-one/some-model", "sha": COMMIT, "siblings": rows, "tags": ["license:apache-2.0"]}


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, hub: Hub, *arguments: Any) -> None:
        self.hub = hub
        super().__init__(*arguments)

    def do_HEAD(self) -> None:
        self._note("HEAD")
        if not self._error("HEAD"):
            self._head(200, len(self.hub.content))

    def do_GET(self) -> None:
        if self.path.startswith("/api/models/some-one/some-model"):
            if not self._error("api"):
                body = json.dumps(self.hub.info()).encode()
                self._head(200, len(body), "application/json")
                self.wfile.write(body)
            return
        if self.path != f"/some-one/some-model/resolve/{COMMIT}/{self.hub.file}":
            self._refuse(404, "EntryNotFound")
            return
        self._note("GET")
        if not self._error("GET"):
            self._send_file()

    def _send_file(self) -> None:
        content, wanted = self.hub.content, self.headers.get("Range")
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and not self.hub.ignore_range else 0
        self._head(206 if start else 200, len(content) - start, content_range=start)
        if self.hub.breaks:
            self.hub.breaks -= 1
            self.wfile.write(content[start : start + len(content) // 2])
            if self.hub.then_refuse:
                self.hub.errors["GET"] = (503, "")
            self.close_connection = True
        else:
            self.wfile.write(content[start:])

    def _head(self, status: int, length: int, kind: str = "", *, content_range: int = 0) -> None:
        digest = self.hub.stated or sha(self.hub.content)
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.send_header("Content-Type", kind or "application/octet-stream")
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{digest}"')
        self.send_header("X-Linked-Etag", f'"{digest}"')
        self.send_header("X-Linked-Size", str(len(self.hub.content)))
        if content_range:
            last = len(self.hub.content) - 1
            self.send_header("Content-Range", f"bytes {content_range}-{last}/{last + 1}")
        self.end_headers()

    def _error(self, key: str) -> bool:
        if key not in self.hub.errors:
            return False
        self._refuse(*self.hub.errors[key])
        return True

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if code:
            self.send_header("X-Error-Code", code)
        self.end_headers()

    def _note(self, method: str) -> None:
        self.hub.asked.append((method, self.headers.get("Range"), self.headers.get("Authorization")))

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub on loopback, set as HF_ENDPOINT."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, hub))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    yield hub
    server.shutdown()
    thread.join()
    server.server_close()


def _quiet(_stage: Stage) -> None:
    pass


def test_a_file_is_fetched_checked_and_can_be_resolved(hub: Hub) -> None:
    stages: list[Stage] = []
    path = pull(NAME, stages.append)
    assert path == hub_path(NAME)
    assert path.read_bytes() == GGUF
    assert (stages[-1].done, stages[-1].total) == (len(GGUF), len(GGUF))
    model = resolve_model(NAME)
    assert (model.path, model.sha256, model.licence) == (path, sha(GGUF), "apache-2.0")
    found = noted(NAME)
    assert found is not None
    assert found.revision == COMMIT
    assert active(), "the guard is set again"
    before = len(hub.asked)
    assert pull(NAME, _quiet) == path
    assert [method for method, _, _ in hub.asked[before:]] == ["HEAD"], "the same bytes are not fetched twice"


def test_a_newer_file_replaces_the_old_one(hub: Hub) -> None:
    pull(NAME, _quiet)
    hub.content = BIG
    assert pull(NAME, _quiet).read_bytes() == BIG
    assert resolve_model(NAME).sha256 == sha(BIG)


def test_a_break_in_the_middle_is_mended_at_once(hub: Hub) -> None:
    hub.content, hub.breaks = BIG, 1
    assert pull(NAME, _quiet).read_bytes() == BIG
    assert [wanted for method, wanted, _ in hub.asked if method == "GET"] == [None, f"bytes={10 << 20}-"]


@pytest.mark.parametrize("ignore_range", [False, True])
def test_a_broken_download_is_kept_and_goes_on_later(hub: Hub, ignore_range: bool) -> None:
    hub.content, hub.breaks, hub.then_refuse = BIG, 1, True
    with pytest.raises(
        ModelError, match=rf"HTTP 503.*try again in a while with: greenpaper models pull {NAME}"
    ):
        pull(NAME, _quiet)
    assert not hub_path(NAME).exists()
    (kept,) = staging_dir(NAME).iterdir()
    assert kept.read_bytes() == BIG[: 10 << 20]
    hub.errors.clear()
    hub.asked.clear()
    hub.ignore_range = ignore_range
    stages: list[Stage] = []
    assert pull(NAME, stages.append).read_bytes() == BIG
    assert [wanted for method, wanted, _ in hub.asked if method == "GET"] == [f"bytes={10 << 20}-"]
    assert (stages[0].done, stages[-1].done) == (10 << 20, len(BIG))
    assert not staging_dir(NAME).exists()


def test_what_was_kept_of_another_version_is_not_gone_on_with(hub: Hub) -> None:
    staging_dir(NAME).mkdir(parents=True)
    (staging_dir(NAME) / f"{sha(BIG)}.incomplete").write_bytes(BIG[:100])
    assert pull(NAME, _quiet).read_bytes() == GGUF
    assert [wanted for method, wanted, _ in hub.asked if method == "GET"] == [None]


def test_bytes_that_are_not_what_the_hub_states_are_thrown_away(hub: Hub) -> None:
    hub.stated = sha(b"something else")
    with pytest.raises(ModelError, match=rf"has the sha256 {sha(GGUF)}, the hub states {hub.stated}"):
        pull(NAME, _quiet)
    assert not hub_path(NAME).exists()
    assert list(staging_dir(NAME).iterdir()) == []


def test_a_file_that_is_no_gguf_is_refused(hub: Hub) -> None:
    hub.content = b"PK\x03\x04 no model at all, whatever its name says"
    with pytest.raises(ModelError, match=r"not a GGUF file: it begins with b'PK"):
        pull(NAME, _quiet)
    assert not hub_path(NAME).exists()
    assert not staging_dir(NAME).exists()


@pytest.mark.parametrize(
    ("where", "error", "said"),
    [
        pytest.param("HEAD", (401, "GatedRepo"), "is gated: .* HF_TOKEN=", id="gated"),
        pytest.param("HEAD", (403, "GatedRepo"), "is gated: .* HF_TOKEN=", id="gated, with a token"),
        pytest.param("api", (401, ""), "no model some-one/some-model that it would show", id="private"),
        pytest.param(
            "api", (404, "RepoNotFound"), "no model some-one/some-model that", id="no such repository"
        ),
        pytest.param("GET", (404, "EntryNotFound"), f"The hub has no file {NAME}", id="gone meanwhile"),
        pytest.param("api", (500, ""), r"refused .* \(HTTP 500\)", id="server error"),
    ],
)
def test_what_the_hub_refuses_is_said(hub: Hub, where: str, error: tuple[int, str], said: str) -> None:
    hub.errors[where] = error
    with pytest.raises(ModelError, match=said):
        pull(NAME, _quiet)
    assert not hub_path(NAME).exists()


def test_a_file_that_is_not_there_is_answered_with_those_that_are(hub: Hub) -> None:
    hub.file = "other-q8.gguf"
    with pytest.raises(
        ModelError, match=rf"no file model-q4.gguf. It has: other-q8.gguf \({len(GGUF)} bytes\)"
    ):
        pull(NAME, _quiet)


def test_the_digest_comes_from_the_file_where_the_listing_has_none(hub: Hub) -> None:
    hub.listed = ""
    assert pull(NAME, _quiet).read_bytes() == GGUF


@pytest.mark.parametrize(
    ("listed", "stated", "said"),
    [
        pytest.param("", "1" * 40, "states no sha256", id="a git digest only"),
        pytest.param("2" * 64, "3" * 64, "contradicts itself", id="two digests"),
    ],
)
def test_a_file_that_cannot_be_checked_is_not_fetched(hub: Hub, listed: str, stated: str, said: str) -> None:
    hub.listed, hub.stated = listed, stated
    with pytest.raises(ModelError, match=said):
        pull(NAME, _quiet)
    assert [method for method, _, _ in hub.asked] == ["HEAD"]


def test_a_token_is_sent(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    pull(NAME, _quiet)
    assert {authorization for _, _, authorization in hub.asked} == {"Bearer hf_secret"}


def test_no_hub_at_all_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelError, match=rf"broke off: .*go on with: greenpaper models pull {NAME}"):
        pull(NAME, _quiet)


def test_a_piece_of_a_split_model_is_refused() -> None:
    with pytest.raises(ModelError, match="one piece of a split model"):
        pull("some-one/some-model/model-00001-of-00003.gguf", _quiet)


@pytest.mark.parametrize(
    "name", ["a/../b.gguf", "a/b/../../c.gguf", "/a/b/c.gguf", "a/b/.c.gguf", "a//b.gguf", "a/b/c"]
)
def test_names_that_could_climb_out_are_no_hub_names(name: str) -> None:
    with pytest.raises(ValueError, match="not a hub name"):
        hub_path(name)
    with pytest.raises(ModelError, match="no model called"):
        pull(name, _quiet)


def test_a_full_store_is_below_the_data_folder(tmp_path: Path) -> None:
    assert tmp_path not in hub_path(NAME).parents
    assert hub_path(NAME).parts[-4:] == ("hub", "some-one", "some-model", "model-q4.gguf")

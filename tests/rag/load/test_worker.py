"""The worker: whatever a file does to its reader, the parent gets a document or a sentence."""

from __future__ import annotations

import os
import signal
import zlib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from rag.errors import DocumentError
from rag.load import load
from rag.load.process import Limits
from rag.load.wire import loaded_from, loaded_to
from rag.load.worker import LoadWorker


@pytest.fixture(scope="module")
def worker() -> Iterator[LoadWorker]:
    limits = Limits(memory_bytes=2**29, base_seconds=1.5, seconds_per_mib=0, output_bytes=2**17)
    with LoadWorker(limits) as started:
        yield started


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.txt"
    path.write_text("A good file.\n\nIts second paragraph.")
    return path


def child() -> psutil.Process:
    """The worker's process: the only child that the tests start."""
    (process,) = psutil.Process().children()
    return process


def stream_pdf(path: Path, content: bytes, filters: str, extra: str = "") -> Path:
    """A PDF of one page with the given content stream."""
    head = (
        "%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
        "2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n"
        "3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R "
        f"/Resources << /XObject << /X0 5 0 R >> >> >> endobj\n{extra}"
        f"4 0 obj << /Length {len(content)} {filters} >> stream\n"
    )
    path.write_bytes(head.encode() + content + b"\nendstream endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n")
    return path


def test_a_good_file_loads_as_it_does_here(worker: LoadWorker, good: Path) -> None:
    assert worker.load(good, name="good.txt") == load(good, name="good.txt")


def test_the_process_is_used_again(worker: LoadWorker, good: Path) -> None:
    worker.load(good, name="a")
    first = child().pid
    with pytest.raises(DocumentError, match="is of no format that can be read"):
        worker.load(good.rename(good.with_suffix(".xyz")), name="good.xyz")
    assert child().pid == first


def test_a_file_that_never_ends_is_given_up(worker: LoadWorker, good: Path, tmp_path: Path) -> None:
    levels = 40
    forms = "".join(
        f"{5 + n} 0 obj << /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 15 /Resources << /XObject "
        f"<< /X0 {6 + n} 0 R >> >> >> stream\n/X0 Do /X0 Do  \nendstream endobj\n"
        for n in range(levels)
    )
    bomb = stream_pdf(tmp_path / "bomb.pdf", b"/X0 Do", "", forms)
    with pytest.raises(
        DocumentError, match=r"bomb\.pdf (took longer|needed too much|broke its reader|needed more)"
    ):
        worker.load(bomb, name="bomb.pdf")
    assert worker.load(good, name="good").document.text.startswith("A good file.")


def test_a_file_that_fills_the_memory_is_given_up(worker: LoadWorker, good: Path, tmp_path: Path) -> None:
    packer = zlib.compressobj()
    first = packer.compress(b"\x00" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(b"\x00" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = stream_pdf(tmp_path / "big.pdf", first + again * 700 + packer.flush(), "/Filter /FlateDecode")
    with pytest.raises(DocumentError, match=r"^big\.pdf (broke its reader|needed more)"):
        worker.load(bomb, name="big.pdf")
    assert worker.load(good, name="good").document.text.startswith("A good file.")


def test_a_process_that_dies_is_named_and_replaced(worker: LoadWorker, good: Path) -> None:
    worker.load(good, name="good")
    os.kill(child().pid, signal.SIGSTOP)
    with pytest.raises(DocumentError, match="took longer than 2 seconds"):
        worker.load(good, name="good")
    worker.load(good, name="good")
    os.kill(child().pid, signal.SIGKILL)
    assert worker.load(good, name="good").document.text.startswith("A good file.")


def test_too_much_text_is_refused(worker: LoadWorker, good: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("word " * 30_000)
    with pytest.raises(DocumentError, match="unfolds to more than 128 KiB of text"):
        worker.load(path, name="long.txt")
    assert worker.load(good, name="good").document.text.startswith("A good file.")


def test_a_missing_file(worker: LoadWorker, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"gone\.txt cannot be read: No such file"):
        worker.load(tmp_path / "gone.txt", name="gone.txt")


def test_nothing_is_left_running(good: Path) -> None:
    before = {process.pid for process in psutil.Process().children()}
    with LoadWorker() as worker:
        worker.load(good, name="good")
    assert {process.pid for process in psutil.Process().children()} == before


def test_the_process_imports_no_model(worker: LoadWorker, good: Path) -> None:
    worker.load(good, name="good")
    mapped = {Path(entry.path).name for entry in child().memory_maps()}
    assert not [name for name in mapped if "torch" in name or "faiss" in name or "llama" in name]


def test_wire_keeps_everything(good: Path) -> None:
    loaded = load(good, name="good.txt")
    assert loaded_from(loaded_to(loaded)) == loaded

"""The bytes of a folder while another process fills and clears it, as pip does during a pull."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

from rag.llm.model_files import tree_bytes


def test_a_file_a_folder_and_nothing(tmp_path: Path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(b"123")
    (tmp_path / "a" / "b" / "two").write_bytes(b"4567")
    assert [tree_bytes(tmp_path / name) for name in ("a/one", "a", "none")] == [3, 7, 0]


def test_folders_that_vanish_while_they_are_counted(tmp_path: Path):
    (tmp_path / "stays").write_bytes(b"12345")
    ended = threading.Event()

    def come_and_go() -> None:
        while not ended.is_set():
            for number in range(20):
                (tmp_path / f"unpack-{number}" / "deep").mkdir(parents=True)
            for number in range(20):
                shutil.rmtree(tmp_path / f"unpack-{number}")

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        assert {tree_bytes(tmp_path) for _ in range(300)} == {5}
    finally:
        ended.set()
        thread.join()

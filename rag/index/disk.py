"""File operations that survive a power cut: written, flushed, and the folder flushed too."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexUnusableError


def write_file(path: Path, data: bytes) -> None:
    """Writes and flushes a new file; its folder still has to be flushed for its name to last."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def flush(path: Path) -> None:
    """Flushes a file's data, or a folder's names, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_file(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def explained_disk_errors(folder: Path) -> Iterator[None]:
    """Turns a full or failing disk into a sentence; the index itself is untouched by it."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        raise IndexUnusableError(
            f"The index {folder} could not be written ({error}). It is as it was before. "
            "Make room or give the right to write there, and run the same command again."
        ) from error

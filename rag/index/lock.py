"""One writer at a time: an advisory lock that the kernel releases with the process, even on kill -9."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import IndexUnusableError

LOCK = "writer.lock"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Holds the index's only writing permission. IndexUnusableError names the process that has it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise IndexUnusableError(
            f"The index {folder} cannot be written ({error.strerror}). "
            "Give yourself the right to write there, or choose another folder with --index."
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IndexUnusableError(
                f"The index {folder} is being changed by {_holder(handle)}. "
                "Wait until it is done, or stop it; asking questions goes on meanwhile."
            ) from error
        _sign(handle)
        yield
    finally:
        os.close(handle)  # releases the lock; the file stays, since removing it would let two writers in


def _sign(handle: int) -> None:
    holder = {"process": os.getpid(), "since": time.strftime("%H:%M:%S")}
    with suppress(OSError):  # a full disk; the lock holds without a name on it
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(holder).encode(), 0)


def _holder(handle: int) -> str:
    try:
        held = json.loads(os.pread(handle, 200, 0))
        return f"process {int(held['process'])} (since {str(held['since'])[:8]})"
    except (ValueError, KeyError, TypeError):
        return "another process"

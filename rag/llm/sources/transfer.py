"""What every download shares: progress, room on the disk, and files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from rag.errors import ModelError
from rag.types import Stage

Progress = Callable[[Stage], None]
"""Told of bytes `done` of `total`; `Stage.name` is the model, `Stage.detail` what is happening."""

_SPARE = 64 << 20


def size_text(count: int) -> str:
    """Bytes for people: 1117320768 is "1.12 GB"."""
    for unit, digits in (("GB", 2), ("MB", 1), ("kB", 0)):
        scale = {"GB": 10**9, "MB": 10**6, "kB": 10**3}[unit]
        if count >= scale:
            return f"{count / scale:.{digits}f} {unit}"
    return f"{count} bytes"


def need_room(folder: Path, count: int, what: str) -> None:
    """Refuse a download of `count` more bytes that would not fit on the disk that holds `folder`."""
    free = shutil.disk_usage(folder).free
    if free < count + _SPARE:
        raise ModelError(
            f"Not enough room for {what}: it needs {size_text(count + _SPARE)}, and {size_text(free)} are "
            f"free on the disk of {folder}. Free some, or set GREENPAPER_DATA to a folder on another disk."
        )


@contextlib.contextmanager
def disk_sentences(folder: Path, what: str) -> Iterator[None]:
    """Turn a full or read-only disk under `folder` into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise full_disk(folder, what) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise ModelError(
                f"{what} cannot be written to {folder}: {error.strerror}. Make the folder writable, or set "
                "GREENPAPER_DATA to another one."
            ) from error
        raise


def full_disk(folder: Path, what: str) -> ModelError:
    """The error for a disk that filled up while writing."""
    return ModelError(
        f"The disk filled up while getting {what}; {size_text(shutil.disk_usage(folder).free)} are free on "
        f"the disk of {folder}. What is finished was kept: free some space and give the same command again."
    )


def publish(source: Path, target: Path) -> None:
    """Move a finished, checked file or folder to its place in one step, surviving a power cut."""
    for file in [source] if source.is_file() else [path for path in source.rglob("*") if path.is_file()]:
        with file.open("rb+") as handle:
            os.fsync(handle.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        # A folder cannot replace a folder in one step: the old one, already found wanting, goes first.
        shutil.rmtree(target)
    source.replace(target)
    if os.name == "posix":
        handle_no = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle_no)
        finally:
            os.close(handle_no)

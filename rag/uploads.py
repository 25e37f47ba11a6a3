"""Files that were handed to the chat: kept in the user's data folder under the names they came with.

A name comes from whoever made the file, so it is made harmless before a path is made of it. Nothing that is
there is ever overwritten, and a copy lives only as long as its document.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from rag.index.disk import sha256_file

_DEPTH = 8
_BYTES = 160
"""The most folders of a name that are kept, and the most bytes of each part."""


def harmless(name: str) -> tuple[str, ...]:
    """The parts of a relative path that stays where it is put, whatever `name` holds; never empty."""
    parts = [part for part in map(_part, re.split(r"[/\\]", name)) if part]
    return tuple(parts[-_DEPTH:]) or ("document",)


def _part(text: str) -> str:
    """One part of a path: printable, without dots at its ends that would hide it, not too long."""
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    text = "".join(letter if letter.isprintable() else "_" for letter in text).strip(" .")
    stem, dot, suffix = text.rpartition(".")
    if not stem or len(suffix) > 12:
        stem, dot, suffix = text, "", ""
    room = _BYTES - len((dot + suffix).encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + suffix


def keep(temporary: Path, name: str, folder: Path) -> Path:
    """Moves a file that was handed over into `folder`; where the very same is there, that one serves."""
    *above, last = harmless(name)
    here = folder
    for part in above:
        here = _free(here / part, lambda path: path.is_dir())
    digest = sha256_file(temporary)
    path = _free(here / last, lambda path: path.is_file() and sha256_file(path) == digest)
    if path.exists():
        temporary.unlink()
        return path
    here.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.move(temporary, path)
    path.chmod(0o600)
    return path


def _free(wanted: Path, serves: Callable[[Path], bool]) -> Path:
    """`wanted`, or that with a number: the first that is not there yet, or that serves as it is."""
    number, path = 1, wanted
    while os.path.lexists(path) and (path.is_symlink() or not serves(path)):
        number += 1
        path = wanted.with_stem(f"{wanted.stem} ({number})")
    return path


def discard(paths: Iterable[Path], folder: Path, *, needed: Collection[str] = ()) -> tuple[Path, ...]:
    """Deletes those of `paths` that lie in `folder` and are not `needed`; returns them. Empty folders go."""
    gone = []
    for path in paths:
        if path.is_relative_to(folder) and str(path) not in needed and path.is_file():
            path.unlink()
            gone.append(path)
            _prune(path.parent, folder)
    return tuple(gone)


def _prune(here: Path, folder: Path) -> None:
    while here != folder and not any(here.iterdir()):
        here.rmdir()
        here = here.parent

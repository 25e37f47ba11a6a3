"""Files on their way from the browser: into a folder of this process that nobody else can read, and on.

Gradio would keep uploads where every user of the machine can see them, and for ever. Whatever is still in the
folder when the program ends, or was left by one that was killed, is deleted.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import psutil

from rag.errors import GreenpaperError
from rag.paths import cache_dir
from rag.sources import printable
from rag.types import FileReport, FileStatus
from rag.uploads import keep

MAX_FILE = 200_000_000
"""Bytes of one file that can be handed over."""


def forget_uploads() -> None:
    """Deletes this process's uploads, at its end."""
    shutil.rmtree(cache_dir() / "uploads" / str(os.getpid()), ignore_errors=True)


def receiving_folder() -> Path:
    """The folder for this process's uploads, made anew; those of processes that are gone are deleted."""
    uploads = (cache_dir() / "uploads").resolve()
    uploads.mkdir(parents=True, exist_ok=True)
    for other in uploads.iterdir():
        if not (other.name.isascii() and other.name.isdigit() and psutil.pid_exists(int(other.name))):
            shutil.rmtree(other, ignore_errors=True)
    own = uploads / str(os.getpid())
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(mode=0o700)
    return own


def kept(handed: Sequence[Mapping[str, object]], receiving: Path, folder: Path) -> tuple[Path, ...]:
    """Moves what the browser handed over, `{"path": ..., "name": ...}`, to where documents are kept.

    Only plain files in `receiving` are touched, whatever path the request names; their names are made
    harmless. The same bytes under the same name arrive as one file.
    """
    moved: dict[Path, Path] = {}
    for one in handed:
        temporary = Path(str(one["path"]))
        if temporary.resolve() != temporary or not temporary.is_relative_to(receiving):
            raise PermissionError(f"{temporary} was not handed over")
        if temporary not in moved:
            if not temporary.is_file():
                raise PermissionError(f"{temporary} is not a plain file")
            moved[temporary] = keep(temporary, str(one["name"]), folder)
    for parent in {temporary.parent for temporary in moved} - {receiving}:
        shutil.rmtree(parent, ignore_errors=True)
    return tuple(dict.fromkeys(moved.values()))


def left_out(others: Sequence[Mapping[str, object]], kinds: Collection[str]) -> tuple[FileReport, ...]:
    """A line for each file that the browser did not hand over, and why."""
    return tuple(_not_handed(str(one["name"]), int(str(one["size"])), kinds) for one in others)


def _not_handed(name: str, size: int, kinds: Collection[str]) -> FileReport:
    suffix = Path(name).suffix.lower()
    if suffix in kinds:
        most = f"files over {MAX_FILE // 10**6} MB are not taken over"
        why = f"it has {size / 1e6:.0f} MB; {most}: split it, or give its path"
    else:
        why = f"files {suffix or 'without suffix'} are not read; those are: {', '.join(sorted(kinds))}"
    return FileReport(path=printable(name), status=FileStatus.FAILED, findings=(why,))


def typed_path(text: str) -> Path:
    """The file or folder whose path was typed or pasted. GreenpaperError where there is none."""
    try:
        path = Path(text.strip().strip("\"'")).expanduser()
        there = bool(text.strip()) and path.is_absolute() and path.exists()
    except (OSError, RuntimeError):  # a folder that may not be looked into, a user who is not there
        there = False
    if not there:
        raise GreenpaperError(
            f"There is no file or folder {text.strip()!r} on this computer that can be read. Give its whole "
            "path, as in /home/me/reports."
        )
    return path

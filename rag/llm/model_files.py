"""The user's model store: where model files lie, and whether they are what they claim to be.

Layout below `models_dir()`: catalogued models by their `file`, models from the hub as
`hub/OWNER/REPO/FILE.gguf`, and `.partial/` for downloads that are not finished. Nothing in `.partial/`
is ever loaded. `digests.json` remembers sha256 digests, so that a gigabyte is not read at each start.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import ModelError
from rag.llm.entries import CatalogueEntry, ListedFile
from rag.paths import data_dir

_BLOCK = 1 << 20
_MEMORY = "digests.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A model file that was checked and may be loaded.

    `sha256` is always that of the file's bytes, `licence` is None where nobody stated one, and
    `context_length` is the model's own limit in tokens, None where the file does not say.
    """

    name: str
    path: Path
    bytes: int
    sha256: str
    licence: str | None
    context_length: int | None


def models_dir() -> Path:
    """The folder of all models, in the user's data folder."""
    return data_dir() / "models"


def staging_dir(name: str) -> Path:
    """Where the unfinished download of the model called `name` is kept."""
    return models_dir() / ".partial" / name.replace("/", "--")


def entry_path(entry: CatalogueEntry) -> Path:
    """Where a catalogued model lies, or would lie."""
    return models_dir() / entry.file


def sha256_of(path: Path, *, fresh: bool = False) -> str:
    """The sha256 of a file: remembered while size, times and inode are unchanged, unless `fresh`."""
    known = None if fresh else known_sha256(path)
    if known:
        return known
    before = _stamp(path)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    if _stamp(path) == before:
        remember_sha256(path, digest.hexdigest())
    return digest.hexdigest()


def known_sha256(path: Path) -> str | None:
    """The remembered sha256 of a file that has not changed since; None where it must be taken."""
    row = _remembered().get(str(path.resolve()))
    if isinstance(row, dict) and row.get("stamp") == _stamp(path) and isinstance(row.get("sha256"), str):
        return str(row["sha256"])
    return None


def remember_sha256(path: Path, digest: str) -> None:
    """Note a digest that was just taken from the file's bytes; a note that cannot be kept is no error."""
    rows = {name: row for name, row in _remembered().items() if Path(name).exists()}
    rows[str(path.resolve())] = {"stamp": _stamp(path), "sha256": digest}
    target = models_dir() / _MEMORY
    scratch = target.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_text(json.dumps(rows, indent=1), encoding="utf-8")
        scratch.replace(target)


def _remembered() -> dict[str, Any]:
    try:
        rows = json.loads((models_dir() / _MEMORY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return rows if isinstance(rows, dict) else {}


def _stamp(path: Path) -> list[int]:
    """What changes when a file is replaced or written; the change time cannot be set back by hand."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def check_entry(entry: CatalogueEntry, *, fresh: bool = False) -> Path:
    """The path of a catalogued model whose every byte is as the catalogue says; else `ModelError`.

    `fresh` reads all bytes again instead of trusting a digest taken earlier from the unchanged file.
    """
    path = entry_path(entry)
    if not path.exists():
        raise ModelError(f"The model {entry.name} is not on this machine. Get it with: {pull_command(entry)}")
    for listed in _listed(entry):
        _check_file(entry, path / listed.path if listed.path else path, listed, fresh=fresh)
    for stray in _strays(entry, path):
        raise ModelError(
            f"{stray} does not belong to the model {entry.name}, yet could be loaded with it. Remove it."
        )
    return path


def entry_state(entry: CatalogueEntry) -> str:
    """One word for a listing, without reading the model: absent, unverified, verified or damaged."""
    path = entry_path(entry)
    if not path.exists():
        return "absent"
    known: list[bool] = []
    for listed in _listed(entry):
        file = path / listed.path if listed.path else path
        if not file.is_file() or file.stat().st_size != listed.bytes:
            return "damaged"
        digest = known_sha256(file)
        if digest is not None and digest != listed.sha256:
            return "damaged"
        known.append(digest is not None)
    if any(_strays(entry, path)):
        return "damaged"
    return "verified" if all(known) else "unverified"


def _strays(entry: CatalogueEntry, path: Path) -> Iterator[Path]:
    """Files in a model's folder that are not its own; what a file manager hides there does no harm."""
    if entry.is_folder:
        own = {path / listed.path for listed in entry.files}
        for found in path.rglob("*"):
            if found not in own and not found.is_dir() and not found.name.startswith("."):
                yield found


def _listed(entry: CatalogueEntry) -> tuple[ListedFile, ...]:
    return entry.files or (ListedFile(path="", bytes=entry.bytes, sha256=entry.sha256),)


def _check_file(entry: CatalogueEntry, path: Path, listed: ListedFile, *, fresh: bool) -> None:
    if not path.is_file():
        raise ModelError(f"The model {entry.name} is incomplete: {path} is missing. {_again(entry)}")
    size = path.stat().st_size
    if size != listed.bytes:
        fault = "cut short" if size < listed.bytes else "too long"
        raise ModelError(f"{path} is {fault}: it has {size} bytes instead of {listed.bytes}. {_again(entry)}")
    digest = sha256_of(path, fresh=fresh)
    if digest != listed.sha256:
        raise ModelError(
            f"{path} is not the file that the catalogue names: its sha256 is {digest}, expected "
            f"{listed.sha256}. It was damaged or replaced. {_again(entry)}"
        )


def pull_command(entry: CatalogueEntry) -> str:
    """What to type to get an entry."""
    return f"greenpaper models pull {entry.name}"


def _again(entry: CatalogueEntry) -> str:
    return f"Get it anew with: {pull_command(entry)}"


def remove_path(path: Path, name: str) -> int:
    """Remove a model and its unfinished download from the store; returns the bytes that were freed."""
    freed = 0
    for target in (path, staging_dir(name)):
        freed += tree_bytes(target)
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)
    return freed


def tree_bytes(path: Path) -> int:
    """The size of a file, or of all files in a folder; 0 where there is nothing."""
    if path.is_file():
        return path.stat().st_size
    total = 0
    # Files and folders may go while they are counted: another process is downloading. `os.walk` passes over a
    # folder that is gone; `Path.rglob` raises.
    for folder, _, names in os.walk(path):
        for name in names:
            with contextlib.suppress(OSError):
                total += (Path(folder) / name).stat().st_size
    return total

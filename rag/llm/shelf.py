"""What `greenpaper models` shows and tidies: every model that is known or present, in one form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelError
from rag.llm.catalogue import check_hub_model, default_name, embedder, entry_named
from rag.llm.entries import ModelKind, load_catalogue
from rag.llm.hub_names import forget, hub_names, hub_path, is_hub_name, noted
from rag.llm.model_files import check_entry, entry_path, entry_state, known_sha256, remove_path, staging_dir


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfLine:
    """One model in a listing. `state` is absent, unverified, verified or damaged; `memory` is in bytes.

    `default` says that it is used when no model is named. What nobody stated is None.
    """

    name: str
    kind: ModelKind
    state: str
    default: bool
    bytes: int
    memory: int | None
    context_length: int | None
    licence: str | None
    sha256: str | None
    path: Path


def shelf() -> tuple[ShelfLine, ...]:
    """Every catalogued model, then those from the hub that are present; no model is read for it."""
    defaults = (default_name(), embedder().name)
    lines = [
        ShelfLine(
            name=entry.name,
            kind=entry.kind,
            state=entry_state(entry),
            default=entry.name in defaults,
            bytes=entry.bytes,
            memory=entry.memory,
            context_length=entry.context_length,
            licence=entry.licence,
            sha256=entry.sha256,
            path=entry_path(entry),
        )
        for entry in load_catalogue()
    ]
    return (*lines, *map(_hub_line, hub_names()))


def present_names() -> tuple[str, ...]:
    """The models that are in the store, whole or damaged."""
    return tuple(line.name for line in shelf() if line.state != "absent")


def verify(name: str) -> Path:
    """The path of the model called `name` after reading every byte of it; `ModelError` says what is wrong."""
    if is_hub_name(name):
        return check_hub_model(name, fresh=True).path
    return check_entry(entry_named(name), fresh=True)


def place(name: str) -> Path:
    """Where the model called `name` lies; `ModelError` when neither it nor a part of it is in the store."""
    if is_hub_name(name):
        path = hub_path(name)
    else:
        entry = entry_named(name)
        name, path = entry.name, entry_path(entry)
    if not path.exists() and not staging_dir(name).exists():
        raise ModelError(f"The model {name} is not on this machine. See: greenpaper models list")
    return path


def remove(name: str) -> int:
    """Remove the model called `name` and what an unfinished pull of it left; the bytes freed."""
    path = place(name)
    if is_hub_name(name):
        forget(name)
        return remove_path(path, name)
    return remove_path(path, entry_named(name).name)


def _hub_line(name: str) -> ShelfLine:
    path, found = hub_path(name), noted(name)
    size, digest = path.stat().st_size, known_sha256(path)
    if found is None or size != found.bytes or digest not in (None, found.sha256):
        state = "damaged"
    else:
        state = "verified" if digest else "unverified"
    return ShelfLine(
        name=name,
        kind=ModelKind.GENERATOR,
        state=state,
        default=False,
        bytes=size,
        memory=None,
        context_length=None,
        licence=found.licence if found else None,
        sha256=found.sha256 if found else None,
        path=path,
    )

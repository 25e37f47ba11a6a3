"""Which model is meant: a catalogued name, a model of the hub, a local file, or this machine's default."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from rag.errors import ModelError
from rag.llm.entries import CatalogueEntry, ModelKind, Role, load_catalogue
from rag.llm.gguf import check_magic, read_head
from rag.llm.hub_names import check_hub_file, hub_names, is_hub_name
from rag.llm.model_files import ModelFile, check_entry, entry_path, pull_command, sha256_of

__all__ = ["Memory", "default_to_pull", "embedder_dir", "entry_named", "load_catalogue", "resolve_model"]

_DEFAULTS = (Role.DEFAULT, Role.SMALL_DEFAULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """A machine's memory in bytes: all of it, and what is free for a new process."""

    total: int
    available: int


def machine_memory() -> Memory:
    """The memory of this machine at this moment."""
    import psutil

    memory = psutil.virtual_memory()
    return Memory(total=memory.total, available=memory.available)


def entry_named(name: str) -> CatalogueEntry:
    """The catalogued model called `name`; `ModelError` suggests the nearest names."""
    for entry in load_catalogue():
        if entry.name == name.strip().lower():
            return entry
    raise _unknown(name)


def resolve_model(name_or_path: str | None = None) -> ModelFile:
    """The checked generator that is meant; None is this machine's default among those that are there.

    A file is checked before it is returned, so that no native parser ever sees another one: a catalogued
    model and one from the hub by size and sha256, a local file by its head.
    """
    if name_or_path is None:
        return _entry_file(_default_present(machine_memory()))
    path = Path(name_or_path).expanduser()
    if path.is_file():
        return _local_file(path)
    if is_hub_name(name_or_path):
        return check_hub_model(name_or_path)
    if path.suffix.lower() == ".gguf" or len(path.parts) > 1:
        raise ModelError(f"There is no file {path}. Name a .gguf file, or a model of: greenpaper models list")
    entry = entry_named(name_or_path)
    if entry.kind is not ModelKind.GENERATOR:
        raise ModelError(f"{entry.name} is an embedder and cannot write answers. See: greenpaper models list")
    return _entry_file(entry)


def check_hub_model(name: str, *, fresh: bool = False) -> ModelFile:
    """The hub's model called `name` after all checks, with the context length from its head."""
    model = check_hub_file(name, fresh=fresh)
    head = read_head(model.path)
    return replace(model, context_length=head.context_length, licence=model.licence or head.licence)


def embedder_dir() -> Path:
    """The checked folder of the embedder; `ModelError` says how to get it."""
    return check_entry(embedder())


def embedder() -> CatalogueEntry:
    """The catalogued embedder."""
    return next(entry for entry in load_catalogue() if entry.kind is ModelKind.EMBEDDER)


def default_to_pull(memory: Memory) -> CatalogueEntry:
    """The generator for a machine of this size; what happens to be free right now does not count."""
    return for_memory(_default_entries(), replace(memory, available=memory.total))


def fits(entry: CatalogueEntry, memory: Memory) -> bool:
    """Whether a generator and the embedder fit, and leave half of the machine to everything else."""
    needed = entry.memory + embedder().memory
    return memory.available >= needed and memory.total >= 2 * needed


def _default_entries() -> tuple[CatalogueEntry, ...]:
    """The generators that may be a default, the most able first."""
    return tuple(
        entry for role in _DEFAULTS for entry in load_catalogue()
        if entry.role is role and entry.kind is ModelKind.GENERATOR
    )  # fmt: skip


def for_memory(entries: Iterable[CatalogueEntry], memory: Memory) -> CatalogueEntry:
    """The first of `entries` that fits; the one that needs least where none does."""
    entries = tuple(entries)
    return next((entry for entry in entries if fits(entry, memory)), min(entries, key=lambda e: e.memory))


def _default_present(memory: Memory) -> CatalogueEntry:
    present = [entry for entry in _default_entries() if entry_path(entry).exists()]
    if not present:
        wanted = default_to_pull(memory)
        raise ModelError(f"There is no model on this machine yet. Get one with: {pull_command(wanted)}")
    return for_memory(present, memory)


def default_name() -> str | None:
    """The name of the model that `resolve_model(None)` would take now; None when there is none."""
    try:
        return _default_present(machine_memory()).name
    except ModelError:
        return None


def _entry_file(entry: CatalogueEntry) -> ModelFile:
    path = check_entry(entry)
    check_magic(path)
    return ModelFile(
        name=entry.name,
        path=path,
        bytes=entry.bytes,
        sha256=entry.sha256,
        licence=entry.licence,
        context_length=entry.context_length,
    )


def _local_file(path: Path) -> ModelFile:
    head = read_head(path)
    return ModelFile(
        name=path.name,
        path=path.resolve(),
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
        licence=head.licence,
        context_length=head.context_length,
    )


def _unknown(name: str) -> ModelError:
    names = [entry.name for entry in load_catalogue()] + list(hub_names())
    near = _nearest(name.strip().lower(), names)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(names)}."
    return ModelError(
        f"There is no model called {name!r}. {hint} A model of the hub is named OWNER/REPO/FILE.gguf, and a "
        "local file by its path."
    )


def _nearest(name: str, names: Iterable[str]) -> list[str]:
    """The up to three of `names` that `name` may have meant, also when only their beginning was typed."""

    def likeness(known: str) -> float:
        whole, beginning = known.lower(), known.lower()[: len(name)]
        return max(SequenceMatcher(None, name, part).ratio() for part in (whole, beginning))

    return [known for known in sorted(names, key=likeness, reverse=True) if likeness(known) >= 0.7][:3]

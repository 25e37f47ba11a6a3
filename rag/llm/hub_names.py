"""Models of the Hugging Face hub: how they are named, and what is noted about one beside its file."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.errors import ModelError
from rag.llm.model_files import ModelFile, models_dir, sha256_of

_NAME = re.compile(r"(?:[\w-][\w.+-]*/){2,}[\w-][\w.+-]*\.gguf", re.ASCII | re.IGNORECASE)
_NOTE = ".source.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFile:
    """One file of the hub at one revision, with the size and sha256 that the hub itself states."""

    repo: str
    file: str
    revision: str
    bytes: int
    sha256: str
    licence: str | None

    @property
    def name(self) -> str:
        """What the user types: OWNER/REPO/FILE.gguf."""
        return f"{self.repo}/{self.file}"


def is_hub_name(name: str) -> bool:
    """Whether `name` has the form OWNER/REPO/FILE.gguf; no part of it begins with a dot."""
    return _NAME.fullmatch(name) is not None


def hub_path(name: str) -> Path:
    """Where the hub's model called `name` lies, or would lie."""
    if not is_hub_name(name):
        raise ValueError(f"not a hub name: {name!r}")
    return models_dir().joinpath("hub", *name.split("/"))


def note(found: HubFile) -> None:
    """Note beside the file's place what the hub said about it."""
    path = _note_path(found.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(found), indent=1), encoding="utf-8")


def noted(name: str) -> HubFile | None:
    """What was noted about the hub's model called `name`; None when nothing (readable) was."""
    try:
        return HubFile(**json.loads(_note_path(name).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def forget(name: str) -> None:
    """Remove the note."""
    _note_path(name).unlink(missing_ok=True)


def hub_names() -> tuple[str, ...]:
    """The models of the hub that are in the store, by name."""
    root = models_dir() / "hub"
    names = (path.relative_to(root).as_posix() for path in sorted(root.rglob("*.gguf")))
    return tuple(name for name in names if is_hub_name(name))


def check_hub_file(name: str, *, fresh: bool = False) -> ModelFile:
    """The hub's model called `name`, when its bytes are those that the hub stated; else `ModelError`."""
    path, command = hub_path(name), f"greenpaper models pull {name}"
    again = f"Get it anew with: {command}"
    found = noted(name)
    if not path.is_file():
        raise ModelError(f"The model {name} is not on this machine. Get it with: {command}")
    if found is None:
        raise ModelError(f"What the hub said about {path} is lost, so it cannot be checked. {again}")
    size = path.stat().st_size
    if size != found.bytes:
        raise ModelError(f"{path} has {size} bytes instead of {found.bytes}: it was damaged. {again}")
    digest = sha256_of(path, fresh=fresh)
    if digest != found.sha256:
        raise ModelError(f"{path} has the sha256 {digest}, the hub stated {found.sha256}. {again}")
    return ModelFile(
        name=name, path=path, bytes=size, sha256=digest, licence=found.licence, context_length=None
    )


def _note_path(name: str) -> Path:
    path = hub_path(name)
    return path.with_name(path.name + _NOTE)

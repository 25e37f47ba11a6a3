"""The manifest of a generation: what it was built by, what is in it, and a checksum of every other file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from typing import Any

FORMAT = 2
"""The layout of a generation; it rises when an older Greenpaper could not read a newer index."""
READABLE = (1, FORMAT)
"""The layouts that can be read; a writer brings the older one up to date, which has no times of reading."""

_LIBRARIES = ("faiss-cpu", "greenpaper", "numpy", "sentence-transformers")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file of the generation; `name` is a plain file name, never a path."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexManifest:
    """What `manifest.json` says; `corpus` is a digest of the documents, `loader` what read the last ones."""

    format: int
    embedder: str
    dimension: int
    chunker: str
    loader: str
    corpus: str
    documents: int
    passages: int
    libraries: dict[str, str]
    files: tuple[FileEntry, ...]

    def to_bytes(self) -> bytes:
        """Canonical JSON: the same manifest is the same bytes, so its digest can stand in a name."""
        return (json.dumps(asdict(self), indent=1, sort_keys=True) + "\n").encode()


def parse_manifest(data: bytes) -> IndexManifest:
    """The manifest in `data`; ValueError says what is wrong with it."""
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError("manifest.json is not valid JSON") from error
    if not isinstance(raw, dict):
        raise ValueError("manifest.json is not an object")
    found = raw.get("format")
    if isinstance(found, int) and found > FORMAT:
        raise ValueError(f"it has format {found}, written by a newer Greenpaper; this one reads {FORMAT}")
    if found not in READABLE or isinstance(found, bool):
        raise ValueError(f"it has format {found!r}, and this Greenpaper reads {FORMAT}")
    names = {field.name for field in fields(IndexManifest)}
    if raw.keys() != names:
        raise ValueError(f"manifest.json has not the fields it should: {sorted(raw.keys() ^ names)}")
    return IndexManifest(**(_checked(raw) | {"files": _entries(raw["files"])}))


def _checked(raw: dict[str, Any]) -> dict[str, Any]:
    for name in ("embedder", "chunker", "loader", "corpus"):
        if not isinstance(raw[name], str):
            raise ValueError(f"manifest.json: {name} is not text")
    for name in ("dimension", "documents", "passages"):
        if not isinstance(raw[name], int) or isinstance(raw[name], bool) or raw[name] < 0:
            raise ValueError(f"manifest.json: {name} is not a count")
    libraries = raw["libraries"]
    if not isinstance(libraries, dict) or not all(isinstance(value, str) for value in libraries.values()):
        raise ValueError("manifest.json: libraries is not a table of versions")
    return raw


def _entries(raw: object) -> tuple[FileEntry, ...]:
    if not isinstance(raw, list):
        raise ValueError("manifest.json: files is not a list")
    entries = []
    for item in raw:
        if not isinstance(item, dict) or item.keys() != {"name", "bytes", "sha256"}:
            raise ValueError("manifest.json: an entry of files is not {name, bytes, sha256}")
        if not isinstance(item["name"], str) or not _PLAIN.fullmatch(item["name"]):
            raise ValueError(f"manifest.json: {item['name']!r} is not a plain file name")
        if not isinstance(item["sha256"], str) or not _SHA256.fullmatch(item["sha256"]):
            raise ValueError(f"manifest.json: the sha256 of {item['name']} is none")
        if not isinstance(item["bytes"], int) or isinstance(item["bytes"], bool):
            raise ValueError(f"manifest.json: the size of {item['name']} is none")
        entries.append(FileEntry(**item))
    return tuple(entries)


def corpus_digest(documents: Iterable[tuple[str, str, str]]) -> str:
    """A digest of (doc_id, name, sha256) of every document, whatever their order."""
    digest = hashlib.sha256()
    for row in sorted(documents):
        digest.update(json.dumps(row).encode() + b"\n")
    return digest.hexdigest()


def library_versions() -> dict[str, str]:
    """The versions of what built the index, for a reader who wonders."""
    return {name: _version(name) for name in _LIBRARIES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"

"""The first bytes of a GGUF file, read by our own code before any native parser sees the file.

Layout: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (all integers little-endian).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelError

MAGIC = b"GGUF"
VERSIONS = (2, 3)
_HEAD = struct.Struct("<4sIQQ")


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufHeader:
    """What the head of a GGUF file states."""

    version: int
    tensors: int
    pairs: int


def read_header(path: Path) -> GgufHeader:
    """The head of the GGUF file at `path`; `ModelError` says what was found instead."""
    with path.open("rb") as file:
        head = file.read(_HEAD.size)
    if head[:4] != MAGIC:
        raise ModelError(
            f"{path} is not a GGUF file: it begins with {head[:4]!r}, not {MAGIC!r}. Name a .gguf file, or get a "
            "model with: greenpaper models pull"
        )
    if len(head) < _HEAD.size:
        raise ModelError(f"{path} is cut short: it has only {len(head)} bytes. Get the file anew.")
    _, version, tensors, pairs = _HEAD.unpack(head)
    if version not in VERSIONS:
        raise ModelError(
            f"{path} is a GGUF file of version {version} (or of another byte order); Greenpaper reads versions "
            f"{' and '.join(map(str, VERSIONS))}, little-endian. Get a newer conversion of the model."
        )
    return GgufHeader(version=version, tensors=tensors, pairs=pairs)

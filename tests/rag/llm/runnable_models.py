"""Tiny GGUF files that llama.cpp really runs: the bytes for a vocabulary, a few layers of fixed weights.

What they write is nonsense in printable letters, but it depends on every token before it, which is all that
tests of states, positions and speculation need. One for each kind of memory: full attention, a sliding
window, a recurrent state.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.rag.llm.tiny_models import text

Weights = NDArray[np.float32]
_HEADS, _STATE, _RANK, _KERNEL = 2, 16, 4, 4
_TOKENS = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
_KINDS = [2, 3, 3, *[6] * 256]
_WRITTEN = [3 + 10, *range(3 + 32, 3 + 127)]
"""The tokens of a line break and of printable letters: only they have weights, so no others are written."""
_TEMPLATE = "{{ bos_token }}{% for m in messages %}{{ m['content'] }}\n{% endfor %}"


def write_full_attention(path: Path, *, head: int = 64) -> Path:
    """A model of the architecture `llama`, whose states can be moved; `head` numbers are a key."""
    width = _HEADS * head
    values = _attention("llama", width) | _u32("llama.rope.dimension_count", head)
    return _write(path, "llama", width, values, _layers(2, width, second_norm=True))


def write_sliding_window(path: Path) -> Path:
    """A model of the architecture `cohere2`, of whose four layers three see 16 tokens back."""
    width = _HEADS * 64
    values = _attention("cohere2", width) | _u32("cohere2.attention.sliding_window", 16)
    values |= _f32("cohere2.logit_scale", 1.0) | _f32("cohere2.attention.layer_norm_epsilon", 1e-5)
    return _write(path, "cohere2", width, values, _layers(4, width, second_norm=False))


def write_recurrent(path: Path) -> Path:
    """A model of the architecture `mamba`: what it has read is one state, not a row for each token."""
    width = 64
    values = _u32("mamba.ssm.conv_kernel", _KERNEL) | _u32("mamba.ssm.inner_size", 2 * width)
    values |= _u32("mamba.ssm.state_size", _STATE) | _u32("mamba.ssm.time_step_rank", _RANK)
    values |= _u32("mamba.feed_forward_length", 0) | _u32("mamba.attention.head_count", 0)
    return _write(path, "mamba", width, values, _recurrent_layers(2, width))


def _attention(name: str, width: int) -> dict[str, bytes]:
    heads = _u32(f"{name}.attention.head_count", _HEADS) | _u32(f"{name}.attention.head_count_kv", _HEADS)
    return heads | _u32(f"{name}.feed_forward_length", width)


def _layers(count: int, width: int, *, second_norm: bool) -> dict[str, Weights]:
    found = {}
    for layer in range(count):
        squares = [*(f"attn_{name}" for name in ("q", "k", "v", "output")), "ffn_gate", "ffn_up", "ffn_down"]
        for name in squares:
            found[f"blk.{layer}.{name}.weight"] = _weights(f"{name}{layer}", width, width)
        for name in ["attn_norm", *["ffn_norm"] * second_norm]:
            found[f"blk.{layer}.{name}.weight"] = np.ones(width, np.float32)
    return found


def _recurrent_layers(count: int, width: int) -> dict[str, Weights]:
    found, inner = {}, 2 * width
    for layer in range(count):
        own = {
            "attn_norm.weight": np.ones(width, np.float32),
            "ssm_in.weight": _weights(f"in{layer}", 2 * inner, width),
            "ssm_conv1d.weight": _weights(f"conv{layer}", inner, _KERNEL),
            "ssm_conv1d.bias": np.zeros(inner, np.float32),
            "ssm_x.weight": _weights(f"x{layer}", _RANK + 2 * _STATE, inner),
            "ssm_dt.weight": _weights(f"dt{layer}", inner, _RANK),
            "ssm_dt.bias": np.full(inner, -3, np.float32),
            "ssm_a": -np.tile(
                np.arange(1, _STATE + 1, dtype=np.float32) / 4000, (inner, 1)
            ),  # forgets slowly
            "ssm_d": np.ones(inner, np.float32),
            "ssm_out.weight": _weights(f"out{layer}", width, inner),
        }
        found |= {f"blk.{layer}.{name}": weights for name, weights in own.items()}
    return found


def _weights(name: str, rows: int, columns: int) -> Weights:
    """Weights that are always the same for a name; twice as great comes out as went in."""
    source = np.random.default_rng(list(name.encode()))
    return (2 * source.standard_normal((rows, columns)) / np.sqrt(columns)).astype(np.float32)


def _write(
    path: Path, name: str, width: int, values: Mapping[str, bytes], layers: Mapping[str, Weights]
) -> Path:
    vocabulary = np.zeros((len(_TOKENS), width), np.float32)
    vocabulary[_WRITTEN] = 2 * _weights("vocabulary", len(_WRITTEN), width)
    tensors = {"token_embd.weight": vocabulary, "output_norm.weight": np.ones(width, np.float32), **layers}
    blocks = 1 + max(int(key.split(".")[1]) for key in layers)
    rows = _common(name, width, blocks) | values
    described, data = b"", b""
    for key, weights in tensors.items():
        sizes = struct.pack(f"<I{weights.ndim}Q", weights.ndim, *reversed(weights.shape))
        described += text(key) + sizes + struct.pack("<IQ", 0, len(data))
        data += weights.tobytes() + b"\0" * (-weights.nbytes % 32)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(rows))
    head += b"".join(text(key) + value for key, value in rows.items()) + described
    path.write_bytes(head + b"\0" * (-len(head) % 32) + data)
    return path


def _common(name: str, width: int, blocks: int) -> dict[str, bytes]:
    return (
        _text("general.architecture", name)
        | _u32(f"{name}.context_length", 4096)
        | _u32(f"{name}.embedding_length", width)
        | _u32(f"{name}.block_count", blocks)
        | _f32(f"{name}.attention.layer_norm_rms_epsilon", 1e-5)
        | _text("tokenizer.ggml.model", "llama")
        | _text("tokenizer.chat_template", _TEMPLATE)
        | _array("tokenizer.ggml.tokens", 8, [text(token) for token in _TOKENS])
        | _array("tokenizer.ggml.scores", 6, [struct.pack("<f", 0)] * len(_TOKENS))
        | _array("tokenizer.ggml.token_type", 5, [struct.pack("<i", kind) for kind in _KINDS])
        | {"tokenizer.ggml.add_space_prefix": struct.pack("<I?", 7, False)}
        | _u32("tokenizer.ggml.bos_token_id", 1)
        | _u32("tokenizer.ggml.eos_token_id", 2)
    )


def _u32(key: str, value: int) -> dict[str, bytes]:
    return {key: struct.pack("<II", 4, value)}


def _f32(key: str, value: float) -> dict[str, bytes]:
    return {key: struct.pack("<If", 6, value)}


def _text(key: str, value: str) -> dict[str, bytes]:
    return {key: struct.pack("<I", 8) + text(value)}


def _array(key: str, kind: int, items: Sequence[bytes]) -> dict[str, bytes]:
    return {key: struct.pack("<IIQ", 9, kind, len(items)) + b"".join(items)}

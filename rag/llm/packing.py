"""Stored states in 8 bits: keys and values that lie in memory as f16 take 8.5 bits a number on disk.

On a CPU, attention over keys and values in f16 is faster than over q8_0, and twice as large. So they are
run in f16 and kept in 8 bits: blocks of 32 numbers, each an 8-bit integer, with one f16 scale a block (as
ggml's Q8_0 has it). A block of keys holds one channel of 32 tokens, not 32 channels of one token: some
channels of keys are far greater than others, and would cost their neighbours all precision (Liu et al.,
"KIVI", 2024; measured in docs/log.md). What a state holds besides them is kept as it is.

The layout of a state is llama.cpp's own (`llama_kv_cache::state_write` of the pinned version): a head, a row
for each cell, then keys and values layer by layer. A state that does not read like that is not packed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rag.llm.llama import to_f16

PACKING = "8 bits, version 1"
"""Names this layout, so that states of another one are never taken for it."""
_BLOCK = 32
_F16 = 1
_HEAD = struct.Struct("<4I")  # magic, version, streams, cells
_CELL = 12  # position, count of sequences, sequence
_LAYERS = struct.Struct("<2I")  # whether values lie transposed, layers
_ROWS = struct.Struct("<iQ")  # type, bytes of a cell's row
_COLUMNS = struct.Struct("<i2I")  # type, bytes of an element, columns
_LENGTH = struct.Struct("<I")

Bytes = NDArray[np.uint8]


def pack(state: Bytes) -> bytes | None:
    """`state` in 8 bits; None if it does not have the layout of a state in f16."""
    try:
        regions = list(_regions(state, present=True))
    except (struct.error, ValueError):
        return None
    rest, scales, numbers, cursor = [], [], [], 0
    for start, rows, columns, turn in regions:
        rest.append(state[cursor:start])
        cursor = start + 2 * rows * columns
        values = state[start:cursor].view(np.float16).reshape(rows, columns)
        scale, quantised = _quantise(values.T if turn else values)
        scales.append(scale)
        numbers.append(quantised)
    if cursor != state.size:
        return None
    head = np.concatenate(rest)
    return b"".join(
        [
            _LENGTH.pack(head.size),
            head.tobytes(),
            *(s.tobytes() for s in scales),
            *(n.tobytes() for n in numbers),
        ]
    )


def unpack(packed: Bytes) -> Bytes | None:
    """The state that `pack` was given, each number to within half a step of its block; None for nonsense."""
    try:
        (length,) = _LENGTH.unpack_from(packed.data)
        head = packed[_LENGTH.size : _LENGTH.size + length]
        regions = list(_regions(head, present=False))
        blocks = [-(-rows * columns // _BLOCK) for _, rows, columns, _ in regions]
        first = _LENGTH.size + length + 2 * sum(blocks)
        scales = packed[_LENGTH.size + length : first].view(np.float16)
        numbers = packed[first:].view(np.int8).reshape(sum(blocks), _BLOCK)
    except (struct.error, ValueError):
        return None
    values = to_f16(np.multiply(numbers, scales[:, None].astype(np.float32), dtype=np.float32))
    state = np.empty(length + 2 * sum(rows * columns for _, rows, columns, _ in regions), np.uint8)
    source = target = block = 0
    for (start, rows, columns, turn), size in zip(regions, blocks, strict=True):
        state[target : target + start - source] = head[source:start]
        target, source = target + start - source, start
        into = state[target : target + 2 * rows * columns].view(np.float16).reshape(rows, columns)
        into = into.T if turn else into
        into[:] = values[block : block + size].reshape(-1)[: into.size].reshape(into.shape)
        target, block = target + 2 * rows * columns, block + size
    return state


def _quantise(values: NDArray[np.float16]) -> tuple[NDArray[np.float16], NDArray[np.int8]]:
    """A scale for each block of 32, and the numbers as multiples of it; the last block is filled with 0."""
    padded = np.zeros(-(-values.size // _BLOCK) * _BLOCK, np.float32)
    padded[: values.size] = values.ravel()
    blocks = padded.reshape(-1, _BLOCK)
    scales = (np.abs(blocks).max(axis=1) / 127).astype(np.float16)
    steps = np.where(scales == 0, 1, scales).astype(np.float32)
    return scales, np.clip(np.rint(blocks / steps[:, None]), -127, 127).astype(np.int8)


def _regions(data: Bytes, *, present: bool) -> Iterator[tuple[int, int, int, bool]]:
    """Where in `data` the numbers stand: offset, rows and columns of each matrix, and whether to turn it.

    `data` is a whole state, or (not `present`) one from which the numbers were taken out. Raises struct.error
    or ValueError for another layout.
    """
    _, _, streams, cells = _HEAD.unpack_from(data.data)
    at = _HEAD.size + cells * _CELL
    transposed, layers = _LAYERS.unpack_from(data.data, at)
    at += _LAYERS.size
    if streams != 1 or transposed > 1 or not cells:
        raise ValueError("not a state of one stream")
    for part in range(2 * layers):
        keys, rows = part < layers, cells
        if keys or not transposed:
            kind, size = _ROWS.unpack_from(data.data, at)
            at, width, columns = at + _ROWS.size, 2, size // 2
        else:
            kind, width, rows = _COLUMNS.unpack_from(data.data, at)
            at, columns = at + _COLUMNS.size, cells
        if kind != _F16 or width != 2 or not rows * columns:
            raise ValueError("not numbers in f16")
        yield at, rows, columns, keys
        at += 2 * rows * columns * present
    if at > data.size:
        raise ValueError("the numbers reach beyond the end")

"""States in 8 bits: what comes back is near what was put in, and nonsense is told from a state."""

import struct

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.llm.packing import pack, unpack

CELLS, WIDTH, LAYERS = 37, 64, 3
HEAD = 16 + 12 * CELLS + 8


def _state(*, transposed: bool, kind: int = 1, seed: int = 1) -> NDArray[np.uint8]:
    """A state as llama.cpp writes it: a head, the cells, then keys and values of each layer."""
    chance = np.random.default_rng(seed)
    parts = [struct.pack("<4I", 7, 1, 1, CELLS)]
    parts += [struct.pack("<iIi", 100 + cell, 1, 1) for cell in range(CELLS)]
    parts.append(struct.pack("<2I", transposed, LAYERS))
    for values in (False, True):
        for _ in range(LAYERS):
            numbers = chance.normal(size=(CELLS, WIDTH)) * np.geomspace(1e-3, 1e3, WIDTH)
            if values and transposed:
                parts.append(struct.pack("<iII", kind, 2, WIDTH))
                parts.append(numbers.T.astype(np.float16).tobytes())
            else:
                parts.append(struct.pack("<iQ", kind, 2 * WIDTH))
                parts.append(numbers.astype(np.float16).tobytes())
    return np.frombuffer(b"".join(parts), np.uint8)


def _keys(state: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The keys of the first layer: a row for each cell."""
    numbers = state[HEAD + 12 : HEAD + 12 + 2 * CELLS * WIDTH].view(np.float16)
    return numbers.reshape(CELLS, WIDTH).astype(np.float64)


@pytest.mark.parametrize("transposed", [False, True])
def test_numbers_come_back_to_half_a_step_of_their_block(transposed: bool) -> None:
    state = _state(transposed=transposed)
    packed = pack(state)
    assert packed is not None
    assert len(packed) < 0.6 * state.size
    again = unpack(np.frombuffer(packed, np.uint8))
    assert again is not None
    assert again.size == state.size
    assert bytes(again[:HEAD]) == bytes(state[:HEAD])
    mine, theirs = _keys(again), _keys(state)
    # A block is 32 tokens of one channel, so a channel of small numbers is as exact as one of great ones.
    for channel in range(1, WIDTH - 1):
        around = theirs[:, channel - 1 : channel + 2]
        assert np.abs(mine[:, channel] - theirs[:, channel]).max() <= np.abs(around).max() / 127 * 0.51


def test_packing_twice_changes_nothing_more() -> None:
    """What is stored and what is used at once are the same: an answer may not depend on which it was."""
    once = unpack(np.frombuffer(pack(_state(transposed=True)) or b"", np.uint8))
    assert once is not None
    twice = unpack(np.frombuffer(pack(once) or b"", np.uint8))
    assert twice is not None
    assert np.abs(_keys(once) - _keys(twice)).max() <= 1e-3 * np.abs(_keys(once)).max()


def test_what_is_no_state_in_f16_is_not_packed() -> None:
    state = _state(transposed=False)
    assert pack(_state(transposed=False, kind=8)) is None
    assert pack(state[:-1]) is None
    assert pack(np.concatenate([state, state[:2]])) is None
    assert pack(np.zeros(0, np.uint8)) is None
    assert pack(np.frombuffer(b"\xff" * 4000, np.uint8)) is None


def test_what_was_not_packed_is_not_unpacked() -> None:
    packed = np.frombuffer(pack(_state(transposed=True)) or b"", np.uint8)
    assert unpack(packed[:-1]) is None
    assert unpack(np.concatenate([packed, packed[:32]])) is None
    assert unpack(packed[:60]) is None
    assert unpack(np.zeros(0, np.uint8)) is None
    assert unpack(np.frombuffer(b"\xff" * 4000, np.uint8)) is None
    assert unpack(_state(transposed=True)) is None


def test_all_zero_stays_zero() -> None:
    state = _state(transposed=True).copy()
    state[HEAD + 12 : HEAD + 12 + 2 * CELLS * WIDTH] = 0
    again = unpack(np.frombuffer(pack(state) or b"", np.uint8))
    assert again is not None
    assert not _keys(again).any()

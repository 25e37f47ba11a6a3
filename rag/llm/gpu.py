"""How many of a model's layers go onto the GPU: as many as its free memory holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag.llm.gguf import read_head
from rag.llm.llama import Gpu
from rag.llm.settings import RunSettings

ALL = -1
_WORKSPACE = 600 * 2**20
"""Bytes kept free for what is computed in between, for the driver and for the screen."""
_BYTES = {"f16": 2.0, "q8_0": 34 / 32}
"""Of a number among the keys and values."""


def layers_that_fit(path: Path, settings: RunSettings, gpus: Sequence[Gpu]) -> int:
    """Layers of the model at `path` for the GPUs: `ALL`, a number, or 0 without a GPU.

    A layer takes its weights and its keys and values for the whole context. What stands outside of the layers
    (the vocabulary's two matrices) is the last to move there. A file that does not say enough goes there
    whole if it fits.
    """
    if not gpus:
        return 0
    head = read_head(path)
    room = sum(gpu.free for gpu in gpus) - _WORKSPACE * len(gpus)
    memory = head.values_per_token * settings.context * _BYTES[settings.kv_type]
    if room >= path.stat().st_size + head.layers * memory:
        return ALL
    if not head.layers or not head.layer_bytes:
        return 0
    return max(0, min(head.layers, int(room / (head.layer_bytes / head.layers + memory))))

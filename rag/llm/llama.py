"""llama.cpp through its low-level API; the only file of `rag` that imports `llama_cpp`.

One context holds several sequences in one unified KV cache, so that the stored state of a passage can be
set into a sequence of its own, moved to its position and joined to the prompt without being decoded again.
Not thread-safe: one caller at a time (`rag.llm.generator` holds the lock).
"""

from __future__ import annotations

import ctypes
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# llama.cpp's threads meet many times a token. By default they wait for each other by spinning for
# milliseconds, which starves them of the core they wait for as soon as anything else runs; after this many
# turns they sleep instead. Read by the OpenMP runtime when llama_cpp is imported (see docs/log.md).
os.environ.setdefault("GOMP_SPINCOUNT", "20000")

import llama_cpp
import numpy as np
from llama_cpp._ggml import libggml
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.llm.settings import EngineSettings, RunSettings

__all__ = [
    "EngineSettings",
    "Gpu",
    "Llama",
    "StoppedError",
    "build_info",
    "gpus",
    "stitching_obstacle",
    "to_f16",
]

PROMPT, SLOT, START = range(3)
"""The sequences: the prompt to be answered, a passage on its way into it, the start of all prompts."""

_log = logging.getLogger(__name__)
_GGML_TYPES = {"f16": 1, "q8_0": 8}
_ABORTED = 2
_MAX_OUTPUTS = 32
"""Logit rows one decode may ask for: a full batch of them would reserve hundreds of megabytes."""


_GPU_TYPES = (1, 2)
"""ggml's device types for a GPU of its own and for one that shares the machine's memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """A GPU that this build of llama.cpp can use; memory in bytes."""

    name: str
    free: int
    total: int


_LOAD_MODES = {
    (False, False): llama_cpp.LLAMA_LOAD_MODE_NONE,
    (True, False): llama_cpp.LLAMA_LOAD_MODE_MMAP,
    (False, True): llama_cpp.LLAMA_LOAD_MODE_MLOCK,
    (True, True): llama_cpp.LLAMA_LOAD_MODE_MMAP_MLOCK,
}
"""By (mmap, mlock)."""


class StoppedError(Exception):
    """The caller's stop signal ended a decode."""


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _forward_log(level: int, text: bytes, _data: Any) -> None:
    # llama.cpp writes to stderr unless told otherwise; a reader's terminal is not the place for it.
    _log.debug("llama.cpp[%d] %s", level, text.decode("utf-8", "replace").rstrip())


class Llama:
    """A loaded model with one context. Positions and sequence ids are llama.cpp's own, from 0."""

    def __init__(self, path: Path, settings: RunSettings, *, weights_of: Llama | None = None) -> None:
        """Load the model at `path`, or share the weights of another one, which must be closed later."""
        _begin()
        self.settings = settings
        self.stop: Callable[[], bool] | None = None
        self.path = path
        self._shares = weights_of is not None
        self._model: Any = weights_of._model if weights_of else self._load(path)
        self._vocab = llama_cpp.llama_model_get_vocab(self._model)
        self.vocab_size: int = llama_cpp.llama_vocab_n_tokens(self._vocab)
        self.trained_context: int = llama_cpp.llama_model_n_ctx_train(self._model)
        self.context = min(settings.context, self.trained_context)
        self._context = self._new_context()
        self._memory = llama_cpp.llama_get_memory(self._context)
        self._batch = llama_cpp.llama_batch_init(settings.batch, 0, 1)

    def _load(self, path: Path) -> Any:
        params = llama_cpp.llama_model_default_params()
        params.n_gpu_layers = self.settings.gpu_layers
        params.load_mode = _LOAD_MODES[self.settings.mmap, self.settings.mlock]
        model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
        if not model:
            raise ModelError(
                f"llama.cpp could not load {path.name}: the file is damaged, of an architecture this build "
                "does not know, or memory is short. Run `greenpaper models verify` and `greenpaper doctor`."
            )
        return model

    def _new_context(self) -> Any:
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = self.context
        params.n_batch = params.n_ubatch = self.settings.batch
        params.n_seq_max = len((PROMPT, SLOT, START))
        params.n_outputs_max = _MAX_OUTPUTS
        params.n_threads = params.n_threads_batch = self.settings.threads
        params.type_k = params.type_v = _GGML_TYPES[self.settings.kv_type]
        params.flash_attn_type = int(self.settings.flash_attention)
        params.kv_unified = True
        params.no_perf = True
        # The callback is asked between graph nodes, so a stop takes effect within one batch.
        self._abort = llama_cpp.ggml_abort_callback(lambda _data: bool(self.stop and self.stop()))
        params.abort_callback = self._abort
        context = llama_cpp.llama_init_from_model(self._model, params)
        if not context:
            raise ModelError(
                f"There is not enough memory for a context of {self.context} tokens. "
                "Close other programs, or choose a smaller model with --model."
            )
        return context

    def close(self) -> None:
        """Free the context and the model; the object cannot be used afterwards."""
        if self._context:
            llama_cpp.llama_batch_free(self._batch)
            llama_cpp.llama_free(self._context)
            if not self._shares:
                llama_cpp.llama_model_free(self._model)
            self._context = self._model = None

    # --- vocabulary -------------------------------------------------------------------------------

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """Token ids of `text`; control tokens are recognised only if `special`."""
        data = text.encode("utf-8", "replace")
        size = len(data) + 8
        while True:
            tokens = (llama_cpp.llama_token * size)()
            count = llama_cpp.llama_tokenize(self._vocab, data, len(data), tokens, size, False, special)
            if count >= 0:
                return list(tokens[:count])
            size = -count

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes of one token; empty for a control token unless `special`."""
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            count = llama_cpp.llama_token_to_piece(self._vocab, token, buffer, size, 0, special)
            if count >= 0:
                return buffer.raw[:count]
            size = -count

    def is_end(self, token: int) -> bool:
        """Whether `token` ends a generation (end of turn or of text)."""
        return bool(llama_cpp.llama_vocab_is_eog(self._vocab, token))

    def is_control(self, token: int) -> bool:
        """Whether `token` steers the model (a turn marker) instead of being text."""
        return bool(llama_cpp.llama_vocab_is_control(self._vocab, token))

    def bos(self) -> list[int]:
        """The token every prompt of this model must begin with, if any."""
        if not llama_cpp.llama_vocab_get_add_bos(self._vocab):
            return []
        return [int(llama_cpp.llama_vocab_bos(self._vocab))]

    def control_piece(self, token: int) -> str:
        """The text of a control token, as templates write it; "" for none."""
        return "" if token < 0 else self.piece(token, special=True).decode("utf-8", "replace")

    def special_pieces(self) -> tuple[str, str]:
        """The texts of the begin-of-text and end-of-text tokens."""
        bos, eos = llama_cpp.llama_vocab_bos(self._vocab), llama_cpp.llama_vocab_eos(self._vocab)
        return self.control_piece(bos), self.control_piece(eos)

    def metadata(self, key: str) -> str | None:
        """A string of the GGUF's metadata; None where it has no such key."""
        buffer = ctypes.create_string_buffer(1)
        size = llama_cpp.llama_model_meta_val_str(self._model, key.encode(), buffer, 1)
        if size < 0:
            return None
        buffer = ctypes.create_string_buffer(size + 1)
        llama_cpp.llama_model_meta_val_str(self._model, key.encode(), buffer, size + 1)
        return buffer.value.decode("utf-8", "replace")

    # --- decoding ---------------------------------------------------------------------------------

    def decode(
        self, tokens: Sequence[int], *, sequence: int, position: int, outputs: int = 0
    ) -> NDArray[np.float32]:
        """Decode `tokens` at `position` of `sequence`; the logits of the last `outputs` tokens.

        Returns an array of shape (outputs, vocab_size). Raises StoppedError when `stop` says so; the
        sequence then holds nothing from `position` on (nothing at all, where it cannot be rewound).
        """
        assert outputs <= min(len(tokens), _MAX_OUTPUTS)
        rows: list[NDArray[np.float32]] = []
        first_output = len(tokens) - outputs
        for begin in range(0, len(tokens), self.settings.batch):
            part = tokens[begin : begin + self.settings.batch]
            wanted = [begin + i >= first_output for i in range(len(part))]
            self._fill_batch(part, sequence, position + begin, wanted)
            self._run_batch(sequence, position)
            rows += [self._logits(i) for i, want in enumerate(wanted) if want]
        return np.stack(rows) if rows else np.empty((0, self.vocab_size), np.float32)

    def _fill_batch(
        self, tokens: Sequence[int], sequence: int, position: int, wanted: Sequence[bool]
    ) -> None:
        batch = self._batch
        batch.n_tokens = len(tokens)
        for i, (token, want) in enumerate(zip(tokens, wanted, strict=True)):
            batch.token[i] = token
            batch.pos[i] = position + i
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = sequence
            batch.logits[i] = want

    def _run_batch(self, sequence: int, position: int) -> None:
        code = llama_cpp.llama_decode(self._context, self._batch)
        if code == 0:
            return
        self.remove(sequence, position if self.can_rewind else 0)
        if code == _ABORTED:
            raise StoppedError
        raise RuntimeError(f"llama_decode failed with code {code} (1: no room in the context)")

    def _logits(self, row: int) -> NDArray[np.float32]:
        pointer = llama_cpp.llama_get_logits_ith(self._context, row)
        return np.ctypeslib.as_array(pointer, shape=(self.vocab_size,)).copy()

    # --- sequences --------------------------------------------------------------------------------

    @property
    def can_stitch(self) -> bool:
        """Whether passages can be joined from states."""
        return not _obstacle(self._model, self._memory)

    @property
    def can_rewind(self) -> bool:
        """Whether the end of a sequence can be forgotten: a recurrent state only as a whole."""
        return not (
            llama_cpp.llama_model_is_recurrent(self._model) or llama_cpp.llama_model_is_hybrid(self._model)
        )

    def holds(self, sequence: int, start: int, end: int) -> bool:
        """Whether a sequence's positions begin at `start` and end before `end`."""
        first = llama_cpp.llama_memory_seq_pos_min(self._memory, sequence)
        return bool(first == start and llama_cpp.llama_memory_seq_pos_max(self._memory, sequence) == end - 1)

    def remove(self, sequence: int, start: int = 0, end: int = -1) -> None:
        """Forget the positions `[start, end)` of a sequence; for a part of it see `can_rewind`."""
        if not llama_cpp.llama_memory_seq_rm(self._memory, sequence, start, end):
            raise RuntimeError(f"llama.cpp cannot forget the positions from {start} on")

    def copy(self, source: int, target: int, start: int = 0, end: int = -1) -> None:
        """Let `target` share the cells of `source`; no data moves."""
        llama_cpp.llama_memory_seq_cp(self._memory, source, target, start, end)

    def shift(self, sequence: int, start: int, delta: int) -> None:
        """Move all positions from `start` on by `delta`; keys are turned at the next decode."""
        if delta:
            llama_cpp.llama_memory_seq_add(self._memory, sequence, start, -1, delta)

    def clear(self) -> None:
        """Forget every sequence."""
        llama_cpp.llama_memory_clear(self._memory, False)

    def get_state(self, sequence: int) -> NDArray[np.uint8]:
        """Keys, values and positions of one sequence, in llama.cpp's own format."""
        size = llama_cpp.llama_state_seq_get_size(self._context, sequence)
        state = np.empty(size, np.uint8)
        pointer = state.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        written = llama_cpp.llama_state_seq_get_data(self._context, pointer, size, sequence)
        return state[:written]

    def set_state(self, sequence: int, state: NDArray[np.uint8]) -> bool:
        """Put a stored state into an empty sequence; False if llama.cpp does not accept it."""
        pointer = state.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        return bool(llama_cpp.llama_state_seq_set_data(self._context, pointer, state.size, sequence))


def _begin() -> None:
    llama_cpp.llama_log_set(_forward_log, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()


def _obstacle(model: Any, memory: Any) -> str:
    if llama_cpp.llama_model_is_recurrent(model):
        return "its memory is recurrent"
    if llama_cpp.llama_model_is_hybrid(model):
        return "a part of its memory is recurrent"
    if window := llama_cpp.llama_model_n_swa(model):
        return f"its memory is a sliding window of {window} tokens"
    if not llama_cpp.llama_memory_can_shift(memory):
        return "what it has read cannot be moved to another position"
    return ""


def stitching_obstacle(path: Path) -> str:
    """Why the passages of the model at `path` cannot be joined from stored states; "" if they can.

    Reads the file's head and vocabulary, no weights. Raises ModelError for a file that cannot be read so.
    """
    _begin()
    params = llama_cpp.llama_model_default_params()
    params.no_alloc, params.load_mode = True, llama_cpp.LLAMA_LOAD_MODE_NONE
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
    if not model:
        raise ModelError(f"llama.cpp cannot read {path.name}: it is damaged, or of an unknown architecture.")
    try:
        shape = llama_cpp.llama_context_default_params()
        shape.n_ctx, shape.n_batch, shape.n_ubatch = 64, 32, 32
        context = llama_cpp.llama_init_from_model(model, shape)
        if not context:
            raise ModelError(f"{path.name} is no model that writes text: llama.cpp gives it no memory.")
        found = _obstacle(model, llama_cpp.llama_get_memory(context))
        llama_cpp.llama_free(context)
        return found
    finally:
        llama_cpp.llama_model_free(model)


def gpus() -> tuple[Gpu, ...]:
    """The GPUs that this build can use; () for a build without GPU support, or where there is none."""
    _begin()
    return tuple(_gpus())


def _gpus() -> Iterator[Gpu]:
    # llama-cpp-python binds none of these: their signatures are those of ggml-backend.h.
    device, size = ctypes.c_void_p, ctypes.c_size_t
    libggml.ggml_backend_dev_count.restype = size
    libggml.ggml_backend_dev_get.argtypes, libggml.ggml_backend_dev_get.restype = [size], device
    libggml.ggml_backend_dev_type.argtypes = [device]
    libggml.ggml_backend_dev_description.argtypes = [device]
    libggml.ggml_backend_dev_description.restype = ctypes.c_char_p
    libggml.ggml_backend_dev_memory.argtypes = [device, ctypes.POINTER(size), ctypes.POINTER(size)]
    libggml.ggml_backend_dev_memory.restype = None
    for number in range(libggml.ggml_backend_dev_count()):
        found = libggml.ggml_backend_dev_get(number)
        if libggml.ggml_backend_dev_type(found) in _GPU_TYPES:
            free, total = size(), size()
            libggml.ggml_backend_dev_memory(found, ctypes.byref(free), ctypes.byref(total))
            name = libggml.ggml_backend_dev_description(found).decode("utf-8", "replace")
            yield Gpu(name=name, free=free.value, total=total.value)


def to_f16(values: NDArray[np.float32]) -> NDArray[np.float16]:
    """The same numbers in 16 bits, rounded to the nearest: ten times as fast as numpy where ggml is at hand.

    `values` must lie in memory in one piece.
    """
    found = np.empty(values.shape, np.float16)
    if _FP32_TO_FP16 is None:
        found[...] = values
    else:
        _FP32_TO_FP16(values.ctypes.data, found.ctypes.data, values.size)
    return found


def _conversion() -> Callable[[int, int, int], None] | None:
    try:
        convert: Any = libggml.ggml_cpu_fp32_to_fp16
    except AttributeError:  # a build whose CPU code is loaded apart
        return None
    convert.argtypes, convert.restype = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64], None
    return convert  # type: ignore[no-any-return]


_FP32_TO_FP16 = _conversion()


def build_info() -> str:
    """Version and features of the llama.cpp build, for fingerprints and `doctor`."""
    features = llama_cpp.llama_print_system_info().decode("utf-8", "replace")
    return f"llama-cpp-python {llama_cpp.__version__}; {features.strip()}"

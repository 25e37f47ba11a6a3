"""Stored states (keys and values) of passages, on disk, so that a passage is prefilled once.

A folder holds the states of one `space`: one model file, prompt start, KV type and llama.cpp build. States
lie in append-only segment files, each record a header and a payload:

    magic 8 | key 16 | tokens u32 | length u64 | digest of the payload 16 | payload

A segment is its own index: opening walks the headers, and a record counts only if it lies wholly inside
the file and its digest is right when it is read. So a kill costs the record being written and nothing
else, readers never wait for the writer, and there is no second file that could disagree. Space is given
back a whole segment at a time, the least recently used first, whichever space below `root` it is of.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from time import monotonic, sleep

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"GPSTATE1"
_HEADER = struct.Struct("<8s16sIQ16s")
_SEGMENT_BYTES = 64 * 2**20
_POLL_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredState:
    """A checked state: `data` as llama.cpp wrote it, for `tokens` tokens."""

    tokens: int
    data: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    segment: str
    offset: int
    length: int
    tokens: int
    digest: bytes


def state_key(tokens: Sequence[int]) -> bytes:
    """16 bytes that name a passage by its content, as the model sees it."""
    return blake2b(np.asarray(tokens, np.int32).tobytes(), digest_size=16).digest()


class PassageCache:
    """The states of one space in `folder`, at most `budget` bytes of all the spaces below `root` together.

    Any number of processes may read and write; a write that finds another one going on, or a folder that
    cannot be written, is skipped, since a state can always be computed again. `problem` says why nothing can
    be written at present, "" where that is not known to be so. `root` None: this space alone counts.
    """

    def __init__(
        self, folder: Path, *, budget: int, root: Path | None = None, segment_bytes: int = _SEGMENT_BYTES
    ) -> None:
        self.folder = folder
        self.problem = ""
        self._root = root
        self._budget = budget
        self._segment_bytes = segment_bytes
        self._places: dict[bytes, _Place] = {}
        self._scanned: dict[str, int] = {}
        self.refresh()

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: bytes) -> bool:
        return key in self._places

    @property
    def size(self) -> int:
        """Bytes of this space on disk."""
        total = 0
        for path in self._segments():
            with suppress(FileNotFoundError):  # evicted just now by another process
                total += path.stat().st_size
        return total

    @property
    def full(self) -> bool:
        """Whether storing more would soon push out states of this same space."""
        return self.size + self._segment_bytes > self._budget

    @property
    def tokens(self) -> int:
        """Tokens whose states are stored."""
        return sum(place.tokens for place in self._places.values())

    def _segments(self) -> list[Path]:
        return sorted(self.folder.glob("states-*.bin"))

    def refresh(self) -> None:
        """Learn what other processes wrote or evicted since."""
        present = {path.name: path for path in self._segments()}
        for name in set(self._scanned) - set(present):
            self._forget(name)
        for name, path in present.items():
            try:
                self._scanned[name] = self._scan(path, self._scanned.get(name, 0))
            except OSError:  # evicted just now by another process
                self._forget(name)

    def _forget(self, segment: str) -> None:
        self._scanned.pop(segment, None)
        for key in [key for key, place in self._places.items() if place.segment == segment]:
            del self._places[key]

    def _scan(self, path: Path, offset: int) -> int:
        """Note the whole records of a segment from `offset` on; the offset behind the last of them."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            while offset + _HEADER.size <= size:
                file.seek(offset)
                magic, key, tokens, length, digest = _HEADER.unpack(file.read(_HEADER.size))
                end = offset + _HEADER.size + length
                if magic != _MAGIC or end > size:
                    break
                place = _Place(
                    segment=path.name,
                    offset=offset + _HEADER.size,
                    length=length,
                    tokens=tokens,
                    digest=digest,
                )
                self._places[key] = place
                offset = end
        return offset

    def get(self, key: bytes) -> StoredState | None:
        """The state of `key`; None if there is none or what is there is damaged (it is then forgotten)."""
        place = self._places.get(key)
        if place is None:
            return None
        data = self._read(place)
        if data is None or _digest(key, place.tokens, data) != place.digest:
            del self._places[key]
            return None
        return StoredState(tokens=place.tokens, data=data)

    def _read(self, place: _Place) -> NDArray[np.uint8] | None:
        path = self.folder / place.segment
        try:
            with path.open("rb") as file:
                with suppress(OSError):
                    os.utime(path)  # the time of last use, which eviction goes by
                if os.fstat(file.fileno()).st_size < place.offset + place.length:
                    return None
                view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                return np.frombuffer(view, np.uint8, place.length, place.offset)
        except (OSError, ValueError):
            return None

    def put(self, key: bytes, tokens: int, state: bytes, *, patience_s: float = 0.0) -> bool:
        """Store a state; False if it cannot be written, or another process keeps writing for `patience_s`."""
        header = _HEADER.pack(
            _MAGIC, key, tokens, len(state), _digest(key, tokens, np.frombuffer(state, np.uint8))
        )
        try:
            with self._writing(patience_s) as allowed:
                if not allowed:
                    return False
                self._evict(_HEADER.size + len(state))
                self._append(header, state)
                self.refresh()
        except OSError as error:
            self.problem = f"{self.folder} cannot be written: {error.strerror or error}"
            return False
        self.problem = ""
        return key in self._places

    @contextmanager
    def _writing(self, patience_s: float) -> Iterator[bool]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("wb") as lock:
            if allowed := _lock(lock.fileno(), patience_s):
                self.refresh()
            yield allowed

    def _append(self, header: bytes, state: bytes) -> None:
        path = self._open_segment(len(header) + len(state))
        start = self._scanned.get(path.name, 0)
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.truncate(start)  # the torn record of a writer that was killed
            file.seek(start)
            try:
                file.write(header)
                file.write(state)
                file.flush()
            except OSError:
                file.truncate(start)
                raise

    def _open_segment(self, needed: int) -> Path:
        segments = self._segments()
        if segments and self._scanned.get(segments[-1].name, 0) + needed <= self._segment_bytes:
            return segments[-1]
        number = int(segments[-1].stem.split("-")[1]) + 1 if segments else 1
        return self.folder / f"states-{number:06d}.bin"

    def _evict(self, needed: int) -> None:
        segments = list(self._root.glob("*/states-*.bin")) if self._root else self._segments()
        kept = []
        for path in segments:
            with suppress(FileNotFoundError):  # evicted just now by another process
                kept.append((path.stat().st_mtime_ns, path.stat().st_size, path))
        total = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if total + needed <= self._budget:
                return
            path.unlink(missing_ok=True)
            total -= size
            if path.parent == self.folder:
                self._forget(path.name)


def _lock(file: int, patience_s: float) -> bool:
    """Lock a file for writing, or give up after `patience_s`."""
    until = monotonic() + patience_s
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if monotonic() >= until:
                return False
            sleep(_POLL_S)


def _digest(key: bytes, tokens: int, data: NDArray[np.uint8]) -> bytes:
    # The key and the count are digested too: a flipped bit there must not pass one state off as another's.
    digest = blake2b(key + tokens.to_bytes(4, "little"), digest_size=16)
    digest.update(data.data)
    return digest.digest()

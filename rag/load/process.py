"""A process of its own for reading files: a file can crash, hang or exhaust that, and nothing else."""

from __future__ import annotations

import json
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from rag.errors import DocumentError
from rag.job_process import starting
from rag.load.ocr import PAGE_SECONDS

_HEADER = struct.Struct(">Q")
_POLL_S = 0.2
_START_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may use. Seconds grow with the file's size, up to `max_seconds`."""

    memory_bytes: int = 2 * 2**30
    base_seconds: float = 45.0
    seconds_per_mib: float = 20.0
    max_seconds: float = 900.0
    output_bytes: int = 256 * 2**20

    def seconds(self, size: int) -> float:
        """The time that a file of `size` bytes may take."""
        return min(self.max_seconds, self.base_seconds + self.seconds_per_mib * size / 2**20)


class _BrokenReaderError(DocumentError):
    """The process crashed or ran out of memory, perhaps not by this file's fault."""


class ReaderProcess:
    """Reads files in a separate process, which is started on first use and again after a crash.

    Memory is capped by the system where it honours the limit (Linux), and everywhere by watching the
    process; time is capped by the clock and by the processor's seconds. Not for use by two threads at once.
    Text recognition has time of its own for each page; `told` hears the name, the page and their count.
    """

    def __init__(
        self, limits: Limits | None = None, *, told: Callable[[str, int, int], None] | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._told = told
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process; a later question starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def ask(self, task: str, path: Path, *, name: str, **details: object) -> dict[str, Any]:
        """What `rag.load.child` answers to `task` about a file; `details` are its parameters, as JSON.

        Raises DocumentError when it says what is wrong, and when the file breaks a limit or the reader.
        """
        try:
            size = path.stat().st_size
        except OSError as error:
            raise DocumentError(f"{name} cannot be read: {error.strerror}. Check the path.") from None
        seconds = self._limits.seconds(size)
        request = {
            "task": task,
            "path": os.fspath(path.absolute()),
            "name": name,
            "seconds": seconds,
            **details,
        }
        fresh = self._process is None
        try:
            return self._answered(request, seconds, name)
        except _BrokenReaderError:
            # A process that has read other files may have been broken, or filled, by those.
            if fresh:
                raise
            return self._answered(request, seconds, name)

    def _answered(self, request: dict[str, object], seconds: float, name: str) -> dict[str, Any]:
        try:
            reply = self._ask(request, seconds, name)
        except BaseException:
            self.close()
            raise
        if "error" not in reply:
            return reply
        if reply.get("restart"):
            self.close()
            raise _BrokenReaderError(str(reply["error"]))
        raise DocumentError(str(reply["error"]))

    def _ask(self, request: dict[str, object], seconds: float, name: str) -> dict[str, Any]:
        process = self._started()
        assert process.stdin is not None
        body = json.dumps(request).encode()
        try:
            process.stdin.write(_HEADER.pack(len(body)) + body)
            process.stdin.flush()
        except OSError:
            raise self._ended(process, name) from None
        reply = self._message(process, seconds, name)
        while "page" in reply:
            if self._told:
                self._told(name, int(reply["page"]), int(reply["count"]))
            reply = self._message(process, seconds + PAGE_SECONDS, name)
        return reply

    def _message(self, process: subprocess.Popen[bytes], seconds: float, name: str) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        (length,) = _HEADER.unpack(self._read(process, _HEADER.size, deadline, seconds, name))
        if length > self._limits.output_bytes:
            raise DocumentError(
                f"{name} unfolds to more than {self._limits.output_bytes // 2**10:,} KiB of text: it is "
                "probably made to fill the memory. Leave it out."
            )
        message: dict[str, Any] = json.loads(self._read(process, length, deadline, seconds, name))
        return message

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, *starting("rag.load.child"), str(self._limits.memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the parent, which then ends the child
        )
        try:
            self._read(self._process, 1, time.monotonic() + _START_S, _START_S, "")
        except DocumentError:
            self.close()
            raise DocumentError(
                "The process that reads documents did not start. Is there enough free memory? "
                "`greenpaper doctor` shows what is missing."
            ) from None
        return self._process

    def _read(
        self, process: subprocess.Popen[bytes], count: int, deadline: float, seconds: float, name: str
    ) -> bytes:
        """`count` bytes of the answer; watches the clock and the memory meanwhile."""
        assert process.stdout is not None
        descriptor = process.stdout.fileno()
        parts: list[bytes] = []
        while count:
            ready, _, _ = select.select([descriptor], [], [], _POLL_S)
            if ready:
                part = os.read(descriptor, min(count, 2**20))
                if not part:
                    raise self._ended(process, name)
                parts.append(part)
                count -= len(part)
            elif time.monotonic() > deadline:
                raise DocumentError(
                    f"{name} took longer than {seconds:.0f} seconds to read, and was given up: it is "
                    "probably damaged, or made to keep its reader busy. Try to print it into a new file."
                )
            elif self._resident(process) > 1.25 * self._limits.memory_bytes:
                raise _memory(name, self._limits.memory_bytes)
        return b"".join(parts)

    def _ended(self, process: subprocess.Popen[bytes], name: str) -> DocumentError:
        """Why the process has gone, as a sentence."""
        code = process.wait()
        if -code == getattr(signal, "SIGXCPU", -1):
            return DocumentError(
                f"{name} needed too much computing time, and was given up: it is probably damaged, or "
                "made to keep its reader busy. Try to print it into a new file."
            )
        how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        return _BrokenReaderError(
            f"{name} broke its reader ({how}): it is probably damaged, or made to exhaust memory. Open it "
            "in its own program and save it again, or leave it out."
        )

    @staticmethod
    def _resident(process: subprocess.Popen[bytes]) -> int:
        try:
            return int(psutil.Process(process.pid).memory_info().rss)
        except psutil.Error:
            return 0


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and, where it leads a group of its own, the text recognition that it started."""
    if sys.platform != "win32" and process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _memory(name: str, limit: int) -> DocumentError:
    return _BrokenReaderError(
        f"{name} needed more than {limit / 2**30:.1f} GiB of memory, and was given up: it is probably "
        "damaged, or made to exhaust memory. Leave it out, or split it."
    )

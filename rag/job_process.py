"""One long job in a process of its own: it tells what it does, can be stopped, and its memory goes with it.

The other side is `rag.job_child`.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]


def starting(module: str) -> tuple[str, ...]:
    """The arguments with which our own interpreter runs `main` of one of our modules, started anywhere."""
    return "-c", f"import sys; sys.path.insert(0, sys.argv[1]); from {module} import main; main()", str(_ROOT)


class JobProcess:
    """A job, begun at once with `request` (JSON). `child` are the arguments for our own interpreter."""

    def __init__(self, child: Sequence[str], request: Mapping[str, Any]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, *child],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches the parent, whose end then stops the child
        )
        self.pid = self._process.pid
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # then there are no lines, and `ended` tells how it ended
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def lines(self) -> Iterator[tuple[str, Any]]:
        """What the job tells, kind and value, until its output ends."""
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                ((kind, value),) = json.loads(line).items()
                yield kind, value

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._process.stdin is None or self._process.stdin.closed

    def stop(self) -> None:
        """Tell it to end soon. From any thread."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()

    def ended(self, patience_s: float | None = None) -> str:
        """Waits for its end, and kills it after `patience_s` seconds; how it ended, such as "SIGKILL"."""
        try:
            code = self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        return signal.Signals(-code).name if code < 0 else f"exit status {code}"

"""A run in a process of its own: it can be stopped at once, and its memory goes when it ends.

What a case costs the machine is then the case's own, and not that of the program which shows the run.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from eval.run import Step
from rag.errors import GreenpaperError

_ROOT = Path(__file__).resolve().parents[1]
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from eval.run_child import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOrder:
    """What is run: a suite over an index that is there, with models on this machine, into a folder."""

    suite: Path
    out: Path
    index: Path
    models: tuple[str, ...]
    baselines_of: str = ""


class RunProcess:
    """One run, begun at once or gone on with; its report is written when it is whole."""

    def __init__(
        self,
        order: RunOrder,
        *,
        child: Sequence[str] = ("-c", _CHILD, os.fspath(_ROOT)),
        patience_s: float = 10.0,
    ) -> None:
        """`child` are the arguments for our own interpreter.

        A model that reads a long prompt may not hear in `patience_s` seconds that it should stop. It is
        killed then, and nothing is lost by it.
        """
        self._patience_s = patience_s
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, *child],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches the parent, whose end then stops the child
        )
        request = {
            "suite": os.fspath(order.suite.absolute()),
            "out": os.fspath(order.out.absolute()),
            "index": os.fspath(order.index.absolute()),
            "models": list(order.models),
            "baselines_of": order.baselines_of,
        }
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # then `steps` tells how it ended
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def steps(self) -> Iterator[Step]:
        """How far it is, until it is done or was stopped; whoever leaves early stops it.

        Raises GreenpaperError where it could not go on.
        """
        failure = ""
        done = False
        try:
            for line in self._lines():
                match json.loads(line):
                    case {"step": dict(fields)}:
                        yield Step(**fields)
                    case {"error": str(message)}:
                        failure = message
                    case {"end": _}:
                        done = True
            stopped = self._closed()
        finally:
            self.stop()
        if failure or not (done or stopped):
            raise GreenpaperError(failure or _broken(self._process.returncode))

    def stop(self) -> None:
        """End it, at the latest after some seconds; what it has done is kept. From any thread."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(self._patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _lines(self) -> Iterator[bytes]:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            yield from lines

    def _closed(self) -> bool:
        return self._process.stdin is None or self._process.stdin.closed


def _broken(code: int) -> str:
    how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
    return (
        f"The run broke off ({how}), perhaps for lack of memory. Nothing that was answered is lost: go on "
        "with it, or choose smaller models."
    )

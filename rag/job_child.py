"""The other side of `rag.job_process`: a request on standard input, a JSON object a line on standard output.

A job stops, by a KeyboardInterrupt, when standard input ends: because it was told to, or because whoever
started it is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from threading import Thread
from typing import Any

from rag.offline import guard


class JobChild:
    """What the job was asked, and the way to tell how it goes. Made first of all in its process."""

    def __init__(self) -> None:
        guard()
        self._out = os.fdopen(os.dup(1), "w", encoding="ascii")
        os.dup2(2, 1)  # what a library prints must not reach the pipe
        self.request: dict[str, Any] = json.loads(sys.stdin.buffer.readline())

    def send(self, kind: str, value: object) -> None:
        """One line; a reader that is gone changes nothing, the end of the input is on its way."""
        with suppress(BrokenPipeError):
            self._out.write(json.dumps({kind: value}) + "\n")
            self._out.flush()

    def end_with_input(self) -> None:
        """From now on the end of the input is a SIGINT, which a shell's background processes else ignore."""
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        Thread(target=_end_with_input, name="stop", daemon=True).start()


def _end_with_input() -> None:
    while os.read(0, 1024):  # not by `sys.stdin`, whose lock would be held when the program ends
        pass
    os.kill(os.getpid(), signal.SIGINT)

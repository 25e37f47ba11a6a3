"""The other side of `eval.run_process`: a request on standard input, an object a line on standard output.

It stops, and keeps what it has done, when standard input ends: because it was told to, or because whoever
started it is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Thread
from typing import Any

from eval.report.load import report_of
from eval.report.write import write_report
from eval.run import Step
from eval.suite_run import Parts, RunRequest, Watcher, run_suite
from rag.errors import GreenpaperError
from rag.offline import guard
from rag.types import Stage

Send = Callable[[str, object], None]


def main(parts: Parts | None = None) -> None:
    """Serves the one request. `parts` are what the run is made of, as in `run_suite`."""
    guard()
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what a library prints must not reach the pipe

    def send(kind: str, value: object) -> None:
        with suppress(BrokenPipeError):  # whoever asked is gone, and the end of the input is on its way
            out.write(json.dumps({kind: value}) + "\n")
            out.flush()

    request = json.loads(sys.stdin.buffer.readline())
    Thread(target=_end_with_input, name="stop", daemon=True).start()
    try:
        _serve(request, send, parts)
        send("end", "done")
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the input ends now, and that is no longer news
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        send("end", "stopped")
    except GreenpaperError as error:
        send("error", str(error))


def _serve(request: dict[str, Any], send: Send, parts: Parts | None) -> None:
    asked = RunRequest(
        suite=Path(request["suite"]),
        out=Path(request["out"]),
        index=Path(request["index"]),
        models=tuple(request["models"]),
        baselines_of=request["baselines_of"],
    )

    def asking(step: Step) -> None:
        send("step", asdict(step))

    def ingesting(_stage: Stage) -> None:
        """Nothing is read: the index is there."""

    run_suite(asked, Watcher(ingesting=ingesting, asking=asking, say=lambda _line: None), parts)
    write_report(report_of(asked.out), asked.out)


def _end_with_input() -> None:
    while os.read(0, 1024):  # not by `sys.stdin`, whose lock would be held when the program ends
        pass
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    main()

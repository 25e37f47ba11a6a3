"""A run in a process of its own: it can be stopped at once, and its memory goes when it ends.

What a case costs the machine is then the case's own, and not that of the program which shows the run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.run import Step
from rag.errors import GreenpaperError
from rag.job_process import JobProcess, starting


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
        child: Sequence[str] = starting("eval.run_child"),
        patience_s: float = 10.0,
    ) -> None:
        """`child` are the arguments for our own interpreter.

        A model that reads a long prompt may not hear in `patience_s` seconds that it should stop. It is
        killed then, and nothing is lost by it.
        """
        self._patience_s = patience_s
        request = {
            "suite": os.fspath(order.suite.absolute()),
            "out": os.fspath(order.out.absolute()),
            "index": os.fspath(order.index.absolute()),
            "models": list(order.models),
            "baselines_of": order.baselines_of,
        }
        self._job = JobProcess(child, request)

    def steps(self) -> Iterator[Step]:
        """How far it is, until it is done or was stopped; whoever leaves early stops it.

        Raises GreenpaperError where it could not go on.
        """
        failure = ""
        done = False
        try:
            for kind, value in self._job.lines():
                match kind:
                    case "step":
                        yield Step(**value)
                    case "error":
                        failure = value
                    case "end":
                        done = True
            stopped = self._job.stopped
        finally:
            self.stop()
        if failure or not (done or stopped):
            raise GreenpaperError(failure or _broken(self._job.ended()))

    def stop(self) -> None:
        """End it, at the latest after some seconds; what it has done is kept. From any thread."""
        self._job.stop()
        self._job.ended(self._patience_s)


def _broken(how: str) -> str:
    return (
        f"The run broke off ({how}), perhaps for lack of memory. Nothing that was answered is lost: go on "
        "with it, or choose smaller models."
    )

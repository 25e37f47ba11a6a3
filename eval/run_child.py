"""The other side of `eval.run_process`: runs what it is asked to; stopped, it keeps what it has done."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.report.load import report_of
from eval.report.write import write_report
from eval.run import Step
from eval.suite_run import Parts, RunRequest, Watcher, run_suite
from rag.errors import GreenpaperError
from rag.job_child import JobChild
from rag.types import Stage

Send = Callable[[str, object], None]


def main(parts: Parts | None = None) -> None:
    """Serves the one request. `parts` are what the run is made of, as in `run_suite`."""
    job = JobChild()
    job.end_with_input()
    try:
        _serve(job.request, job.send, parts)
        job.send("end", "done")
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the input ends now, and that is no longer news
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        job.send("end", "stopped")
    except GreenpaperError as error:
        job.send("error", str(error))


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


if __name__ == "__main__":
    main()

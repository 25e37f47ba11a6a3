"""The child of `eval.run_process` over scripted systems: `python -m tests.eval.harbour_child SECONDS`.

A model called "slow" takes three seconds more for each case, "frail" ends the program in its second case,
"deaf" does not hear that it should stop.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import defaultdict
from dataclasses import replace

from eval.cases import Case
from eval.run_child import main
from eval.run_info import SystemEntry
from eval.suite_run import Parts, RunRequest
from eval.systems.choose import Chosen
from eval.systems.system import Kind, System
from rag.errors import ModelError
from rag.types import Answer
from tests.eval.harbour import BASELINES, RIGHT, Scripted, parts


class Frail(Scripted):
    def answer(self, case: Case) -> Answer:
        if case.case_id == "master":
            os.kill(os.getpid(), signal.SIGKILL)
        return super().answer(case)


class Slow(Scripted):
    def answer(self, case: Case) -> Answer:
        time.sleep(3)
        return super().answer(case)


class Deaf(Scripted):
    def answer(self, case: Case) -> Answer:
        while True:
            try:
                time.sleep(60)
            except KeyboardInterrupt:
                continue


SAID = defaultdict(lambda: "It is 14 crowns a day.", RIGHT)
KINDS = {"right": Scripted, "slow": Slow, "frail": Frail, "deaf": Deaf}


def made(seconds: float) -> Parts:
    """The models that the request names, each scripted, and the baselines without a model."""

    def choose(request: RunRequest) -> tuple[Chosen, ...]:
        if unknown := set(request.models) - set(KINDS):
            raise ModelError(f"There is no model called {unknown.pop()!r}.")
        entries = [
            SystemEntry(name=name, baseline=False, fingerprint={"model": name}) for name in request.models
        ]
        entries += [SystemEntry(name=name, baseline=True, fingerprint={}) for name in BASELINES]
        return tuple(Chosen(entry=entry, kind=Kind.NAIVE) for entry in entries)

    def opened(chosen: Chosen, context: object, *_: object) -> System:
        name = chosen.entry.name
        return KINDS[name](SAID, seconds) if name in KINDS else BASELINES[name](context)  # type: ignore[arg-type]

    return replace(parts({}), choose=choose, open_system=opened)


if __name__ == "__main__":
    main(made(float(sys.argv[1])))

"""A small suite whose every figure can be worked out by hand, and systems that are scripted.

As a program it runs the suite slowly, for a test to end it: `python -m tests.eval.harbour SUITE OUT SECONDS`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from eval.cases import Case
from eval.run import Step
from eval.run_info import SystemEntry
from eval.store import StoredRun, read_scores
from eval.suite_run import Parts, RunRequest, Watcher, run_suite
from eval.systems.choose import Chosen
from eval.systems.contexts import Context
from eval.systems.pipeline import Pipeline
from eval.systems.system import Kind, System, Watch, plain_answer
from eval.systems.trivial import AlwaysAbstain, FirstSentence
from rag.types import Answer, Status
from tests.rag.answering.scripted_generator import ScriptedGenerator
from tests.rag.index_fakes import LengthEmbedder, LineLoader, write

FEES = "# Harbour fees\nThe harbour fee is 14 crowns a day. Fishing boats pay nothing.\n"
MASTER = "# Harbour master\nThe harbour master is Ada Lund. She reports to the council every March.\n"
WASTE = "# Waste\nOil must be handed in at the north quay.\n"
FEE = {"document": "fees.txt", "quote": "The harbour fee is 14 crowns a day.", "page": 2}
ADA = {"document": "master.txt", "quote": "The harbour master is Ada Lund.", "page": 2}

CASES: tuple[Mapping[str, Any], ...] = (
    {"id": "fee", "question": "What is the harbour fee a day?", "evidence": [FEE], "answers": ["14 crowns"]},
    {"id": "master", "question": "Who is the harbour master?", "evidence": [ADA], "answers": ["Ada Lund"]},
    {"id": "wage", "question": "What is the wage of the master?", "answerable": False, "about": "master.txt"},
)

RIGHT = {"fee": "It is 14 crowns a day.", "master": "That is Ada Lund.", "wage": "It is 3 crowns."}


def write_suite(folder: Path, cases: tuple[Mapping[str, Any], ...] = CASES, **head: str) -> Path:
    """The suite with its documents; `head` are further lines of its suite.toml."""
    write(folder / "documents", fees=FEES, master=MASTER, waste=WASTE)
    lines = {"name": "Harbour", "corpus": "documents", **head}
    text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items() if value)
    (folder / "suite.toml").write_text(text, "utf-8")
    (folder / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases), "utf-8")
    return folder


class Scripted:
    """A system that says `said[case id]`, or raises it; `asked` are the cases it was given."""

    reads_passages = False

    def __init__(self, said: Mapping[str, str | BaseException], seconds: float = 0.0) -> None:
        self._said = said
        self._seconds = seconds
        self.asked: list[str] = []
        self.open = True

    def answer(self, case: Case) -> Answer:
        self.asked.append(case.case_id)
        time.sleep(self._seconds)
        said = self._said[case.case_id]
        if isinstance(said, BaseException):
            raise said
        return plain_answer(case, "scripted", Status.ANSWERED, said, Watch())

    def close(self) -> None:
        self.open = False


def parts(systems: Mapping[str, Callable[[Context], System]]) -> Parts:
    """The parts of a run over these systems, without any model."""

    def chosen(name: str) -> Chosen:
        baseline = name in ("always-abstain", "first-sentence")
        return Chosen(
            entry=SystemEntry(
                name=name,
                baseline=baseline,
                fingerprint={"kind": name} if baseline else {"kind": name, "model": name},
            ),
            kind=Kind.NAIVE,
        )

    return Parts(
        embedder=LengthEmbedder,
        loading=LineLoader,
        choose=lambda _request: tuple(chosen(name) for name in systems),
        open_system=lambda one, context, _settings, _cache: systems[one.entry.name](context),
    )


def scripted_pipeline(text: str) -> Callable[[Context], System]:
    """Our own pipeline with a generator that says `text` whatever it is asked."""
    return lambda context: Pipeline(ScriptedGenerator(text), context, lambda: None)


BASELINES: Mapping[str, Callable[[Context], System]] = {
    "always-abstain": lambda _context: AlwaysAbstain(),
    "first-sentence": FirstSentence,
}


class Heard:
    """A watcher that remembers."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.lines: list[str] = []

    def watcher(self) -> Watcher:
        return Watcher(ingesting=lambda _stage: None, asking=self.steps.append, say=self.lines.append)


def go(tmp_path: Path, systems: Mapping[str, Any], heard: Heard | None = None, **request: Any) -> StoredRun:
    """Runs the harbour suite; `systems` are scripted ones, or what opens them."""
    if not (tmp_path / "suite").exists():
        write_suite(tmp_path / "suite")

    def opener(system: Any) -> Any:
        return (lambda _context: system) if isinstance(system, Scripted) else system

    made = parts({name: opener(system) for name, system in systems.items()})
    asked = RunRequest(**{"suite": tmp_path / "suite", "out": tmp_path / "out", **request})
    return run_suite(asked, (heard or Heard()).watcher(), made)


def scores(run: StoredRun, metric: str) -> dict[tuple[str, str], float | None]:
    return {(line["system"], line["case"]): line["scores"][metric] for line in read_scores(run.folder)}


def main(suite: str, out: str, seconds: str) -> None:
    """Runs two systems slowly, with a line on stdout for each case that is begun."""
    said = {str(case["id"]): f"It is {case['id']}." for case in map(json.loads, _lines(Path(suite)))}

    def asking(step: Step) -> None:
        sys.stdout.write(f"{step.system} {step.case_id}\n")
        sys.stdout.flush()

    watcher = Watcher(ingesting=lambda _stage: None, asking=asking, say=lambda _line: None)
    slow = parts({name: lambda _context: Scripted(said, float(seconds)) for name in ("one", "two")})
    run_suite(RunRequest(suite=Path(suite), out=Path(out)), watcher, slow)


def _lines(suite: Path) -> list[str]:
    return (suite / "cases.jsonl").read_text("utf-8").splitlines()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Evaluations that are kept: a folder each, with the suite and its run, found again by whoever made them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from eval.report.write import PAGE
from eval.run_info import SystemEntry
from eval.store import INFO, read_run
from eval.suite import read_suite
from eval.systems.system import Kind
from rag.errors import GreenpaperError
from rag.paths import data_dir

_LONGEST = 40
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""What the folder of an evaluation is called; nothing else is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One evaluation: `key` is its folder's name, `name` what its maker called it.

    `done` of `total` answers are there; `models` and `baselines_of` are those that it was begun with, none
    before it was run. `fault` says why it cannot be read, "" as a rule.
    """

    key: str
    folder: Path
    name: str
    cases: int = 0
    models: tuple[str, ...] = ()
    baselines_of: str = ""
    done: int = 0
    total: int = 0
    finished: str = ""
    fault: str = ""

    @property
    def suite(self) -> Path:
        """The folder of the suite, for the command line."""
        return suite_of(self.folder)

    @property
    def run(self) -> Path:
        """The folder of the run."""
        return run_of(self.folder)

    @property
    def page(self) -> Path:
        """The report; it need not be there yet."""
        return self.run / PAGE


def default_root() -> Path:
    """Where the user's evaluations are kept."""
    return data_dir() / "evaluations"


def suite_of(folder: Path) -> Path:
    """Where an evaluation's suite lies."""
    return folder / "suite"


def run_of(folder: Path) -> Path:
    """Where an evaluation's run lies."""
    return folder / "run"


def new_folder(root: Path, name: str) -> Path:
    """A new folder in `root` for an evaluation called `name`. Raises GreenpaperError where none can be."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = "-".join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST].strip("-") or "evaluation"
    try:
        root.mkdir(parents=True, exist_ok=True)
        return next(_made(root, key))
    except OSError as error:
        raise GreenpaperError(
            f"No folder can be made in {root} ({error.strerror}). Check its permissions and the "
            "room on the disk."
        ) from error


def _made(root: Path, key: str) -> Iterator[Path]:
    for number in count(1):
        folder = root / (key if number == 1 else f"{key}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        yield folder


def kept(root: Path) -> tuple[Kept, ...]:
    """Every evaluation in `root`, the newest first."""
    folders = [folder for folder in root.iterdir() if KEY.fullmatch(folder.name)] if root.is_dir() else []
    folders.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    return tuple(read(folder) for folder in folders if suite_of(folder).is_dir())


def read(folder: Path) -> Kept:
    """One evaluation, run or not yet."""
    key = folder.name
    try:
        suite = read_suite(suite_of(folder))
        if not (run_of(folder) / INFO).is_file():
            return Kept(key=key, folder=folder, name=suite.name, cases=len(suite.cases))
        run = read_run(run_of(folder))
    except GreenpaperError as error:
        return Kept(key=key, folder=folder, name=key, fault=str(error))
    systems = run.info.systems
    return Kept(
        key=key,
        folder=folder,
        name=suite.name,
        cases=len(run.cases),
        models=_models(systems, Kind.PIPELINE),
        baselines_of=next(iter(_models(systems, Kind.NAIVE)), ""),
        done=len(run.results),
        total=len(run.cases) * len(systems),
        finished=run.info.finished,
    )


def _models(systems: Sequence[SystemEntry], kind: Kind) -> tuple[str, ...]:
    return tuple(one.fingerprint["model"] for one in systems if one.fingerprint.get("kind") == kind)

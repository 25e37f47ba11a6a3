"""A run together with its scores, as every export needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.cases import Case
from eval.json_lines import replace_file
from eval.run_info import SystemEntry
from eval.store import Key, Line, RunError, StoredRun, read_run, read_scores
from rag.errors import GreenpaperError


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredRun:
    """A run, whole or not yet; every result has scores, None for what is unscored."""

    run: StoredRun
    scores: Mapping[Key, Mapping[str, float | None]]

    def system(self, name: str) -> tuple[tuple[Case, Line, Mapping[str, float | None]], ...]:
        """What one system said to each case that it was asked, with the scores, in the order of the cases."""
        lines = {line["case"]: line for line in self.run.results if line["system"] == name}
        return tuple(
            (case, lines[case.case_id], self.scores[case.case_id, name])
            for case in self.run.cases
            if case.case_id in lines
        )


def read_scored(folder: Path) -> ScoredRun:
    """The run in a folder. Raises RunError for none, or for one that is not scored, or LinesError."""
    run = read_run(folder)
    scores = {(line["case"], line["system"]): line["scores"] for line in read_scores(folder)}
    unscored = sum((line["case"], line["system"]) not in scores for line in run.results)
    if unscored:
        raise RunError(
            f"{unscored:,} of the {len(run.results):,} results in {folder} have no scores yet. Make them: "
            f"greenpaper eval score {folder}"
        )
    return ScoredRun(run=run, scores=scores)


def chosen_systems(run: StoredRun, names: Sequence[str]) -> tuple[SystemEntry, ...]:
    """The systems of these names, in the run's order; all for none. RunError for a name it does not have."""
    known = {system.name: system for system in run.info.systems}
    for name in names:
        if name not in known:
            raise RunError(f"The run in {run.folder} has no system {name!r}. It has: {', '.join(known)}.")
    return tuple(system for name, system in known.items() if not names or name in names)


def file_names(names: Sequence[str]) -> dict[str, str]:
    """A part of a file name for each name that every file system takes, no two alike."""
    taken: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip(".-")[:80] or "system"
        number = 2
        unique = plain
        while unique.lower() in (other.lower() for other in taken.values()):
            unique = f"{plain}-{number}"
            number += 1
        taken[name] = unique
    return taken


def write_files(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Writes each file whole or not at all, over what is there. GreenpaperError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            replace_file(folder / name, data)
    except (FileExistsError, NotADirectoryError, IsADirectoryError, PermissionError) as error:
        raise GreenpaperError(
            f"The files cannot be written to {folder} ({error.strerror}). Give another folder with --out."
        ) from None
    return tuple(folder / name for name in files)

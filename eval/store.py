"""The folder of a run: everything that a run knows, written so that it can be stopped at any moment.

    DIR/run.toml        what it was begun with
    DIR/cases.jsonl     its cases, as they were asked
    DIR/results.jsonl   one line per case and system, appended and flushed to the disk one by one
    DIR/attempts.jsonl  what was begun, so that a case that ends the program is noticed
    DIR/scores.jsonl    one line per result, made from the three files above and the index
    DIR/index           the documents, unless another index was named

One process at a time may write, by a lock that the kernel releases with the process.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.case_json import case_to_json, parse_case
from eval.cases import Case
from eval.json_lines import append_line, drop_torn_line, json_line, parse_object, read_lines, replace_file
from eval.run_info import RunInfo, differences, info_from_toml, info_to_toml
from rag.errors import GreenpaperError

INFO, CASES, RESULTS = "run.toml", "cases.jsonl", "results.jsonl"
ATTEMPTS, SCORES, LOCK, INDEX = "attempts.jsonl", "scores.jsonl", "run.lock", "index"

Key = tuple[str, str]
"""A case's id and a system's name."""
Line = Mapping[str, Any]


class RunError(GreenpaperError):
    """The folder of a run cannot be used as asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """A run as it lies on the disk. `results` has at most one line a case and system, in their order."""

    folder: Path
    info: RunInfo
    cases: tuple[Case, ...]
    results: tuple[Line, ...]

    @property
    def whole(self) -> bool:
        """Whether every case was run with every system."""
        return len(self.results) == len(self.cases) * len(self.info.systems)


def read_run(folder: Path) -> StoredRun:
    """The run in `folder`, finished or not. Raises RunError or LinesError for none, or a damaged one."""
    info = _read_info(folder)
    if (folder / INDEX).is_dir():  # also after the folder was moved
        info = replace(info, index=str((folder / INDEX).resolve()))
    cases = tuple(read_lines(folder / CASES, parse_case))
    found = {(line["case"], line["system"]): line for line in read_lines(folder / RESULTS, _parse_result)}
    order = [(case.case_id, system.name) for system in info.systems for case in cases]
    if strange := sorted(found.keys() - set(order)):
        case_id, system = strange[0]
        raise RunError(
            f"{folder / RESULTS} has a result of {system!r} for the case {case_id!r}: not of this run."
        )
    results = tuple(found[key] for key in order if key in found)
    return StoredRun(folder=folder, info=info, cases=cases, results=results)


def read_scores(folder: Path) -> tuple[Line, ...]:
    """The lines of `scores.jsonl`: {"case", "system", "scores"}; empty before the run was scored."""
    return tuple(read_lines(folder / SCORES, parse_object))


def write_scores(folder: Path, scores: Iterable[Line]) -> None:
    """Replaces `scores.jsonl`, whole or not at all."""
    replace_file(folder / SCORES, b"".join(map(json_line, scores)))


class RunFolder:
    """A run being written; made by `begin`. Whoever uses it holds the lock."""

    def __init__(self, run: StoredRun, deaths: Mapping[Key, int], fingerprint: Mapping[str, str]) -> None:
        self.path = run.folder
        self.info = run.info
        self.fingerprint = fingerprint
        """Of what answers now; the run's own, but for what was accepted."""
        self.cases = run.cases
        self.deaths = deaths
        """How often each case that has no result was begun, and the program ended without one."""
        self._results = {(line["case"], line["system"]): line for line in run.results}

    @property
    def results(self) -> Mapping[Key, Line]:
        """What was run so far."""
        return self._results

    def attempt(self, key: Key) -> int:
        """Notes that a case is begun, and says for the how many-th time."""
        self._note(key, "begun")
        earlier = self._results.get(key)
        return self.deaths.get(key, 0) + 1 + (int(earlier["attempt"]) if earlier else 0)

    def abandon(self, key: Key) -> None:
        """Notes that a case that was begun has not ended the program: the user did."""
        self._note(key, "stopped")

    def append(self, result: Line) -> None:
        """Adds a line to `results.jsonl`; when this returns it is on the disk. ValueError for no JSON."""
        append_line(self.path / RESULTS, json_line(result))
        self._results[result["case"], result["system"]] = result

    def finish(self) -> None:
        """Notes when the last case was done."""
        self.info = replace(self.info, finished=_now())
        replace_file(self.path / INFO, info_to_toml(self.info).encode())

    def _note(self, key: Key, event: str) -> None:
        line = json_line({"case": key[0], "system": key[1], "event": event})
        append_line(self.path / ATTEMPTS, line, lasting=False)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder's only writing permission, and makes the folder. RunError names who has it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise RunError(
            f"The run's folder {folder} cannot be written ({error.strerror}). Name another one with --out."
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
            raise RunError(
                f"{f'Process {holder}' if holder else 'Another process'} is writing to {folder}, and only "
                "one may. Wait until it is done, or stop it and give this command again: nothing runs twice."
            ) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)  # releases the lock; the file stays, since removing it would let two writers in


def has_results(folder: Path) -> bool:
    """Whether anything was run in a folder."""
    path = folder / RESULTS
    return path.exists() and b"\n" in path.read_bytes()


def begin(folder: Path, info: RunInfo, cases: Sequence[Case], *, accept: Sequence[str] = ()) -> RunFolder:
    """Begins the run in `folder`, or goes on with the one that has results there. The caller holds the lock.

    RunError where that one was begun otherwise; `accept` names keys of the fingerprint that may differ.
    """
    for name in (RESULTS, ATTEMPTS):
        drop_torn_line(folder / name)
    if has_results(folder) and (folder / INFO).exists():
        run = read_run(folder)
        _check_same(run, info, cases, accept)
    elif has_results(folder):
        raise RunError(f"{folder} holds results, but no {INFO} that says of what. Name another --out.")
    else:
        replace_file(folder / CASES, b"".join(json_line(case_to_json(case)) for case in cases))
        replace_file(folder / INFO, info_to_toml(replace(info, began=_now())).encode())
        run = read_run(folder)
    return RunFolder(run, _deaths(run), info.fingerprint)


def _check_same(run: StoredRun, info: RunInfo, cases: Sequence[Case], accept: Sequence[str]) -> None:
    found = [one for one in differences(run.info, info) if one.split(":")[0] not in accept]
    if not found and tuple(cases) != run.cases:
        found = ["cases: they are not those that the run was begun with"]
    if found:
        listed = "\n".join(f"- {one}" for one in found)
        raise RunError(
            f"{run.folder} holds a run that was begun otherwise:\n{listed}\nGive the same options to go on "
            "with it, or another --out to begin anew."
        )


def _read_info(folder: Path) -> RunInfo:
    path = folder / INFO
    try:
        return info_from_toml(path.read_text("utf-8"))
    except FileNotFoundError:
        raise RunError(
            f"There is no run in {folder}. Make one with: greenpaper eval run SUITE --out {folder}"
        ) from None
    except OSError as error:
        raise RunError(f"{path} cannot be read ({error.strerror}): check its permissions.") from error
    except ValueError as error:
        raise RunError(f"{path} is damaged: {error}. Run the suite again with another --out.") from error


def _deaths(run: StoredRun) -> dict[Key, int]:
    done = {(line["case"], line["system"]) for line in run.results}
    counted: dict[Key, int] = {}
    for line in read_lines(run.folder / ATTEMPTS, parse_object):
        key = (line["case"], line["system"])
        if key not in done:
            counted[key] = counted.get(key, 0) + (1 if line["event"] == "begun" else -1)
    return {key: count for key, count in counted.items() if count > 0}


def _parse_result(line: str) -> Line:
    raw = parse_object(line)
    if not all(isinstance(raw.get(key), str) for key in ("case", "system")) or "answer" not in raw:
        raise ValueError("it is not a result")
    return raw


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")

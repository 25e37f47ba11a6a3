"""Which files an ingestion is about: nothing that was named goes unmentioned."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.types import FileReport, FileStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file to ingest; `parts` is its path relative to the folder given, `source` its absolute path."""

    path: Path
    source: str
    parts: tuple[str, ...]

    def names(self) -> Iterator[str]:
        """What it may be called: its relative path, then with one more folder in front, and so on."""
        for name in _growing(self.parts, (Path.cwd() / self.path).parts):
            yield printable("/".join(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The files, the folders they were looked for in, and a report for everything that is not read."""

    files: tuple[SourceFile, ...]
    folders: tuple[Path, ...]
    reports: tuple[FileReport, ...]


def find_files(paths: Sequence[Path], suffixes: Collection[str], base: Path | None = None) -> Found:
    """The files at `paths`, folders searched through in a fixed order; a file that is met twice counts once.

    A file named itself is called by its name alone, below `base` by its path from there, and is a failure
    where it cannot be read. Of folders, hidden files are not read, nor what has another suffix: a line for
    each folder says which.
    """
    files: dict[str, SourceFile] = {}
    folders: list[Path] = []
    reports: list[FileReport] = []
    for path in paths:
        if path.is_dir():
            folders.append(path.resolve())
            found, notes = _in_folder(path, suffixes)
            reports += notes
        else:
            found = []
            if reason := _unreadable(path, suffixes):
                reports.append(failure(path, reason))
            else:
                below = base is not None and path.is_relative_to(base)
                found = [_source(path, path.relative_to(base).parts if base and below else (path.name,))]
        for file in found:
            files.setdefault(file.source, file)
    return Found(files=tuple(files.values()), folders=tuple(folders), reports=tuple(reports))


def failure(path: Path, reason: str) -> FileReport:
    """The line of a file that was not ingested, and why."""
    return FileReport(path=printable(str(path)), status=FileStatus.FAILED, findings=(reason,))


def printable(text: str) -> str:
    """`text` with everything that could trick a terminal or a database written as an escape."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text
    )


def _in_folder(folder: Path, suffixes: Collection[str]) -> tuple[list[SourceFile], list[FileReport]]:
    files: list[SourceFile] = []
    reports: list[FileReport] = []
    other: list[str] = []
    hidden = 0

    def unlisted(error: OSError) -> None:
        reports.append(failure(Path(error.filename), f"the folder cannot be listed ({error.strerror})"))

    for here, below, names in os.walk(folder, onerror=unlisted):
        linked = [name for name in below if (Path(here) / name).is_symlink()]
        hidden += sum(name.startswith(".") for name in [*below, *names])
        below[:] = sorted(name for name in below if not name.startswith("."))
        names = [*names, *linked]
        for name in sorted(name for name in names if not name.startswith(".")):
            path = Path(here) / name
            if path.suffix.lower() not in suffixes or name in linked:
                other.append(path.relative_to(folder).as_posix())
            elif reason := _unreadable(path, suffixes):
                reports.append(failure(path, reason))
            else:
                files.append(_source(path, path.relative_to(folder).parts))
    if note := _skipped(other, hidden):
        reports.append(FileReport(path=printable(str(folder)), status=FileStatus.SKIPPED, findings=(note,)))
    return files, reports


def _skipped(other: Sequence[str], hidden: int) -> str:
    parts = []
    if other:
        kinds = Counter(Path(name).suffix.lower() or "no suffix" for name in other)
        which = ", ".join(f"{printable(kind)}: {count}" for kind, count in sorted(kinds.items()))
        first = ", ".join(printable(name) for name in other[:3])
        more = ", ..." if len(other) > 3 else ""
        parts.append(f"{len(other)} of kinds that are not read ({which}; {first}{more})")
    if hidden:
        parts.append(f"{hidden} hidden")
    return f"not read: {' and '.join(parts)}" if parts else ""


def _unreadable(path: Path, suffixes: Collection[str]) -> str:
    """Why the path cannot be a document, "" where it can; a pipe or a device is never opened."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return f"it cannot be found ({error.strerror}): check the path"
    if not stat.S_ISREG(mode):
        return "it is not a plain file"
    if path.suffix.lower() not in suffixes:
        kind = path.suffix or "without suffix"
        return f"files {printable(kind)} are not read; those are: {', '.join(sorted(suffixes))}"
    return ""


def _source(path: Path, parts: tuple[str, ...]) -> SourceFile:
    return SourceFile(path=path, source=str(path.resolve()), parts=parts)


def _growing(parts: tuple[str, ...], whole: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield parts
    for count in range(len(parts) + 1, len(whole) + 1):
        yield whole[-count:]

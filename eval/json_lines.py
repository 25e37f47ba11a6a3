"""Files of one JSON object a line that grow while something may end the program at any moment.

A line counts when its end is there. What stands behind the last end was being written when the program, or
the computer, stopped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import GreenpaperError
from rag.index.disk import flush

_T = TypeVar("_T")


class LinesError(GreenpaperError):
    """A file of lines cannot be read, or one of its lines is damaged."""


def json_line(value: Mapping[str, Any]) -> bytes:
    """The object as one line. ValueError for a number that JSON does not have."""
    # Halves of characters, which a model can write, stay as escapes that JSON can read back.
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def read_lines(path: Path, parse: Callable[[str], _T]) -> list[_T]:
    """Every whole line, parsed; none for a file that is not there.

    LinesError names the file and the line where `parse` raises a ValueError.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise LinesError(f"{path} cannot be read ({error.strerror}): check its permissions.") from error
    found = []
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        try:
            found.append(parse(line.decode()))
        except (ValueError, RecursionError) as error:
            raise LinesError(
                f"{path}, line {number} is damaged ({error}). Take it out, and what it held is done again."
            ) from error
    return found


def parse_object(line: str) -> Mapping[str, Any]:
    """The object in a line. ValueError where it is none."""
    raw = json.loads(line)
    if not isinstance(raw, dict):
        raise ValueError("it is not an object")
    return raw


def append_line(path: Path, line: bytes, *, lasting: bool = True) -> None:
    """Adds a line. When this returns it survives the program, and if `lasting` also a power cut."""
    new = not path.exists()
    with path.open("ab") as file:
        file.write(line)
        file.flush()
        if lasting:
            os.fsync(file.fileno())
    if new and lasting:
        flush(path.parent)


def drop_torn_line(path: Path) -> bool:
    """Cuts off what stands behind the end of the last line; whether there was anything."""
    if not path.exists():
        return False
    with path.open("r+b") as file:
        data = file.read()
        whole = data.rfind(b"\n") + 1
        if whole == len(data):
            return False
        file.truncate(whole)
        os.fsync(file.fileno())
    return True


def replace_file(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    flush(path.parent)

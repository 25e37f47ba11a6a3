"""The other side of `ReaderProcess`: reads requests on standard input, answers on standard output.

Imports only what parsing needs. A message is its length (8 bytes, big-endian) and JSON. Before the answer
to a request there may be messages that only say which page is being recognised.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from rag.errors import DocumentError
from rag.load import load
from rag.load.ocr import Told, need_tesseract
from rag.load.wire import loaded_to
from rag.offline import guard

_HEADER = struct.Struct(">Q")
_RECURSION = 3_000

Task = Callable[[dict[str, Any], Told], dict[str, object]]
"""Answers a request as a JSON object; whatever it raises becomes a sentence."""


def main() -> None:
    """Serves until standard input ends. `sys.argv[2]` is the cap on memory in bytes."""
    guard()
    answers = os.fdopen(os.dup(1), "wb")
    # What a parser prints must not reach the pipe.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    tasks = _tasks()
    cap_process(int(sys.argv[2]))
    sys.setrecursionlimit(_RECURSION)
    answers.write(b"+")
    answers.flush()
    requests = sys.stdin.buffer
    while header := requests.read(_HEADER.size):
        request = json.loads(requests.read(_HEADER.unpack(header)[0]))
        seconds = float(request["seconds"])

        def told(page: int, count: int, seconds: float = seconds) -> None:
            cap_time(seconds)
            _send(answers, {"page": page, "count": count})

        cap_time(seconds)
        _send(answers, _answer(tasks, request, told))


def _answer(tasks: dict[str, Task], request: dict[str, Any], told: Told) -> dict[str, object]:
    name = str(request["name"])
    try:
        return tasks[request["task"]](request, told)
    except DocumentError as error:
        return {"error": str(error)}
    except MemoryError:
        return {
            "error": f"{name} needs more memory than one file may use: it is probably damaged, or made to "
            "exhaust memory. Leave it out, or split it.",
            "restart": True,
        }
    except RecursionError:
        return {
            "error": f"{name} is nested too deeply to be read: it is probably damaged, or made to exhaust "
            "its reader. Save it again from its own program."
        }
    except Exception as error:  # whatever a parser lets out, the file must be accounted for
        return {
            "error": f"{name} could not be read ({type(error).__name__}: {str(error)[:200]}): it is "
            "probably damaged. Open it in its own program and save it again.",
            "restart": True,
        }


def _send(answers: BinaryIO, reply: dict[str, object]) -> None:
    body = json.dumps(reply).encode("ascii")
    answers.write(_HEADER.pack(len(body)))
    answers.write(body)
    answers.flush()


def _tasks() -> dict[str, Task]:
    """What can be asked. The parsers are imported once, before the caps: afterwards no file can be written,
    not even compiled Python."""
    import PIL.PngImagePlugin  # noqa: F401

    import rag.load.docx
    import rag.load.html
    import rag.load.markdown
    import rag.load.pdf
    import rag.load.text  # noqa: F401
    from rag.load.pdf.picture import OpenPdf

    pdf = OpenPdf()
    return {"load": _load, "draw": lambda request, _: pdf.draw(request)}


def _load(request: dict[str, Any], told: Told) -> dict[str, object]:
    engine = need_tesseract() if request["ocr"] else None
    return loaded_to(load(Path(request["path"]), name=request["name"], engine=engine, told=told))


def cap_process(memory: int) -> None:
    """Memory, no core files, no writing of files: as far as the system honours it (macOS: hardly)."""
    try:
        import resource
    except ImportError:  # Windows; the parent's clock still holds
        return
    for limit, value in (("RLIMIT_AS", memory), ("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0)):
        _lower(resource, limit, value)


def cap_time(seconds: float) -> None:
    """Computing time from now on; the system ends the process past it."""
    try:
        import resource
    except ImportError:
        return
    _lower(resource, "RLIMIT_CPU", int(time.process_time() + seconds) + 1)


def _lower(resource: object, limit: str, value: int) -> None:
    which = getattr(resource, limit, None)
    if which is None:
        return
    try:
        _, hard = resource.getrlimit(which)  # type: ignore[attr-defined]
        capped = value if hard < 0 else min(value, hard)
        resource.setrlimit(which, (capped, hard))  # type: ignore[attr-defined]
    except (ValueError, OSError):
        return

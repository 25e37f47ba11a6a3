"""Plain llama-cpp-python in a process of its own, so that its memory is not counted as ours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self


class PlainProcess:
    """`eval.plain.PlainChat` behind pipes; the process ends with the context."""

    def __init__(self, path: Path, *, context: int, threads: int, gpu_layers: int) -> None:
        settings = {"path": str(path), "context": context, "threads": threads, "gpu_layers": gpu_layers}
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "eval.plain_process", json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def first_token_s(self, system: str, user: str) -> float:
        """Seconds until the first text of a streamed answer, the prompt prefilled whole."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([system, user]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"plain llama-cpp-python ended with status {self._process.wait()}")
        return float(line)


def main() -> None:
    """Answer each line of standard input, a system text and a user text, with a line of seconds."""
    from rag.offline import guard

    guard()

    from eval.plain import PlainChat

    settings = json.loads(sys.argv[1])
    chat = PlainChat(
        Path(settings["path"]),
        context=settings["context"],
        threads=settings["threads"],
        gpu_layers=settings["gpu_layers"],
    )
    for line in sys.stdin:
        system, user = json.loads(line)
        sys.stdout.write(f"{chat.first_token_s(system, user)}\n")
        sys.stdout.flush()
    chat.close()


if __name__ == "__main__":
    main()

"""How long a program takes from its start to the first word of an answer: measured on one that is started."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

from rag.llm.settings import EngineSettings


def opening_s(
    index: Path, model: str | None, question: str, *, settings: EngineSettings, cache: Path
) -> float:
    """Seconds from starting a new process to the first text of its answer to `question`."""
    asked = {
        "index": str(index),
        "model": model,
        "question": question,
        "settings": asdict(settings),
        "cache": str(cache),
    }
    began = perf_counter()
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "eval.opening", json.dumps(asked)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    seconds = perf_counter() - began
    process.communicate()
    if not line or process.returncode:
        raise RuntimeError(f"the program that was started ended with status {process.returncode}")
    return seconds


def main() -> None:
    """Open everything, ask, and write a line when the first text comes."""
    from rag.offline import guard

    guard()

    from rag.session import open_pair
    from rag.types import Answer, TextDelta

    asked = json.loads(sys.argv[1])
    answerer, generator = open_pair(
        Path(asked["index"]),
        asked["model"],
        settings=EngineSettings(**asked["settings"]),
        cache=Path(asked["cache"]),
    )
    for event in answerer.stream(asked["question"]):
        if isinstance(event, (TextDelta, Answer)):
            sys.stdout.write("first word\n")
            sys.stdout.flush()
            break
    generator.close()


if __name__ == "__main__":
    main()

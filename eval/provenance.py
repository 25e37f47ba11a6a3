"""What a run's answers depend on besides its systems, and what they were measured on."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

from eval.case_json import case_to_json
from eval.cases import Case
from eval.json_lines import json_line
from rag.index import Index

_ROOT = Path(__file__).resolve().parent.parent
_ANSWERING = ("rag", "eval/systems", "eval/plain.py")
"""The code that makes answers. Metrics may change: a run can be scored again."""
_CPU_NAMES = ("model name", "Model", "Hardware")


def fingerprint(cases: Sequence[Case], index: Index) -> dict[str, str]:
    """What must stay the same for a run to go on: the code, the index and the cases, each as a digest."""
    manifest = index.manifest
    built = (manifest.corpus, manifest.embedder, manifest.chunker, manifest.loader)
    asked = b"".join(json_line(case_to_json(case)) for case in cases)
    return {
        "greenpaper": version("greenpaper"),
        "code": code_digest(),
        "index": hashlib.sha256(repr(built).encode()).hexdigest()[:16],
        "cases": hashlib.sha256(asked).hexdigest()[:16],
    }


@cache
def code_digest() -> str:
    """A digest of every source and settings file that answers are made by."""
    digest = hashlib.sha256()
    for part in _ANSWERING:
        path = _ROOT / part
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        for file in files:
            if file.suffix in (".py", ".toml"):
                digest.update(f"{file.relative_to(_ROOT).as_posix()}\0".encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def machine() -> dict[str, str]:
    """What seconds and bytes were measured on. Nothing that names a person or a network."""
    import psutil

    from eval.measuring import EnergyMeter, forget_peak

    own_peak = forget_peak()
    return {
        "processor": _processor(),
        "cores": f"{psutil.cpu_count(logical=False) or '?'} ({psutil.cpu_count() or '?'} threads)",
        "memory": f"{psutil.virtual_memory().total / 2**30:.1f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "llama-cpp-python": version("llama-cpp-python"),
        "peak memory": "of each case" if own_peak else "of the process up to each case",
        "energy": EnergyMeter().source,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    told = dict(line.split(":", 1) for line in reversed(lines) if ":" in line)
    told = {key.strip(): value.strip() for key, value in told.items()}
    return next((told[name] for name in _CPU_NAMES if name in told), platform.machine())

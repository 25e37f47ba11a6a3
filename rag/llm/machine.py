"""What the machine offers a model: cores, and a name by which measurements on it are kept."""

from __future__ import annotations

import os
import platform
import resource
from functools import cache
from pathlib import Path

import psutil

_CPUINFO = Path("/proc/cpuinfo")


def allowed_cores() -> int:
    """Cores that this process may use, hyper-threads counted."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def physical_cores() -> int:
    """Cores this process may use, without hyper-threads where they can be told apart; at least 1.

    Two threads on one core slow llama.cpp down: its threads wait for each other by spinning.
    """
    allowed = allowed_cores()
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed))


@cache
def machine_name() -> str:
    """The processor, the system and how many cores may be used: another one needs another calibration."""
    return f"{_processor()}, {platform.system()} {platform.machine()}, {allowed_cores()} cores"


def may_lock(size: int) -> bool:
    """Whether this process may keep `size` bytes in memory, and half of what is free is left to others."""
    limit = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
    allowed = limit in (resource.RLIM_INFINITY, -1) or limit >= size
    return allowed and psutil.virtual_memory().available >= 2 * size


def _processor() -> str:
    """The processor's own name; what Python knows of it where the system does not tell."""
    try:
        lines = _CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or "unknown processor")

"""What the machine offers a model: cores and memory."""

from __future__ import annotations

import os

import psutil


def physical_cores() -> int:
    """Cores this process may use, without hyper-threads where they can be told apart; at least 1.

    Two threads on one core slow llama.cpp down: its threads wait for each other by spinning.
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed))

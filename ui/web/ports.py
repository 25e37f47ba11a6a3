"""A port for the page: the one asked for, or the next that is free."""

from __future__ import annotations

import socket

from rag.errors import GreenpaperError

FIRST = 7860
_TRIES = 100


def free_port(host: str, wanted: int | None = None) -> int:
    """The first free port of `host` from `wanted` (7860 by default) upwards; GreenpaperError when none is."""
    first = FIRST if wanted is None else wanted
    if not 1 <= first <= 65535:
        raise GreenpaperError(
            f"Port {first} does not exist. Choose one from 1024 to 65535, or leave --port out."
        )
    for port in range(first, min(first + _TRIES, 65536)):
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise GreenpaperError(
        f"No port from {first} to {min(first + _TRIES, 65536) - 1} is free for this user. "
        "Choose another with --port."
    )

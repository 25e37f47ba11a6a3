"""The offline promise, tried in front of the reader: two attempts to reach another computer."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass

from rag.offline import OfflineError, active

NAME = "example.com"
ADDRESS = "192.0.2.1"
"""An address that is kept for documentation: no computer has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What was tried, and whether it was refused before anything left."""

    what: str
    refused: bool


def attempts() -> tuple[Trial, ...]:
    """Look up a name and connect to an address; nothing is tried where no guard would refuse it."""
    if not active():
        return (Trial(what=NAME, refused=False), Trial(what=ADDRESS, refused=False))
    return (
        Trial(what=NAME, refused=_refused(lambda: socket.getaddrinfo(NAME, 80))),
        Trial(
            what=ADDRESS, refused=_refused(lambda: socket.create_connection((ADDRESS, 80), timeout=1).close())
        ),
    )


def _refused(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError as error:
        return isinstance(error, OfflineError)
    return False

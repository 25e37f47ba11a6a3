from __future__ import annotations

import socket

import pytest

from rag.errors import GreenpaperError
from ui.web.ports import free_port


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = free_port("127.0.0.1", port)
        assert port < found < port + 100


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_cannot_be_is_refused(port: int) -> None:
    with pytest.raises(GreenpaperError, match=f"Port {port} does not exist"):
        free_port("127.0.0.1", port)


def test_when_none_is_free_it_says_which_were_tried() -> None:
    with pytest.raises(GreenpaperError, match="No port from 7860 to 7959"):
        free_port("192.0.2.1")

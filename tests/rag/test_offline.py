"""The network guard, each case in a process of its own: an audit hook can never be removed again."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]

_PRELUDE = """
import os, socket
from rag.offline import OfflineError, active, guard, lifted

def outcome(call):
    try:
        call()
    except OfflineError:
        return "refused"
    except OSError as error:
        return type(error).__name__
    return "done"

def tcp(address, family=socket.AF_INET):
    with socket.socket(family) as sock:
        sock.settimeout(2)
        sock.connect(address)

def listener():
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    return server
"""


def _run(body: str, **environment: str) -> str:
    """The standard output of `body` run after the prelude, warnings as errors, with nothing inherited."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _PRELUDE + textwrap.dedent(body)],
        cwd=_ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("prepare", ["pass", "guard()"], ids=["guard off", "guard on"])
def test_loopback_works(prepare: str) -> None:
    assert (
        _run(f"""
        {prepare}
        server = listener()
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port)).close()
        socket.create_connection(("localhost", port)).close()
        left, right = socket.socketpair()
        left.sendall(b"x")
        print(right.recv(1) == b"x", socket.gethostbyname("localhost"))
        for sock in (server, left, right):
            sock.close()
        """)
        == "True 127.0.0.1"
    )


def test_unix_sockets_work(tmp_path: Path) -> None:
    if not hasattr(__import__("socket"), "AF_UNIX"):
        pytest.skip("this system has no Unix sockets")
    path = tmp_path / "s"
    assert (
        _run(f"""
        guard()
        with socket.socket(socket.AF_UNIX) as server:
            server.bind({str(path)!r})
            server.listen()
            tcp({str(path)!r}, socket.AF_UNIX)
        print("done")
        """)
        == "done"
    )


REFUSED = {
    "connect to an address": "tcp(('192.0.2.1', 9))",
    "connect to an address of version 6": "tcp(('2001:db8::1', 9), socket.AF_INET6)",
    "connect to a mapped address": "tcp(('::ffff:192.0.2.1', 9), socket.AF_INET6)",
    "connect to a name, which CPython would look up first": "tcp(('example.invalid', 9))",
    "connect to bytes": "tcp((b'example.invalid', 9))",
    "connect to every interface": "tcp(('0.0.0.0', 9))",
    "connect to nothing": "tcp(('', 9))",
    "connect to a short spelling": "tcp(('127.1', 9))",
    "connect_ex": "socket.socket().connect_ex(('192.0.2.1', 9))",
    "the plain C socket": "__import__('_socket').socket().connect(('192.0.2.1', 9))",
    "create_connection": "socket.create_connection(('example.invalid', 9))",
    "listen on every interface": "socket.socket().bind(('0.0.0.0', 0))",
    "listen on the empty host": "socket.socket().bind(('', 0))",
    "a datagram": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
    "a datagram with flags": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', 0, ('example.invalid', 9))",
    "a message": "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('192.0.2.1', 9))",
    "getaddrinfo": "socket.getaddrinfo('example.invalid', 80)",
    "getaddrinfo of bytes": "socket.getaddrinfo(b'example.invalid', 80)",
    "a name that begins like ours": "socket.getaddrinfo('localhost.example.invalid', 80)",
    "gethostbyname": "socket.gethostbyname('example.invalid')",
    "gethostbyname_ex": "socket.gethostbyname_ex('example.invalid')",
    "gethostbyaddr": "socket.gethostbyaddr('192.0.2.1')",
    "getnameinfo": "socket.getnameinfo(('192.0.2.1', 9), 0)",
}


def test_everything_else_is_refused_by_the_guard() -> None:
    lines = "\n".join(f"print(outcome(lambda: {call}))" for call in REFUSED.values())
    outcomes = _run(
        "import gc, warnings\nwarnings.simplefilter('ignore', ResourceWarning)\nguard()\n" + lines
    )
    assert dict(zip(REFUSED, outcomes.split("\n"), strict=True)) == dict.fromkeys(REFUSED, "refused")


def test_control_without_guard_the_same_look_up_reaches_the_resolver() -> None:
    """`.invalid` never resolves (RFC 2606), so the resolver's own error shows that it was asked."""
    assert _run("print(outcome(lambda: socket.getaddrinfo('example.invalid', 80)))") == "gaierror"


def test_control_without_guard_every_interface_can_be_bound() -> None:
    assert _run("with socket.socket() as s: print(outcome(lambda: s.bind(('0.0.0.0', 0))))") == "done"


def test_libraries_survive_the_refusal() -> None:
    """The standard library treats it as a missing network: `URLError`, and `getfqdn` falls back."""
    assert (
        _run("""
        guard()
        import urllib.error, urllib.request
        try:
            urllib.request.urlopen("http://192.0.2.1/", timeout=2)
        except urllib.error.URLError as error:
            print(isinstance(error.reason, OfflineError), socket.getfqdn("192.0.2.1"))
        """)
        == "True 192.0.2.1"
    )


def test_the_message_says_what_why_and_what_then() -> None:
    message = _run("""
        guard()
        try:
            tcp(("192.0.2.1", 443))
        except OfflineError as error:
            print(error)
            assert error.errno
        """)
    assert message.startswith("A connection to 192.0.2.1:443 was refused: Greenpaper works offline")
    assert "models pull" in message


def test_the_environment_is_set_and_hostile_values_are_gone() -> None:
    shown = _run(
        """
        guard()
        names = ("GRADIO_ANALYTICS_ENABLED", "GRADIO_SHARE", "GRADIO_SERVER_NAME", "GRADIO_ROOT_PATH",
                 "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "DO_NOT_TRACK", "LANGSMITH_TRACING",
                 "HTTPS_PROXY", "all_proxy")
        print(*(os.environ.get(name, "-") for name in names))
        """,
        GRADIO_SHARE="True",
        GRADIO_SERVER_NAME="0.0.0.0",
        GRADIO_ROOT_PATH="http://example.invalid",
        GRADIO_ANALYTICS_ENABLED="True",
        HF_HUB_OFFLINE="0",
        LANGSMITH_TRACING="true",
        HTTPS_PROXY="http://192.0.2.1:3128",
        all_proxy="http://192.0.2.1:3128",
    )
    assert shown == "False False 127.0.0.1 - 1 1 1 false - -"


def test_lifting_opens_the_network_and_restores_the_environment_and_closes_again() -> None:
    shown = _run(
        """
        guard()
        guard()
        names = ("https_proxy", "HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
        def show():
            lookup = outcome(lambda: socket.getaddrinfo("example.invalid", 80))
            print(active(), lookup, *(os.environ.get(name, "-") for name in names))
        show()
        try:
            with lifted("a download"):
                with lifted("another"):
                    pass
                show()
                raise KeyError
        except KeyError:
            show()
        """,
        https_proxy="http://192.0.2.1:3128",
    )
    assert shown.split("\n") == [
        "True refused - 1 1",
        "False gaierror http://192.0.2.1:3128 - 1",
        "True refused - 1 1",
    ]


def test_importing_it_is_cheap() -> None:
    """Only the standard library and our own errors, so that it can come before every other import."""
    loaded = _run("""
        import sys
        heavy = {"numpy", "gradio", "httpx", "torch", "typer", "ssl", "asyncio"}
        print(sorted(heavy & {name.split(".")[0] for name in sys.modules}))
        """)
    assert loaded == "[]"

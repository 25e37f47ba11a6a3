"""Nothing leaves this computer: a guard on sockets and look-ups, set before anything else is imported.

An audit hook refuses every address that is not loopback and every look-up that is not of `localhost`, for
all Python code of the process, libraries too. CPython resolves a name given to `connect`, `bind` or `sendto`
before it raises the audit event, so the methods of `socket.socket` are wrapped as well. Native code that
opens its own sockets is outside the hook, and child processes must call `guard` themselves.
"""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Any

from rag.errors import GreenpaperError

_log = logging.getLogger(__name__)

_ALWAYS = {
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_SHARE": "False",
    "GRADIO_SERVER_NAME": "127.0.0.1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
}
"""Set by `guard` and kept while it is lifted."""

_WHILE_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
"""Set by `guard`; while it is lifted the user's own values hold again."""

_CONNECTED_ONLY = (None, ())


class OfflineError(GreenpaperError, OSError):
    """An attempt to reach another computer was refused.

    It is an `OSError`, so that libraries survive it as they survive a missing network.
    """

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} was refused: Greenpaper works offline, "
            "and only `greenpaper models pull` may use the network."
        )
        self.errno = errno.ENETUNREACH

    def __str__(self) -> str:
        return str(self.args[0])


class _Guard:
    """The state of this process's guard; the hook itself can never be removed."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.installed = False
        self.lifts = 0
        self.removed: dict[str, str] = {}


_guard = _Guard()


def guard() -> None:
    """Refuse everything but loopback from now on, and set the environment so that libraries do not try.

    Idempotent. Call it before any import that may read the environment (gradio, transformers).
    """
    with _guard.lock:
        if _guard.installed:
            return
        _guard.installed = True
        _clean_environment()
        _wrap_socket_methods()
        sys.addaudithook(_hook)


def active() -> bool:
    """Whether connections to other computers are refused right now."""
    return _guard.installed and not _guard.lifts


@contextmanager
def lifted(reason: str) -> Iterator[None]:
    """Allow the network inside the block, for the whole process; `reason` is logged.

    Proxies and offline switches are as the user had them; telemetry stays off. Import network libraries
    inside the block: some read the environment once. Without a guard it does nothing.
    """
    with _guard.lock:
        _guard.lifts += 1
        if _guard.installed and _guard.lifts == 1:
            _log.info("network guard lifted: %s", reason)
            _restore_environment()
    try:
        yield
    finally:
        with _guard.lock:
            _guard.lifts -= 1
            if _guard.installed and not _guard.lifts:
                _clean_environment()
                _log.info("network guard set again after: %s", reason)


def _clean_environment() -> None:
    _guard.removed = {name: value for name, value in os.environ.items() if _hinders(name)}
    for name in _guard.removed:
        del os.environ[name]
    os.environ.update(_ALWAYS)
    os.environ.update(_WHILE_OFFLINE)


def _restore_environment() -> None:
    for name in _WHILE_OFFLINE:
        os.environ.pop(name, None)
    kept = {name: value for name, value in _guard.removed.items() if not name.startswith("GRADIO_")}
    os.environ.update(kept)


def _hinders(name: str) -> bool:
    """Proxies (they carry even loopback calls away), Gradio's switches, and what `_WHILE_OFFLINE` sets."""
    return name.lower().endswith("_proxy") or name.startswith("GRADIO_") or name in _WHILE_OFFLINE


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    check = _CHECKS.get(event)
    if check is not None and not _guard.lifts:
        check(*arguments)


def _check_address(sock: socket.socket, address: object) -> None:
    """`address` as given to connect, bind, sendto or sendmsg; None means an already connected peer."""
    family = int(sock.family)
    if family == getattr(socket, "AF_UNIX", None) or address in _CONNECTED_ONLY:
        return
    if family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple) and _is_local(address[0]):
        return
    raise OfflineError(f"A connection to {_shown(address)}")


def _check_lookup(host: object, *_rest: object) -> None:
    if host is not None and not _is_local(host):
        raise OfflineError(f"A look-up of {_shown(host)}")


def _check_name_of(address: object) -> None:
    """Asking for a name can go to a name server even for a loopback address, so it is always refused."""
    raise OfflineError(f"A look-up of the name of {_shown(address)}")


_CHECKS: dict[str, Callable[..., None]] = {
    "socket.connect": _check_address,
    "socket.bind": _check_address,
    "socket.sendto": _check_address,
    "socket.sendmsg": _check_address,
    "socket.getaddrinfo": _check_lookup,
    "socket.gethostbyname": _check_lookup,
    "socket.gethostbyaddr": _check_name_of,
    "socket.getnameinfo": _check_name_of,
}


def _is_local(host: object) -> bool:
    """Only `localhost` and loopback addresses in their usual spelling; anything unusual is foreign."""
    if isinstance(host, bytes | bytearray):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str):
        return False
    if host.lower() == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _shown(address: object) -> str:
    """`host:port`, short and on one line, for a message."""
    if isinstance(address, tuple) and len(address) >= 2:
        address = f"{address[0]}:{address[1]}"
    return repr(address)[1:-1][:100] if isinstance(address, str) else repr(address)[:100]


def _wrap_socket_methods() -> None:
    """Check the address before CPython resolves a name in it; the audit event comes only afterwards."""
    for name, position in (("connect", 0), ("connect_ex", 0), ("bind", 0), ("sendto", -1), ("sendmsg", 3)):
        if hasattr(socket.socket, name):
            setattr(socket.socket, name, _checked(getattr(socket.socket, name), position))


def _checked(method: Callable[..., Any], position: int) -> Callable[..., Any]:
    def checked(sock: socket.socket, *arguments: Any) -> Any:
        if not _guard.lifts and len(arguments) > position:
            _check_address(sock, arguments[position])
        return method(sock, *arguments)

    checked.__name__ = method.__name__
    checked.__doc__ = method.__doc__
    return checked

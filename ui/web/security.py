"""Only this computer's own page can talk to the server, and the page can load only from the server.

A plain ASGI middleware (Starlette's base class would break the event stream). It refuses a foreign Host (DNS
rebinding), a foreign Origin or a cross-site fetch, every path the page does not need (Gradio's file and proxy
routes among them), and large bodies, but for the one path that takes documents; and it adds the headers that
bind the browser.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import unquote

from eval.kept import KEY
from ui.web.handed import MAX_FILE
from ui.web.texts import LANGUAGES, address

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY = 2_000_000
"""Bytes of one request; a question travels with nothing else."""
UPLOAD = "/gradio_api/upload"
MAX_UPLOAD = MAX_FILE + 100_000
"""Bytes of one request that hands over a document: the file and what stands around it."""

CALLS = "/gradio_api/component_server"
"""Where the page calls a function of ours: with data only."""

PAGES = frozenset(
    {
        "/config",
        "/favicon.ico",
        "/manifest.json",
        "/robots.txt",
        "/theme.css",
        "/gradio_api/app_id",
        "/gradio_api/cancel",
        CALLS,
        "/gradio_api/info",
        "/gradio_api/queue/data",
        "/gradio_api/queue/join",
        "/gradio_api/reset",
        "/gradio_api/run/predict",
        "/gradio_api/startup-events",
        "/gradio_api/theme.css",
        UPLOAD,
    }
    | {address(language) for language in LANGUAGES}
)
FOLDERS = ("/assets/", "/static/", "/svelte/", "/gradio_api/heartbeat/")

POLICY = "; ".join(
    (
        "default-src 'self'",
        # Gradio's page carries inline scripts, and its HTML component compiles our templates in the browser.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-src 'self'",  # the report of an evaluation, which is bound by a policy of its own
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

REPORT = re.compile(rf"/evaluations/(?P<key>{KEY.pattern})/report\.html")
"""The path of an evaluation's report."""

REPORT_POLICY = "; ".join(
    (
        # A page of its own, which nothing of the chat can be reached from, whatever got into it.
        "sandbox allow-scripts",
        "default-src 'none'",
        "script-src 'unsafe-inline'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)

HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    (b"x-dns-prefetch-control", b"off"),
)
_OF_REPORTS: Mapping[bytes, bytes] = {
    b"content-security-policy": REPORT_POLICY.encode(),
    b"x-frame-options": b"SAMEORIGIN",
    b"cross-origin-opener-policy": b"unsafe-none",  # browsers refuse another one with a sandbox
}
"""What differs for a report."""
_HOSTS = ("127.0.0.1", "localhost", "[::1]")


class LocalOnly:
    """The guard around the whole application."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what the page itself asks for; answer everything else with a refusal."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif status := refusal(scope):
            await _refuse(status, send)
        else:
            await self.app(scope, _limited(receive, _most(scope)), _with_headers(scope["path"], send))


def refusal(scope: Scope) -> int:
    """The status with which a request is refused, 0 when it is ours."""
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    host = headers.get("host", [])
    if len(host) != 1 or not _is_local(host[0]):
        return 403
    if any(origin.lower() != f"http://{host[0].lower()}" for origin in headers.get("origin", [])):
        return 403
    if _is_cross_site(scope["method"], headers):
        return 403
    if scope["method"] not in ("GET", "HEAD", "POST"):
        return 405
    if not is_needed(scope["path"]):
        return 403
    if scope["path"].rstrip("/") == CALLS and headers.get("content-type") != ["application/json"]:
        return 415  # a form could carry files, which Gradio would keep
    return _size_refusal(scope["method"], headers, _most(scope))


def is_needed(path: str) -> bool:
    """Whether the page needs `path`; decoded until nothing changes, so that no spelling slips through."""
    for _ in range(8):
        decoded = unquote(path)
        if decoded == path:
            break
        path = decoded
    else:
        return False
    lowered = path.lower()
    if "\\" in path or "//" in path or "/.." in path or "file=" in lowered or "proxy=" in lowered:
        return False
    if path in PAGES or path.rstrip("/") in PAGES or path.startswith(FOLDERS):
        return True
    return REPORT.fullmatch(path) is not None


def _is_local(host: str) -> bool:
    name, colon, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if not colon:
        name = host
    elif not (port.isascii() and port.isdigit()):
        return False
    return name.lower() in _HOSTS


def _is_cross_site(method: str, headers: dict[str, list[str]]) -> bool:
    """What the browser itself says of the request's origin; following a link to the page is allowed."""
    sites = headers.get("sec-fetch-site", [])
    if all(site in ("same-origin", "none") for site in sites):
        return False
    return not (method == "GET" and headers.get("sec-fetch-mode") == ["navigate"] and "origin" not in headers)


def _most(scope: Scope) -> int:
    """The bytes that a request may have."""
    return MAX_UPLOAD if scope["path"] == UPLOAD and scope["method"] == "POST" else MAX_BODY


def _size_refusal(method: str, headers: dict[str, list[str]], most: int) -> int:
    lengths = headers.get("content-length", [])
    if not lengths:
        return 411 if method == "POST" else 0
    if len(lengths) > 1 or not (lengths[0].isascii() and lengths[0].isdigit()):
        return 400
    return 413 if int(lengths[0][:20]) > most else 0


async def _refuse(status: int, send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"Refused: only this computer's own page may ask."})


def _limited(receive: Receive, most: int) -> Receive:
    """No more than `most` bytes reach the application, whatever the length header claimed."""
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return message if seen <= most else {"type": "http.disconnect"}

    return limited


def _with_headers(path: str, send: Send) -> Send:
    """Bind the browser; only the program's own files may stay in its cache."""
    ours: tuple[tuple[bytes, bytes], ...] = (
        HEADERS if path.startswith(FOLDERS) else (*HEADERS, (b"cache-control", b"no-store"))
    )
    if REPORT.fullmatch(path):
        ours = tuple((name, _OF_REPORTS.get(name, value)) for name, value in ours)
    names = frozenset(name for name, _ in ours)

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message.get("headers", []) if pair[0].lower() not in names]
            message["headers"] = [*kept, *ours]
        await send(message)

    return with_headers

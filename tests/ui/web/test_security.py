from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ui.web.reports import Reports
from ui.web.security import MAX_BODY, MAX_UPLOAD, UPLOAD, LocalOnly, Message, Receive, Scope, Send, is_needed

OURS = "127.0.0.1:7860"


def finished(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run to the end in a thread of its own: browser tests leave a running loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, coroutine).result()


def _ask(
    path: str = "/",
    *,
    method: str = "GET",
    host: str | None = OURS,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request to an application that answers 200 with what it received."""

    async def application(_scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"X-Frame-Options", b"ALLOW")]}
        )
        await send({"type": "http.response.body", "body": message.get("body", b"cut off")})

    given = ({"host": host} if host is not None else {}) | (headers or {})
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        sent.append(message)

    finished(LocalOnly(application)(scope, receive, send))
    names = [name.decode() for name, _ in sent[0]["headers"]]
    assert len(names) == len({name.lower() for name in names}), "a header was sent twice"
    return (
        sent[0]["status"],
        {name.decode(): value.decode() for name, value in sent[0]["headers"]},
        sent[1]["body"],
    )


def _status(path: str = "/", **more: Any) -> int:
    return _ask(path, **more)[0]


@pytest.mark.parametrize(
    "host",
    [
        *(
            None,
            "",
            "evil.example",
            "evil.example:7860",
            "127.0.0.1.evil.example",
            "localhost.evil.example:1",
        ),
        *("127.0.0.1:7860@evil.example", "127.0.0.1:x", "127.0.0.1:", "0.0.0.0:7860", "192.168.1.5:7860"),
        *("[::2]:7860", "evil.example:127.0.0.1", "127.0.0.1:7860, evil.example"),
    ],
)
def test_a_foreign_host_is_refused(host: str | None) -> None:
    assert _status(host=host) == 403


@pytest.mark.parametrize("host", [OURS, "localhost:7860", "LOCALHOST:7860", "[::1]:7860", "127.0.0.1"])
def test_control_our_own_host_is_served(host: str) -> None:
    assert _status(host=host) == 200


@pytest.mark.parametrize(
    "origin",
    [
        *("http://evil.example", "null", "https://127.0.0.1:7860", "http://127.0.0.1:3000"),
        *("http://localhost:7860", "http://127.0.0.1:7860.evil.example", "file://", ""),
    ],
)
def test_a_foreign_origin_is_refused(origin: str) -> None:
    headers = {"origin": origin, "content-length": "0"}
    assert _status("/gradio_api/queue/join", method="POST", headers=headers) == 403


def test_control_our_own_origin_is_served() -> None:
    headers = {"origin": f"http://{OURS}", "sec-fetch-site": "same-origin", "content-length": "0"}
    assert _status("/gradio_api/queue/join", method="POST", headers=headers) == 200


@pytest.mark.parametrize(
    ("method", "site", "mode", "status"),
    [
        ("GET", "cross-site", "no-cors", 403),
        ("GET", "same-site", "cors", 403),
        ("POST", "cross-site", "navigate", 403),
        ("POST", "same-site", "no-cors", 403),
        ("GET", "cross-site", "navigate", 200),
        ("GET", "none", "navigate", 200),
        ("GET", "same-origin", "cors", 200),
    ],
)
def test_other_sites_may_only_link_here(method: str, site: str, mode: str, status: int) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode, "content-length": "0"}
    assert _status(method=method, headers=headers) == status


REFUSED = [
    "/gradio_api/file=http://evil.example/x.png",
    "/file=/etc/passwd",
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/FILE=/etc/passwd",
    "/gradio_api/file%3D/etc/passwd",
    "/gradio_api/file%253D/etc/passwd",
    "/gradio_api/file/etc/passwd",
    "/proxy=http://evil.example/",
    "/gradio_api/proxy=http://evil.example/",
    "/gradio_api/upload_progress",
    "/gradio_api/upload/x",
    "/gradio_api/stream/x",
    "/gradio_api/run/ask",
    "/gradio_api/call/ask",
    "/gradio_api/component_server/x",
    "/gradio_api/vibe-edit",
    "/gradio_api/openapi.json",
    "/custom_component/1/client/component/../../../../etc/passwd",
    "/monitoring",
    "/docs",
    "/static/../../../etc/passwd",
    "/static/..%2f..%2fetc/passwd",
    "/static/%252e%252e/%252e%252e/etc/passwd",
    "/assets/file=http://evil.example",
    "/assets//evil.example/x",
    "/assets/..\\..\\x",
    "//evil.example/",
    "/evaluations/",
    "/evaluations/fees",
    "/evaluations/fees/report.json",
    "/evaluations/fees/report.html/",
    "/evaluations/fees/report.html/x",
    "/evaluations/../report.html",
    "/evaluations/%2e%2e/report.html",
    "/evaluations/Fees/report.html",
    "/evaluations/a/../b/report.html",
    "/evaluations/-/report.html",
    "/evaluations/fees/report.html\n",
]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        pytest.param("application/json", 200, id="json"),
        pytest.param("multipart/form-data; boundary=x", 415, id="form"),
        pytest.param("application/json; x=multipart/form-data", 415, id="json-and-more"),
        pytest.param("", 415, id="empty"),
        pytest.param(None, 415, id="none"),
    ],
)
@pytest.mark.parametrize("path", ["/gradio_api/component_server", "/gradio_api/component_server/"])
def test_the_viewer_takes_data_and_no_files(path: str, kind: str | None, status: int) -> None:
    headers = {"content-length": "2"} | ({} if kind is None else {"content-type": kind})
    assert _status(path, method="POST", headers=headers, body=b"{}") == status


@pytest.mark.parametrize("path", REFUSED)
def test_what_the_page_does_not_need_is_refused(path: str) -> None:
    assert _status(path) == 403


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/config",
        "/theme.css",
        "/assets/index-x.js",
        "/gradio_api/queue/data",
        "/evaluations/my-fees-2/report.html",
    ],
)
def test_control_what_the_page_needs_is_served(path: str) -> None:
    assert _status(path) == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT"])
def test_other_methods_are_refused(method: str) -> None:
    assert _status(method=method) == 405


@pytest.mark.parametrize(
    ("length", "status"),
    [(str(MAX_BODY), 200), (str(MAX_BODY + 1), 413), ("9" * 5000, 413), ("-1", 400), ("x", 400), (None, 411)],
    ids=["largest", "larger", "absurd", "negative", "no number", "missing"],
)
def test_the_size_of_a_request_is_limited(length: str | None, status: int) -> None:
    headers = {"content-length": length} if length is not None else {}
    assert _status("/gradio_api/queue/join", method="POST", headers=headers) == status


def test_a_body_that_is_larger_than_it_claims_is_cut_off() -> None:
    headers = {"content-length": "10"}
    _, _, body = _ask("/gradio_api/queue/join", method="POST", headers=headers, body=b"x" * (MAX_BODY + 1))
    assert body == b"cut off"


@pytest.mark.parametrize("host", [OURS, "evil.example"], ids=["served", "refused"])
def test_every_response_binds_the_browser(host: str) -> None:
    _, headers, _ = _ask(host=host)
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "*" not in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_what_was_said_is_not_cached_and_program_files_are_left_alone() -> None:
    assert _ask("/gradio_api/queue/data")[1]["cache-control"] == "no-store"
    assert "cache-control" not in _ask("/assets/index-x.js")[1]


def test_a_report_is_a_page_of_its_own_that_only_ours_may_frame() -> None:
    _, headers, _ = _ask("/evaluations/fees/report.html")
    policy = headers["content-security-policy"].split("; ")
    assert "sandbox allow-scripts" in policy, "what got into it reaches nothing of the chat"
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert not any(part.startswith(("connect-src", "frame-src")) for part in policy)
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["cache-control"] == "no-store"
    assert "frame-src 'self'" in _ask()[1]["content-security-policy"].split("; ")


def test_reports_are_served_from_their_folder_and_nothing_else_is(tmp_path: Path) -> None:
    page = tmp_path / "fees" / "run" / "report.html"
    page.parent.mkdir(parents=True)
    page.write_text("<!doctype html>", "utf-8")
    (tmp_path / "report.html").write_text("not this", "utf-8")

    async def others(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 418, "headers": []})
        await send({"type": "http.response.body", "body": b"passed on"})

    def got(path: str) -> tuple[int, bytes]:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b""}

        async def send(message: Message) -> None:
            sent.append(message)

        scope: Scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        finished(Reports(others, tmp_path)(scope, receive, send))
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])

    assert got("/evaluations/fees/report.html") == (200, b"<!doctype html>")
    assert got("/evaluations/other/report.html")[0] == 404
    assert got("/evaluations/../report.html") == (418, b"passed on")
    assert got("/config") == (418, b"passed on")


def test_web_sockets_are_closed() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def unused(*_: object) -> Any:
        raise AssertionError

    finished(LocalOnly(unused)({"type": "websocket", "path": "/", "headers": []}, unused, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_a_path_that_never_stops_changing_is_refused() -> None:
    assert not is_needed("/static/%" + "25" * 50 + "41")


@pytest.mark.parametrize(
    ("path", "method", "length", "status"),
    [
        (UPLOAD, "POST", MAX_UPLOAD, 200),
        (UPLOAD, "POST", MAX_UPLOAD + 1, 413),
        (UPLOAD + "/", "POST", MAX_BODY + 1, 413),
        ("/gradio_api/queue/join", "POST", MAX_BODY + 1, 413),
        (UPLOAD, "GET", MAX_BODY + 1, 413),
    ],
)
def test_only_the_path_that_takes_documents_takes_large_bodies(
    path: str, method: str, length: int, status: int
) -> None:
    assert _status(path, method=method, headers={"content-length": str(length)}) == status

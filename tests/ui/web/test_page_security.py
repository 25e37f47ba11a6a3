"""Hostile text on every surface, and hostile callers at the door. Every zero has its control beside it."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import psutil
import pytest

from tests.ui.web.conftest import Chat, Server
from tests.ui.web.payloads import PAYLOADS
from tests.ui.web.scripted import HOSTILE

pytestmark = pytest.mark.browser

_ALIEN = """() => document.querySelectorAll(`#gp-body :is(
    img, script, iframe, object, embed, video, audio, form, link, meta, base, picture, math)`).length"""


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _assert_nothing_happened(chat: Chat) -> None:
    chat.page.wait_for_timeout(300)
    assert chat.outside == []
    assert chat.dialogs == []
    assert chat.page.evaluate(_ALIEN) == 0


def test_control_the_recorder_sees_requests_and_dialogs(chat: Chat) -> None:
    chat.tempted = True
    chat.page.evaluate(
        "() => { document.body.append(Object.assign(new Image(), {src: 'http://evil.example/'})) }"
    )
    chat.page.evaluate("() => { setTimeout(() => alert('seen')) }")
    chat.page.wait_for_timeout(300)
    assert any("evil.example" in url for url in chat.outside)
    assert chat.dialogs == ["seen"]


def test_hostile_text_is_shown_as_text_on_every_surface(chat: Chat) -> None:
    chat.ask(f"hostile {HOSTILE}")
    chat.page.click(".gp-docs summary")
    shown = _squeezed(HOSTILE)
    assert shown in _squeezed(chat.text(".gp-question"))
    assert shown in _squeezed(chat.text(".gp-card blockquote"))
    assert shown in _squeezed(chat.text(".gp-card-title"))
    assert shown in _squeezed(chat.text(".gp-where"))
    assert shown in _squeezed(chat.text(".gp-claims"))
    assert shown in _squeezed(chat.text(".gp-docs"))
    answer = _squeezed(chat.text(".gp-answer"))
    assert "<img src=http://evil.example/i.png onerror=alert(1)><script>alert(2)</script>" in answer
    assert "![x](http://evil.example/m.png) [y](javascript:alert(3)) ${alert(4)} {{alert(5)}}" in answer
    chat.page.locator("#gp-current a.gp-cite").first.hover()
    _assert_nothing_happened(chat)
    chat.ask("mend")
    assert shown in _squeezed(chat.text("#gp-current .gp-error"))
    _assert_nothing_happened(chat)


def test_no_payload_in_question_or_answer_loads_or_runs(chat: Chat) -> None:
    for payload in PAYLOADS.values():
        chat.ask("payload:" + payload)
    assert chat.page.locator(".gp-turn").count() == len(PAYLOADS)
    assert chat.page.locator(".gp-turn .gp-footer").count() == len(PAYLOADS)
    _assert_nothing_happened(chat)


def test_the_policy_stops_what_escaping_might_miss(chat: Chat) -> None:
    """The second wall: markup put past the first is still kept from loading."""
    chat.tempted = True
    violations = chat.page.evaluate(
        """() => new Promise(done => {
            const seen = [];
            document.addEventListener('securitypolicyviolation', e => seen.push(e.effectiveDirective));
            document.body.insertAdjacentHTML('beforeend', `<img src="http://evil.example/i.png">
                <iframe src="http://evil.example/f"></iframe><link rel=stylesheet href="http://evil.example/s.css">`);
            fetch('http://evil.example/c').catch(() => 0);
            setTimeout(() => done(seen), 400) })"""
    )
    assert {"img-src", "frame-src", "style-src-elem", "connect-src"} <= set(violations)


def test_a_question_is_not_left_in_the_browser(chat: Chat) -> None:
    chat.ask("canary-5417")
    stored = chat.page.evaluate(
        "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert "canary" not in stored
    assert chat.page.evaluate("async () => (await indexedDB.databases()).length") == 0
    assert "canary" not in chat.page.url


def _request(server: Server, method: str, path: str, headers: dict[str, str] | None = None) -> int:
    address = urlsplit(server.address)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        connection.request(method, path, headers=headers or {})
        return connection.getresponse().status
    finally:
        connection.close()


def test_only_loopback_is_listened_on_whatever_the_environment_says(server: Server) -> None:
    listening = [
        connection.laddr.ip
        for connection in psutil.Process(server.pid).net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {}, 200),
        ("GET", "/", {"Host": "evil.example"}, 403),
        ("GET", "/", {"Origin": "http://evil.example"}, 403),
        ("POST", "/gradio_api/queue/join", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("POST", "/gradio_api/queue/join", {"Content-Length": "3000000"}, 413),
        ("POST", "/gradio_api/upload", {"Origin": "http://evil.example"}, 403),
        ("POST", "/gradio_api/upload", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("POST", "/gradio_api/upload", {"Content-Length": "300000000"}, 413),
        ("GET", "/gradio_api/file=/etc/passwd", {}, 403),
        ("GET", "/gradio_api/file=http://evil.example/x", {}, 403),
        ("GET", "/gradio_api/proxy=http://evil.example/x", {}, 403),
        ("GET", "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd", {}, 403),
        ("GET", "/monitoring", {}, 403),
        ("GET", "/docs", {}, 403),
    ],
)
def test_the_door(server: Server, method: str, path: str, headers: dict[str, str], status: int) -> None:
    assert _request(server, method, path, headers) == status

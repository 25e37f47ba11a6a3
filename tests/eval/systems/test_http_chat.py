"""A model behind an address: a real server on this machine, and nothing but this machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from eval.suite_run import Parts, RunRequest, run_suite
from eval.systems.choose import choose
from eval.systems.http_chat import HttpChat, ServerError, checked_address, is_address
from eval.systems.system import Kind
from rag.llm.llama import EngineSettings
from rag.types import Usage
from tests.eval.harbour import Heard, write_suite
from tests.rag.index_fakes import LengthEmbedder, LineLoader

Reply = tuple[int, str, str]
"""Status, type of the content, content."""
MESSAGES = [{"role": "user", "content": "What is the fee?"}]


class Server:
    """Answers by `replies[path]`; `asked` holds the bodies that were posted."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {"/v1/models": _json({"data": [{"id": "boat-1b"}]})}
        self.asked: list[Mapping[str, Any]] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._reply()

            def do_POST(self) -> None:
                owner.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self._reply()

            def _reply(self) -> None:
                status, kind, text = owner.replies.get(self.path, (404, "text/plain", "not here"))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                if 300 <= status < 400:
                    self.send_header("Location", text)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_args: object) -> None:
                """Not to stderr."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}/v1"

    def says(self, reply: Reply) -> None:
        self.replies["/v1/chat/completions"] = reply

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _json(value: object, status: int = 200) -> Reply:
    return status, "application/json", json.dumps(value)


def _events(*events: object) -> Reply:
    lines = [f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n" for event in events]
    return 200, "text/event-stream; charset=utf-8", ": hello\n\n" + "".join(lines)


def _piece(text: str | None) -> dict[str, Any]:
    return {"choices": [{"delta": {} if text is None else {"content": text}}]}


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def chat(server: Server) -> Iterator[Callable[[], HttpChat]]:
    opened: list[HttpChat] = []

    def make() -> HttpChat:
        opened.append(HttpChat(server.address))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def test_a_streamed_answer_comes_piece_by_piece(server: Server, chat: Callable[[], HttpChat]) -> None:
    usage = {"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 2}}
    server.says(_events(_piece(None), _piece("14 "), _piece("crowns – “fee”"), usage, "[DONE]", "rubbish"))
    asking = chat()
    assert list(asking.say(MESSAGES, 200)) == ["14 ", "crowns – “fee”"]
    assert asking.usage == Usage(prompt_tokens=11, output_tokens=2)
    (asked,) = server.asked
    assert (asked["model"], asked["temperature"], asked["max_tokens"]) == ("boat-1b", 0, 200)
    assert asked["messages"] == MESSAGES


def test_a_server_that_does_not_count_is_counted_by_pieces(
    server: Server, chat: Callable[[], HttpChat]
) -> None:
    server.says(_events(_piece("14"), _piece(" crowns")))
    asking = chat()
    assert "".join(asking.say(MESSAGES, 9)) == "14 crowns"
    assert asking.usage.output_tokens == 2


def test_a_server_that_does_not_stream_is_understood(server: Server, chat: Callable[[], HttpChat]) -> None:
    server.says(
        _json(
            {
                "choices": [{"message": {"content": "14 crowns"}}],
                "usage": {"prompt_tokens": 5, "completion_tokens": 3},
            }
        )
    )
    asking = chat()
    assert list(asking.say(MESSAGES, 9)) == ["14 crowns"]
    assert asking.usage == Usage(prompt_tokens=5, output_tokens=3)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (_json({"error": "too long"}, 400), r"refused \(400\).*too long"),
        ((307, "text/plain", "http://192.0.2.1/v1"), r"refused \(307\)"),
        (_events({"error": {"message": "out of memory"}}), "out of memory"),
        (_events("nothing"), "not an OpenAI-compatible"),
        (_json({"choices": []}), "not an OpenAI-compatible"),
        (_json([]), "not an OpenAI-compatible"),
        ((200, "text/html", "<p>Hello"), "not an OpenAI-compatible"),
    ],
)
def test_what_goes_wrong_is_told(
    server: Server, chat: Callable[[], HttpChat], reply: Reply, said: str
) -> None:
    server.says(reply)
    with pytest.raises(ServerError, match=said):
        list(chat().say(MESSAGES, 9))


def test_a_server_that_has_gone_is_told() -> None:
    gone = Server()
    asking = HttpChat(gone.address)
    gone.close()
    with pytest.raises(ServerError, match="did not answer"):
        list(asking.say(MESSAGES, 9))
    asking.close()
    with pytest.raises(ServerError, match="No server answers"):
        HttpChat(gone.address)


def test_of_several_models_one_has_to_be_named(server: Server) -> None:
    server.replies["/v1/models"] = _json({"data": [{"id": "boat:1b"}, {"id": "ship"}]})
    with pytest.raises(ServerError, match=r"has 2 models: boat:1b, ship.*#NAME"):
        HttpChat(server.address)
    with pytest.raises(ServerError, match="no model 'raft'"):
        HttpChat(f"{server.address}#raft")
    named = HttpChat(f"{server.address}/#boat:1b")
    assert named.name == "boat:1b"
    named.close()


@pytest.mark.parametrize("reply", [(404, "text/plain", ""), _json({}), _json([]), (200, "text/html", "<p>")])
def test_what_is_no_such_server_is_told_before_anything_is_run(server: Server, reply: Reply) -> None:
    server.replies["/v1/models"] = reply
    with pytest.raises(ServerError):
        HttpChat(server.address)


@pytest.mark.parametrize(
    "address",
    [
        "https://api.openai.com/v1",
        "http://192.168.1.5:8080/v1",
        "http://10.0.0.1/v1",
        "https://127.0.0.1:8080/v1",
        "http://user@127.0.0.1:8080/v1",
        "http://127.0.0.1.example.org/v1",
        "http://localhost.example.org/v1",
        "http://[::2]:80/v1",
        "http://127.0.0.1:99999/v1",
        "http:///v1",
        "ftp://127.0.0.1/v1",
        "file:///etc/passwd",
    ],
)
def test_any_other_machine_is_refused_in_a_sentence(address: str) -> None:
    assert is_address(address)
    with pytest.raises(ServerError, match="nothing may leave it"):
        choose([address], (), exact=False, settings=EngineSettings())


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1"),
        ("http://localhost/v1", "http://localhost:80/v1"),
        ("http://[::1]:5000", "http://[::1]:5000"),
    ],
)
def test_this_machine_is_taken(address: str, base: str) -> None:
    assert checked_address(f"{address}#m") == (base, "m")
    assert not is_address("qwen2.5-coder-0.5b-instruct")
    assert not is_address("models/a.gguf")


def test_an_address_becomes_a_system_with_a_naive_prompt(server: Server) -> None:
    settings = EngineSettings()
    chosen = choose(
        [server.address], (Kind.NAIVE, Kind.CLOSED_BOOK, Kind.EXACT), exact=False, settings=settings
    )
    assert chosen == choose([server.address], (), exact=False, settings=settings), "always in the table"
    host = server.address.removeprefix("http://").removesuffix("/v1")
    assert [(one.entry.name, one.entry.baseline) for one in chosen] == [
        (f"boat-1b @ {host}", False),
        ("always-abstain", True),
        ("first-sentence", True),
        (f"boat-1b @ {host} (closed book)", True),
    ]
    assert chosen[0].entry.fingerprint == {"kind": "naive", "model": "boat-1b", "address": server.address}


def test_a_suite_is_run_over_an_address_and_a_failing_server_ends_nothing(
    server: Server, tmp_path: Path
) -> None:
    server.says(_events(_piece("The fee is 14 crowns a day [1]."), "[DONE]"))
    request = RunRequest(
        suite=write_suite(tmp_path / "suite"), out=tmp_path / "out", models=(server.address,)
    )
    parts = Parts(embedder=LengthEmbedder, loading=LineLoader)
    run = run_suite(request, Heard().watcher(), parts)
    assert run.whole
    fee = run.results[0]["answer"]
    assert fee["citations"][0]["quote"] == fee["passages"][0]["text"]
    assert [hit["rank"] for hit in run.results[0]["retrieved"]] == [1, 2, 3]
    assert len(server.asked) == 6, "with passages and, as a baseline, without"
    assert "harbour fee is 14 crowns" in server.asked[0]["messages"][-1]["content"]

    server.says(_json({"error": "no room"}, 500))
    failing = run_suite(replace(request, out=tmp_path / "second"), Heard().watcher(), parts)
    assert failing.whole
    said = [line["error"] and "no room" in line["error"] for line in failing.results]
    assert said == [True] * 3 + [None] * 6 + [True] * 3

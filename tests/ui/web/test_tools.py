"""Buttons of our own HTML: what the page may send, what is shown of others' texts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from rag.types import Answer
from tests.ui.web.payloads import PAYLOADS
from tests.ui.web.scripted import HOSTILE, Scripted, library
from ui.kept.values import Kept, Line, Opinion, Rating
from ui.records.build import record_of
from ui.web.escape import plain
from ui.web.keeping import as_exchanges
from ui.web.show.conversations import extent, listing
from ui.web.show.tools import tools
from ui.web.state import Exchange
from ui.web.texts import Words
from ui.web.tools import file_name
from ui.web.wire import File, Reply, Wanted

WORDS = Words("en")
OURS = {
    *("article", "button", "details", "div", "input", "label", "li", "mark", "p", "path", "span", "summary"),
    *("svg", "textarea", "ul"),
}


class Reader(HTMLParser):
    """Which elements there are, and which of their attributes a browser would run."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: set[str] = set()
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers |= {
            name for name, _ in attrs if name.startswith("on") or name in ("src", "href", "style")
        }


def line(title: str, found: str = "") -> Line:
    return Line(
        conversation_id=7,
        title=title,
        changed=datetime(2026, 11, 28, tzinfo=UTC),
        pinned=False,
        answers=2,
        found=found,
    )


@pytest.mark.parametrize("text", [HOSTILE, *PAYLOADS.values()])
def test_what_was_kept_is_shown_as_text(text: str) -> None:
    exchange = Exchange(
        number=1,
        question=text,
        kept=Kept(conversation_id=1, answer_id=2),
        opinion=Opinion(rating=Rating.WRONG, note=f"</textarea>{text}", right=f'">{text}'),
    )
    found = f"{text[:9]}\ue000{text}\ue001{text[3:]}\ue000"
    markup = listing(WORDS, [line(text, found)], "x", keeping=True) + extent(text) + tools(WORDS, exchange)
    seen = Reader(markup)
    assert seen.tags <= OURS
    assert seen.handlers == set()
    assert plain(text) in markup


@pytest.mark.parametrize(
    "sent",
    ["", "null", "[]", '"x"', "{", "[" * 100_000, '{"turn": {"a": 1}}', '{"turn": -1}', '{"turn": "1e3"}'],
)
def test_what_is_no_button_wants_nothing(sent: str) -> None:
    wanted = Wanted.read(sent)
    assert (wanted.text("do"), wanted.number("turn"), wanted.ticked("unanswerable")) == ("", 0, False)


def test_what_a_button_sends_is_cut_and_cleaned() -> None:
    sent = json.dumps({"note": " a\x00b\ud800c\nd" + "e" * 9_000, "turn": "12", "unanswerable": True})
    wanted = Wanted.read(sent)
    assert wanted.text("note").startswith("abc\nd")
    assert len(wanted.text("note")) < 4_001
    assert wanted.number("turn") == 12
    assert wanted.ticked("unanswerable")


def test_a_reply_carries_its_file() -> None:
    reply = json.loads(Reply(file=File(name="a.pdf", media_type="application/pdf", data=b"\xff")).to_json())
    assert reply["file"] == {"name": "a.pdf", "type": "application/pdf", "data": "/w=="}
    assert reply["text"] is None


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("What is open?", "greenpaper-what-is-open"),
        ("../../etc/passwd\x00", "greenpaper-etc-passwd"),
        ("Für Behörden: äöü", "greenpaper-fur-behorden-aou"),
        ("שלום", "greenpaper"),
        ("", "greenpaper"),
        ("x" * 500, "greenpaper-" + "x" * 60),
    ],
)
def test_a_title_becomes_the_name_of_a_file(title: str, name: str) -> None:
    assert file_name(title) == name


def test_a_kept_answer_is_shown_as_it_was() -> None:
    from ui.kept.values import Conversation, KeptAnswer

    held = library()
    *_, answer = Scripted(held, pause_s=0).stream("Will the weather hold?")
    assert isinstance(answer, Answer)
    record = record_of(answer, held, asked=datetime.now(UTC), model_sha256="0" * 64)
    kept = KeptAnswer(answer_id=3, record=record, opinion=Opinion(note="n"))
    (shown,) = as_exchanges(Conversation(conversation_id=9, title="T", pinned=False, answers=(kept,)))
    assert shown.answer is not None
    assert shown.answer == replace(
        answer, hits=(), usage=shown.answer.usage, timings=shown.answer.timings, confidence=0.0
    )
    assert [one.quote for one in shown.nearest] == [hit.passage.text for hit in answer.hits]
    assert (shown.documents, shown.read, shown.kept) == (3, 3, Kept(conversation_id=9, answer_id=3))

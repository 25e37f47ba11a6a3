"""A conversation is carried once, and not for ever."""

from __future__ import annotations

import pytest

from ui.web import carried
from ui.web.carried import Carried, Talk
from ui.web.state import Exchange

TALK = Talk([Exchange(number=1, question="What is open?")], frozenset({"a"}))


def test_it_is_taken_once_with_its_word_only() -> None:
    waiting = Carried()
    word = waiting.put(TALK)
    assert waiting.put(TALK) != word
    assert waiting.take("") is None
    assert waiting.take(word) is TALK
    assert waiting.take(word) is None


def test_it_waits_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(carried.time, "monotonic", lambda: now[0])
    waiting = Carried()
    early, late = waiting.put(TALK), waiting.put(TALK)
    now[0] += 59
    assert waiting.take(early) is TALK
    now[0] += 2
    assert waiting.take(late) is None

"""A conversation is carried once, and not for ever."""

from __future__ import annotations

from ui.web.carried import Carried, Talk
from ui.web.state import Exchange

TALK = Talk(exchanges=(Exchange(number=1, question="What is open?"),), scope=frozenset({"a"}))


def test_it_is_taken_once_with_its_word_only() -> None:
    waiting = Carried()
    word = waiting.put(TALK)
    assert waiting.put(TALK) != word
    assert waiting.take("") is None
    assert waiting.take(word) is TALK
    assert waiting.take(word) is None


def test_it_waits_for_a_minute_and_is_forgotten_then() -> None:
    now = [100.0]
    waiting = Carried(now=lambda: now[0])
    early, late = waiting.put(TALK), waiting.put(TALK)
    now[0] += 59
    assert waiting.take(early) is TALK
    waiting.forget_late()
    assert len(waiting) == 1
    now[0] += 2
    waiting.forget_late()
    assert len(waiting) == 0
    assert waiting.take(late) is None

"""Opinions become cases that the evaluation's own check accepts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.case_json import parse_case
from tests.ui.kept.test_store import ACT, made
from tests.ui.records.made import ASKED, DIGEST, Library, abstention
from ui.cli import run
from ui.kept.cases import SUITE, cases
from ui.kept.store import Store
from ui.kept.values import Kept, Opinion, Rating
from ui.records.build import record_of


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store(tmp_path / "kept.sqlite")
    opened.keep(True)
    return opened


def kept(answer: Kept | None) -> Kept:
    assert answer
    return answer


def test_each_kind_of_opinion(store: Store, tmp_path: Path) -> None:
    first = kept(store.append(made("To whom does it apply?"), None))
    store.think(first.answer_id, Opinion(rating=Rating.RIGHT, note="“Good” <b>\u202e"))
    second = kept(store.append(made("And until when?", "It ends in 2030."), first.conversation_id))
    store.think(second.answer_id, Opinion(rating=Rating.WRONG, right="2030"))
    third = kept(store.append(made("What does it cost?"), None))
    store.think(third.answer_id, Opinion(rating=Rating.UNANSWERABLE, right="ignored"))
    nothing = record_of(abstention(ACT), Library((ACT,)), asked=ASKED, model_sha256=DIGEST)
    fourth = kept(store.append(nothing, None))
    store.think(fourth.answer_id, Opinion(rating=Rating.RIGHT))
    fifth = kept(store.append(made("Is it wrong?"), None))
    store.think(fifth.answer_id, Opinion(rating=Rating.WRONG, note="No idea."))
    kept(store.append(made("Nobody rated this?"), None))
    exported = cases(store.all())
    assert (exported.count, exported.left_out) == (4, 1)
    applies, until, cost, weather = [parse_case(line) for line in exported.lines.decode().splitlines()]
    assert applies.answerable
    assert [(one.document, one.quote, one.page) for one in applies.evidence] == [
        ("act.pdf", "It applies to all.", 1)
    ]
    assert [one.text for one in applies.nuggets] == ["Claim 1."]
    assert json.loads(exported.lines.splitlines()[0])["note"] == "“Good” <b>\u202e"
    assert (until.answers, until.evidence) == (("2030",), ())
    assert [turn.question for turn in until.turns] == ["To whom does it apply?"]
    assert not cost.answerable
    assert cost.answers == ()
    assert not weather.answerable
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "suite.toml").write_text(SUITE, encoding="utf-8")
    (folder / "cases.jsonl").write_bytes(exported.lines)
    assert run(["eval", "check", str(folder)]) == 0


def test_the_same_question_twice_is_one_case_by_its_last_opinion(store: Store) -> None:
    for rating in (Rating.RIGHT, Rating.UNANSWERABLE):
        answer = kept(store.append(made("Who?"), None))
        store.think(answer.answer_id, Opinion(rating=rating))
    exported = cases(store.all())
    assert exported.count == 1
    assert not parse_case(exported.lines.decode()).answerable


def test_nothing_rated_nothing_exported(store: Store) -> None:
    kept(store.append(replace(made("Who?"), title="T"), None))
    assert cases(store.all()).lines == b""

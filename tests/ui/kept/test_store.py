"""Kept only when the reader says so, found again, and gone when deleted."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ui.records.made import ASKED, DIGEST, Library, answer, document
from ui.kept.database import KeptError
from ui.kept.store import Store
from ui.kept.values import Opinion, Rating
from ui.records.build import record_of
from ui.records.record import Record

ACT = document("act.pdf", "It applies to all. It ends in 2030.")
CANARY = "Zebrafinch"


def made(question: str, quote: str = "It applies to all.") -> Record:
    return record_of(answer([(ACT, quote)], question), Library((ACT,)), asked=ASKED, model_sha256=DIGEST)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store(tmp_path / "data" / "kept" / "conversations.sqlite")
    opened.keep(True)
    return opened


def every_byte(folder: Path) -> bytes:
    return b"\0".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_nothing_is_written_until_the_reader_says_so(tmp_path: Path) -> None:
    store = Store(tmp_path / "kept.sqlite")
    assert not store.keeping
    assert store.append(made("Who?"), None) is None
    assert store.conversations() == ()
    assert store.conversation(1) is None
    store.keep(False)
    store.delete_all()
    assert list(tmp_path.iterdir()) == []


def test_switched_off_nothing_new_is_kept_and_the_old_stays(store: Store) -> None:
    kept = store.append(made("Who?"), None)
    assert kept
    store.keep(False)
    assert store.append(made("When?"), kept.conversation_id) is None
    (line,) = store.conversations()
    assert (line.title, line.answers) == ("Who?", 1)


def test_an_answer_comes_back_as_it_was(store: Store) -> None:
    record = made("Who must\n “report”? \u202e<b>")
    kept = store.append(record, None)
    assert kept
    conversation = store.conversation(kept.conversation_id)
    assert conversation
    assert conversation.title == "Who must “report”? \u202e<b>"
    assert conversation.answers[0].record == replace(record, title=conversation.title)
    assert conversation.answers[0].opinion == Opinion()


def test_only_the_user_may_read_the_file(store: Store, tmp_path: Path) -> None:
    (path,) = (tmp_path / "data" / "kept").iterdir()
    assert path.stat().st_mode & 0o077 == 0


def test_pinned_ones_come_first_then_the_latest(store: Store) -> None:
    first, second, third = (store.append(made(q), None) for q in ("First?", "Second?", "Third?"))
    assert first
    assert second
    assert third
    store.append(made("More?"), first.conversation_id)
    store.pin(second.conversation_id, True)
    assert [line.title for line in store.conversations()] == ["Second?", "First?", "Third?"]
    store.pin(second.conversation_id, False)
    store.rename(third.conversation_id, "  A   new\nname ")
    store.rename(first.conversation_id, " ")
    assert [line.title for line in store.conversations()] == ["First?", "A new name", "Second?"]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("", ["Duties of towns?", "Was gilt für Behörden?"]),
        ("town", ["Duties of towns?"]),
        ("BEHORDEN", ["Was gilt für Behörden?"]),
        ("claim town", ["Duties of towns?"]),
        ("claim", ["Duties of towns?", "Was gilt für Behörden?"]),
        ("mayor", ["Duties of towns?"]),
        ("renamed", []),
        ("for", []),
        ('" OR NEAR( * - ^ {text}: x', []),
    ],
)
def test_searching(words: str, titles: list[str], store: Store) -> None:
    store.append(made("Was gilt für Behörden?"), None)
    kept = store.append(made("Duties of towns?"), None)
    assert kept
    store.think(kept.answer_id, Opinion(note="Ask the mayor."))
    found = store.conversations(words)
    assert [line.title for line in found] == titles
    if words == "mayor":
        assert "\ue000mayor\ue001" in found[0].found


def test_asked_again_replaces_what_it_was_asked_for(store: Store, tmp_path: Path) -> None:
    kept = store.append(made(f"{CANARY}?"), None)
    assert kept
    again = store.append(made("Better?"), kept.conversation_id, instead_of=[kept.answer_id])
    assert again
    answers = [a for c in store.all() for a in c.answers]
    assert [one.record.entries[0].question for one in answers] == ["Better?"]
    titles = [line.title for line in store.conversations()]
    assert titles == ["Better?"]
    assert CANARY.encode() not in every_byte(tmp_path)


def test_deleted_means_deleted(store: Store, tmp_path: Path) -> None:
    """Question, answer, quote, title, note, right words, document: no byte of them in any file."""
    secret = document(f"{CANARY}file.pdf", f"{CANARY}quote stands here. And more.", f"{CANARY}title")
    record = record_of(
        answer([(secret, f"{CANARY}quote stands here.")], f"{CANARY}question?"),
        Library((secret,)),
        asked=ASKED,
        model_sha256=DIGEST,
    )
    for number in range(30):
        store.append(made(f"Other question {number}?"), None)
    kept = store.append(record, None)
    assert kept
    for number in range(20):
        store.append(replace(record, title=f"{CANARY}{number}"), kept.conversation_id)
    store.rename(kept.conversation_id, f"{CANARY}renamed")
    store.think(kept.answer_id, Opinion(rating=Rating.WRONG, note=f"{CANARY}note", right=f"{CANARY}right"))
    before = every_byte(tmp_path)
    for part in ("question", "quote", "renamed", "note", "right", "file", "title"):
        assert f"{CANARY}{part}".encode() in before
    assert CANARY.lower().encode() in before, "the words' index is the control"
    store.delete(kept.conversation_id)
    after = every_byte(tmp_path).lower()
    assert CANARY.lower().encode() not in after
    assert b"other question 29" in after
    assert store.conversations(CANARY) == ()
    store.delete_all()
    assert b"other question" not in every_byte(tmp_path).lower()
    assert store.conversations() == ()
    assert store.keeping
    assert [path.name for path in (tmp_path / "data" / "kept").iterdir()] == ["conversations.sqlite"]


def test_a_changed_note_leaves_no_trace(store: Store, tmp_path: Path) -> None:
    kept = store.append(made("Who?"), None)
    assert kept
    assert store.think(kept.answer_id, Opinion(note=f"{CANARY} " * 50))
    assert store.think(kept.answer_id, Opinion(rating=Rating.RIGHT, note="fine"))
    assert CANARY.lower().encode() not in every_byte(tmp_path).lower()
    (conversation,) = store.all()
    assert conversation.answers[0].opinion == Opinion(rating=Rating.RIGHT, note="fine")


def test_a_conversation_deleted_elsewhere_begins_anew(store: Store) -> None:
    kept = store.append(made("Who?"), None)
    assert kept
    other = Store(store._database.path)
    other.delete(kept.conversation_id)
    again = store.append(made("And when?"), kept.conversation_id)
    assert again
    assert again.conversation_id != kept.conversation_id
    assert [line.title for line in other.conversations()] == ["And when?"]
    assert not store.think(kept.answer_id, Opinion(note="late"))


def test_pages_that_write_at_once_lose_nothing(store: Store) -> None:
    kept = store.append(made("Start?"), None)
    assert kept
    stores = [Store(store._database.path) for _ in range(4)]

    def write(number: int) -> None:
        page = stores[number % 4]
        page.append(made(f"Question {number}?"), kept.conversation_id)
        if number % 5 == 0:
            page.rename(kept.conversation_id, f"Title {number}")
        page.append(made(f"Own {number}?"), None)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))
    asked = [one.record.entries[0].question for c in store.all() for one in c.answers]
    assert sorted(asked) == sorted(
        ["Start?", *(f"{kind} {n}?" for kind in ("Question", "Own") for n in range(24))]
    )


@pytest.mark.process
def test_a_program_that_is_killed_loses_only_what_it_was_writing(store: Store) -> None:
    code = (
        "import sys, os; from pathlib import Path; from tests.ui.kept.test_store import *;"
        "s = Store(Path(sys.argv[1])); s.append(made('Kept?'), None);\n"
        "with s._database.writing() as c:\n"
        "    c.execute('DELETE FROM answers'); c.execute('UPDATE conversations SET title = 1'); os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(store._database.path)], check=False)
    assert done.returncode == 9
    assert [line.title for line in store.conversations()] == ["Kept?"]


def test_a_newer_or_damaged_file_is_refused_with_a_sentence(store: Store) -> None:
    path = store._database.path
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(KeptError, match=r"newer Greenpaper \(format 2"):
        store.conversations()
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(KeptError, match="move it elsewhere"):
        store.append(made("Who?"), None)

"""Conversations kept on this computer, only if the reader says so; several pages may use them at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rag.index.lexical import match_query
from rag.paths import data_dir
from ui.kept.database import Database
from ui.kept.rows import entry_from, entry_to, sources_from, sources_to, words_of
from ui.kept.values import Conversation, Kept, KeptAnswer, Line, Opinion, Rating
from ui.records.record import Record, each_once

_LONGEST_TITLE = 200
_LINE = (
    "SELECT conversations.id AS id, title, changed, pinned, count(answers.id) AS answers FROM conversations"
    " JOIN answers ON answers.conversation = conversations.id GROUP BY conversations.id"
    " ORDER BY pinned DESC, changed DESC, conversations.id DESC"
)
_FOUND = (
    "SELECT conversation, snippet(words, 0, char(0xE000), char(0xE001), '…', 16) AS found FROM words"
    " JOIN answers ON answers.id = words.rowid WHERE words MATCH ? ORDER BY rank DESC"
)


class Store:
    """The kept conversations. `path` is the file; None: in the user's data folder."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or data_dir() / "kept" / "conversations.sqlite"
        self._database = Database(self.path)

    @property
    def keeping(self) -> bool:
        """Whether new answers are kept; False until the reader says otherwise."""
        with self._database.reading() as connection:
            return bool(connection.execute("SELECT keeping FROM switch").fetchone()[0])

    def keep(self, on: bool) -> None:
        """Keep new answers from now on, or no more; what is kept already stays."""
        if on or self._database.path.exists():
            with self._database.writing() as connection:
                connection.execute("UPDATE switch SET keeping = ?", (on,))

    def append(
        self, record: Record, conversation_id: int | None, *, instead_of: Sequence[int] = ()
    ) -> Kept | None:
        """Keep one answer, if answers are kept, at the end of a conversation; None begins a new one.

        A conversation that was deleted meanwhile begins anew with this answer alone. `instead_of` are answers
        that were asked again.
        """
        if not self.keeping:
            return None
        with self._database.writing() as connection:
            for answer_id in instead_of:
                _delete_answers(connection, "id = ?", answer_id)
            kept = _append(connection, record, conversation_id)
        if instead_of:
            self._database.shred()
        return kept

    def conversations(self, words: str = "") -> tuple[Line, ...]:
        """All conversations, pinned ones first, then the latest; or those in which `words` stand."""
        with self._database.reading() as connection:
            rows = connection.execute(_LINE).fetchall()
            match = " AND ".join(f"{term}*" for term in match_query(words).split(" OR ") if term)
            found = dict(connection.execute(_FOUND, (match,)).fetchall()) if match else {}
        wanted = words.strip().casefold()
        return tuple(
            Line(
                conversation_id=row["id"],
                title=row["title"],
                changed=datetime.fromisoformat(row["changed"]),
                pinned=bool(row["pinned"]),
                answers=row["answers"],
                found=found.get(row["id"], ""),
            )
            for row in rows
            if not wanted or row["id"] in found or wanted in row["title"].casefold()
        )

    def conversation(self, conversation_id: int) -> Conversation | None:
        """One conversation; None where it was deleted."""
        with self._database.reading() as connection:
            row = _conversation(connection, conversation_id)
            return None if row is None else _read(connection, row)

    def all(self) -> tuple[Conversation, ...]:
        """Every conversation whole, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT * FROM conversations ORDER BY id").fetchall()
            return tuple(_read(connection, row) for row in rows)

    def rename(self, conversation_id: int, title: str) -> None:
        """Give a conversation another title; an empty one changes nothing."""
        if title := " ".join(title.split())[:_LONGEST_TITLE]:
            with self._database.writing() as connection:
                connection.execute(
                    "UPDATE conversations SET title = ? WHERE id = ?", (title, conversation_id)
                )
            self._database.shred()

    def pin(self, conversation_id: int, on: bool) -> None:
        """Put a conversation before the others, or back among them."""
        with self._database.writing() as connection:
            connection.execute("UPDATE conversations SET pinned = ? WHERE id = ?", (on, conversation_id))

    def delete(self, conversation_id: int) -> None:
        """Delete a conversation: no byte of it stays in the file."""
        with self._database.writing() as connection:
            _delete_answers(connection, "conversation = ?", conversation_id)
        self._database.shred()

    def delete_all(self) -> None:
        """Delete every conversation; the switch stays as it is."""
        if self._database.path.exists():
            with self._database.writing() as connection:
                _delete_answers(connection, "? > 0", 1)
            self._database.shred()

    def opinion(self, answer_id: int) -> Opinion | None:
        """What the reader thinks of an answer; None where that is no longer kept."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT * FROM answers WHERE id = ?", (answer_id,)).fetchone()
            return None if row is None else _opinion(row)

    def think(self, answer_id: int, opinion: Opinion) -> bool:
        """Keep what the reader thinks of an answer; False where that is no longer kept."""
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT answers.*, title, sources FROM answers JOIN conversations"
                " ON conversations.id = conversation WHERE answers.id = ?",
                (answer_id,),
            ).fetchone()
            if row is None:
                return False
            values = (opinion.rating, opinion.note, opinion.right, answer_id)
            connection.execute('UPDATE answers SET rating = ?, note = ?, "right" = ? WHERE id = ?', values)
            text = words_of(entry_from(row["entry"], row["title"], row["sources"]), opinion)
            connection.execute("UPDATE words SET text = ? WHERE rowid = ?", (text, answer_id))
        self._database.shred()
        return True


def _conversation(connection: sqlite3.Connection, conversation_id: int | None) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM conversations WHERE id = ?", (conversation_id,)
    ).fetchone()
    return row


def _append(connection: sqlite3.Connection, record: Record, conversation_id: int | None) -> Kept:
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    known = _conversation(connection, conversation_id)
    if known is None:
        added = connection.execute(
            "INSERT INTO conversations (title, changed, sources) VALUES (?, ?, ?)",
            (" ".join(record.title.split())[:_LONGEST_TITLE], now, sources_to(record.sources)),
        )
        conversation = added.lastrowid
    else:
        conversation = known["id"]
        sources = each_once([*sources_from(known["sources"]), *record.sources])
        connection.execute(
            "UPDATE conversations SET changed = ?, sources = ? WHERE id = ?",
            (now, sources_to(sources), conversation),
        )
    answer = connection.execute(
        "INSERT INTO answers (conversation, entry) VALUES (?, ?)", (conversation, entry_to(record))
    ).lastrowid
    text = words_of(record, Opinion())
    connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (answer, text))
    assert conversation is not None
    assert answer is not None
    return Kept(conversation_id=conversation, answer_id=answer)


def _read(connection: sqlite3.Connection, row: sqlite3.Row) -> Conversation:
    answers = connection.execute(
        "SELECT * FROM answers WHERE conversation = ? ORDER BY id", (row["id"],)
    ).fetchall()
    return Conversation(
        conversation_id=row["id"],
        title=row["title"],
        pinned=bool(row["pinned"]),
        answers=tuple(
            KeptAnswer(
                answer_id=answer["id"],
                record=entry_from(answer["entry"], row["title"], row["sources"]),
                opinion=_opinion(answer),
            )
            for answer in answers
        ),
    )


def _opinion(row: sqlite3.Row) -> Opinion:
    rating = Rating(row["rating"]) if row["rating"] else None
    return Opinion(rating=rating, note=row["note"], right=row["right"])


def _delete_answers(connection: sqlite3.Connection, where: str, value: int) -> None:
    """Answers with their words, and conversations that have none left."""
    for table, key in (("words", "rowid"), ("answers", "id")):
        connection.execute(
            f"DELETE FROM {table} WHERE {key} IN (SELECT id FROM answers WHERE {where})",  # noqa: S608
            (value,),
        )
    connection.execute("DELETE FROM conversations WHERE id NOT IN (SELECT conversation FROM answers)")

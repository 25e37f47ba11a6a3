"""The file in which conversations are kept: opened for one piece of work at a time, and nothing left over.

Deleted text is overwritten (`secure_delete`), the file is written anew after a deletion (`VACUUM`), and there
is no write-ahead log: the rollback journal is gone when a change is made. What a disk itself keeps of
overwritten blocks is out of reach.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import GreenpaperError

FORMAT = 1
_WAIT_S = 15.0
_PRAGMAS = ("secure_delete = ON", "temp_store = MEMORY", "foreign_keys = ON", "trusted_schema = OFF")
_SCHEMA = """
CREATE TABLE switch (keeping INTEGER NOT NULL);
INSERT INTO switch VALUES (0);
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    changed TEXT NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0,
    sources TEXT NOT NULL
);
CREATE TABLE answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    entry TEXT NOT NULL,
    rating TEXT,
    note TEXT NOT NULL DEFAULT '',
    "right" TEXT NOT NULL DEFAULT ''
);
CREATE INDEX answers_of_conversation ON answers (conversation);
CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');
"""


class KeptError(GreenpaperError):
    """The file of kept conversations cannot be used."""


class Database:
    """The file at `path`, which need not be there: it is made when it is first written to."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state; an empty one in memory where there is no file."""
        with self._connected(str(self.path) if self.path.exists() else ":memory:") as connection:
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are made all at once, or not at all; others wait meanwhile."""
        self._make()
        with self._connected(str(self.path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def shred(self) -> None:
        """Leave no trace of what was deleted before: the words' index and the file are written anew."""
        with self._connected(str(self.path)) as connection:
            connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
            connection.execute("VACUUM")

    def _make(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))

    @contextmanager
    def _connected(self, path: str) -> Iterator[sqlite3.Connection]:
        connection = None
        try:
            connection = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
            self._prepare(connection)
            yield connection
        except sqlite3.DatabaseError as error:
            raise KeptError(
                f"The kept conversations in {self.path} cannot be used ({error}). If another program holds "
                "the file, close it; if it is damaged, move it elsewhere, and keeping begins anew."
            ) from None
        finally:
            if connection is not None:
                connection.close()

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.row_factory = sqlite3.Row
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > FORMAT:
            raise KeptError(
                f"The kept conversations in {self.path} were written by a newer Greenpaper (format "
                f"{version}, this one knows {FORMAT}): update it, or move the file elsewhere."
            )
        if version == 0:
            self._create(connection)

    @staticmethod
    def _create(connection: sqlite3.Connection) -> None:
        """The tables, unless another page makes them at this moment."""
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in _SCHEMA.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")

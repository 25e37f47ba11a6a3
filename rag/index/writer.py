"""Writing an index: changes are made on a copy of the current generation, which becomes the next one whole.

Until `commit` nothing that readers see has changed; whoever stops before it, in whatever way, leaves the
index as it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from rag.chunking import CHUNKER
from rag.embedding import Vectors
from rag.errors import IndexUnusableError
from rag.index.disk import explained_disk_errors, sha256_file, write_file
from rag.index.generations import (
    DATABASE,
    GENERATIONS,
    clean,
    current_name,
    forget_earlier,
    good_generation,
    inspect,
    new_build,
    point_to,
    publish,
)
from rag.index.lock import writing
from rag.index.manifest import FORMAT, FileEntry, IndexManifest, corpus_digest, library_versions
from rag.index.reader import explained, open_read_only, rows_of
from rag.index.records import Entry, Kinship, Stored
from rag.index.schema import (
    FROM_1_TO_2,
    INFO_COLUMNS,
    PLACES,
    SCHEMA,
    document_row,
    places_blob,
    to_document,
)
from rag.index.vectors import VECTORS, VectorIndex
from rag.types import Document, Passage


class IndexWriter:
    """The only writer of an index, from `with` to its end. Changes count after `commit`."""

    def __init__(self, folder: Path, *, embedder: str, dimension: int, loader: str) -> None:
        """Takes the index at `folder` (made where there is none) for vectors of this embedder."""
        self.folder = folder
        self.outdated: tuple[str, ...] = ()
        """Why every passage has to be made anew (`forget_passages`); empty for an index in order."""
        self._embedder, self._dimension, self._loader = embedder, dimension, loader
        self._same_embedder = True
        self._layout = FORMAT
        self._dropped = self._forgetting = False
        """Whether a document's rows were dropped; whether its text has to be gone from the disk, too."""
        self._base: str | None = None
        self._build: Path | None = None
        self._removed: list[int] = []
        self._added: dict[int, Vectors] = {}
        self._spare: dict[str, Vectors] = {}
        """Vectors of this embedder whose passages were forgotten, by the digest of what was embedded."""

    def __enter__(self) -> Self:
        """Takes the lock and the current generation. IndexUnusableError: locked, damaged, not writable."""
        with ExitStack() as stack:
            stack.enter_context(writing(self.folder))
            with explained_disk_errors(self.folder):
                self._open()
            stack.callback(self._close)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def stored(self) -> tuple[Stored, ...]:
        """Every document, in the order in which they came."""
        rows = self._rows(f"SELECT {INFO_COLUMNS}, loader FROM documents ORDER BY id")  # noqa: S608
        return tuple(
            Stored(
                doc_id=row["doc_id"],
                name=row["name"],
                source=os.fsdecode(row["source"]),
                sha256=row["sha256"],
                loader=row["loader"],
                pages=row["page_count"],
                passages=row["passages"],
                findings=tuple(json.loads(row["findings"])),
            )
            for row in rows
        )

    def document(self, doc_id: str) -> Document:
        """The document with exactly this id. KeyError where there is none."""
        for row in self._rows("SELECT * FROM documents WHERE doc_id = ?", doc_id):
            return to_document(row)
        raise KeyError(doc_id)

    def known_vectors(self, embedded: Iterable[str]) -> dict[str, Vectors]:
        """The vectors of those texts that the index has embedded already."""
        wanted = {_digest(text): text for text in embedded}
        rows = self._rows(
            "SELECT embedded, min(id) AS id FROM passages"
            " WHERE embedded IN (SELECT value FROM json_each(?)) GROUP BY embedded",
            list(wanted),
        )
        spare = {text: self._spare[digest] for digest, text in wanted.items() if digest in self._spare}
        return spare | {wanted[row["embedded"]]: self._vector(row["id"]) for row in rows}

    def kin(self, passages: Sequence[Passage], *, besides: frozenset[str]) -> Kinship | None:
        """The document, not among `besides`, that shares most passages' words with these, if any does."""
        digests = sorted({_words(passage.text) for passage in passages})
        rows = self._rows(
            "SELECT doc_id, name, count(DISTINCT words) AS shared FROM passages"
            " JOIN documents ON documents.id = passages.document"
            " WHERE words IN (SELECT value FROM json_each(?1))"
            " AND doc_id NOT IN (SELECT value FROM json_each(?2))"
            " GROUP BY doc_id ORDER BY shared DESC, name LIMIT 1",
            digests,
            sorted(besides),
        )
        for row in rows:
            return Kinship(doc_id=row["doc_id"], name=row["name"], share=row["shared"] / len(digests))
        return None

    def put(self, entry: Entry, *, instead_of: str | None = None) -> None:
        """Adds a document with its passages, in the same step removing `instead_of`."""
        with self._change() as connection:
            if instead_of:
                self._drop(connection, instead_of)
            row = document_row(entry.document) | {
                "page_count": entry.page_count,
                "loader": entry.loader,
                "findings": json.dumps(entry.findings),
                "ingested": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            }
            columns, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
            connection.execute(f"INSERT INTO documents ({columns}) VALUES ({marks})", row)  # noqa: S608
            if entry.places:
                connection.execute(
                    "INSERT INTO places (document, runs) SELECT id, ? FROM documents WHERE doc_id = ?",
                    (places_blob(entry.places), entry.document.doc_id),
                )
            self._put_passages(connection, entry)

    def put_passages(self, entry: Entry) -> None:
        """Gives a stored document, whose passages were forgotten, its passages anew."""
        with self._change() as connection:
            self._put_passages(connection, entry)

    def forget_passages(self) -> None:
        """Drops every passage and vector, not the documents: for each of them `put_passages` must follow."""
        if self._same_embedder:
            rows = self._rows("SELECT embedded, id FROM passages")
            self._spare = {row["embedded"]: self._vector(row["id"]) for row in rows}
        with self._change() as connection:
            connection.execute("INSERT INTO passage_words (passage_words) VALUES ('delete-all')")
            connection.execute("DELETE FROM passages")
        self._vectors = VectorIndex.empty(self._dimension)
        self._removed, self._added, self.outdated = [], {}, ()

    def remove(self, doc_id: str) -> None:
        """Removes a document. KeyError where there is none.

        The commit then leaves nothing of its text on the disk: earlier generations go with it.
        """
        with self._change() as connection:
            self._drop(connection, doc_id)
            self._forgetting = True

    def rename(self, places: Mapping[str, tuple[str, str]]) -> None:
        """Gives documents (by id) a new (name, source), all at once, so that two may change places."""
        with self._change() as connection:
            for doc_id in places:
                connection.execute(
                    "UPDATE documents SET name = char(0) || id, source = char(0) || id WHERE doc_id = ?",
                    (doc_id,),
                )
            for doc_id, (name, source) in places.items():
                connection.execute(
                    "UPDATE documents SET name = ?, source = ? WHERE doc_id = ?",
                    (name, os.fsencode(source), doc_id),
                )

    @property
    def changed(self) -> bool:
        """Whether there is anything to commit."""
        return self._build is not None

    def commit(self, *, begin: bool = False) -> None:
        """Makes the changes so far the current generation; does nothing where there are none.

        `begin` makes a first generation without documents where there is no index at all yet.
        IndexUnusableError where the disk does not take it: the index is then as it was before.
        """
        if begin and self._base is None:
            with self._change():
                pass
        if self._build is None:
            return
        if self.outdated:
            raise RuntimeError("passages of other settings would be committed as if they were of these")
        with explained_disk_errors(self.folder):
            manifest = self._finish(self._build)
            name = publish(self.folder, self._build, manifest, self._base)
            if self._forgetting:
                forget_earlier(self.folder, name)
            self._build, self._base, self._layout = None, name, FORMAT
            self._dropped = self._forgetting = False
            self._connection = open_read_only(self.folder / GENERATIONS / name / DATABASE)

    def _open(self) -> None:
        self._base = _base_of(self.folder)
        if self._base is None:
            self._connection = sqlite3.connect(":memory:", isolation_level=None)
            self._connection.row_factory = sqlite3.Row
            self._connection.executescript(SCHEMA)
            self._vectors = VectorIndex.empty(self._dimension)
            return
        generation = inspect(self.folder, self._base)
        manifest = generation.manifest
        if manifest is None or generation.damage:
            raise IndexUnusableError(explained(self.folder, generation, generation.damage))
        clean(self.folder, self._base)
        self._connection = open_read_only(generation.path / DATABASE)
        self._vectors = VectorIndex.parse(generation.vectors)
        self._layout = manifest.format
        reasons = []
        self._same_embedder = (manifest.embedder, manifest.dimension) == (self._embedder, self._dimension)
        if not self._same_embedder:
            reasons.append("another embedder")
        if manifest.chunker != CHUNKER:
            reasons.append("another chunker")
        self.outdated = tuple(reasons)

    def _close(self) -> None:
        self._connection.close()
        if self._build:
            shutil.rmtree(self._build, ignore_errors=True)

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One step that happens whole or not at all, on the copy that is to be the next generation."""
        with explained_disk_errors(self.folder):
            if self._build is None:
                self._begin()
            connection = self._connection
            connection.execute("SAVEPOINT step")
            pending = list(self._removed), dict(self._added)
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK TO step")
                self._removed, self._added = pending
                raise
            finally:
                connection.execute("RELEASE step")

    def _begin(self) -> None:
        """Copies the current generation's database; if anything happens the copy is thrown away whole, so it
        needs no journal on disk."""
        build = new_build(self.folder)
        if self._base:
            shutil.copyfile(self.folder / GENERATIONS / self._base / DATABASE, build / DATABASE)
        connection = sqlite3.connect(build / DATABASE, isolation_level=None)
        connection.row_factory = sqlite3.Row
        for pragma in (
            "journal_mode = MEMORY",
            "synchronous = OFF",
            "foreign_keys = ON",
            "secure_delete = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        if not self._base:
            connection.executescript(SCHEMA)
        elif self._layout == 1:
            connection.execute(FROM_1_TO_2)
        connection.execute(PLACES)
        connection.execute("BEGIN IMMEDIATE")
        self._connection.close()
        self._connection, self._build = connection, build

    def _finish(self, build: Path) -> IndexManifest:
        """Writes the vectors, closes the database and describes both."""
        rows = [tuple(row) for row in self._rows("SELECT doc_id, name, sha256 FROM documents")]
        if self._dropped:  # the word index only marks words as removed until its parts are merged
            self._connection.execute("INSERT INTO passage_words (passage_words) VALUES ('optimize')")
        self._connection.execute("COMMIT")
        self._connection.close()
        if self._removed:
            self._vectors.remove(self._removed)
        if self._added:
            self._vectors.add(list(self._added), np.stack(list(self._added.values())))
        self._removed, self._added = [], {}
        write_file(build / VECTORS, self._vectors.to_bytes())
        files = (build / DATABASE, build / VECTORS)
        return IndexManifest(
            format=FORMAT,
            embedder=self._embedder,
            dimension=self._dimension,
            chunker=CHUNKER,
            loader=self._loader,
            corpus=corpus_digest(rows),
            documents=len(rows),
            passages=len(self._vectors),
            libraries=library_versions(),
            files=tuple(
                FileEntry(name=path.name, bytes=path.stat().st_size, sha256=sha256_file(path))
                for path in files
            ),
        )

    def _put_passages(self, connection: sqlite3.Connection, entry: Entry) -> None:
        title = entry.document.title
        where = rows_of(connection, "SELECT id FROM documents WHERE doc_id = ?", entry.document.doc_id)
        for passage, text, vector in zip(entry.passages, entry.embedded, entry.vectors, strict=True):
            headings = json.dumps(passage.heading_path, ensure_ascii=False)
            span = passage.span
            cursor = connection.execute(
                'INSERT INTO passages (document, passage_id, "start", "end", headings, embedded, words)'
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    where[0]["id"],
                    passage.passage_id,
                    span.start,
                    span.end,
                    headings,
                    _digest(text),
                    _words(passage.text),
                ),
            )
            row = cursor.lastrowid or 0
            connection.execute(
                "INSERT INTO passage_words (rowid, text, headings) VALUES (?, ?, ?)",
                (row, passage.text, f"{title} {headings}"),
            )
            self._added[row] = vector

    def _drop(self, connection: sqlite3.Connection, doc_id: str) -> None:
        self._dropped = True
        document = self.document(doc_id)
        rows = rows_of(
            connection,
            "SELECT passages.* FROM passages JOIN documents ON documents.id = document WHERE doc_id = ?",
            doc_id,
        )
        for row in rows:
            connection.execute(
                "INSERT INTO passage_words (passage_words, rowid, text, headings) VALUES ('delete', ?, ?, ?)",
                (row["id"], document.text[row["start"] : row["end"]], f"{document.title} {row['headings']}"),
            )
        connection.execute("DELETE FROM documents WHERE doc_id = ?", (doc_id,))
        self._removed += [row["id"] for row in rows if row["id"] not in self._added]
        for row in rows:
            self._added.pop(row["id"], None)

    def _vector(self, row: int) -> Vectors:
        return self._added[row] if row in self._added else self._vectors.get(row)

    def _rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return rows_of(self._connection, sql, *values)


def _base_of(folder: Path) -> str | None:
    """The generation to start from. A pointer that is gone, but not its generations, is put back."""
    try:
        name = current_name(folder)
    except ValueError as error:
        raise IndexUnusableError(explained(folder, None, [str(error)])) from error
    if name is None and (name := good_generation(folder, other_than=None)):
        point_to(folder, name)
    return name


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _words(text: str) -> str:
    """A digest of the words alone, so that another line break or another case is still the same passage."""
    return _digest(" ".join(text.casefold().split()))

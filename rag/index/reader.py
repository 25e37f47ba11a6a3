"""Reading an index: opened only when every byte of it is as it was written, then never seen to change."""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from shlex import quote
from threading import Lock
from types import TracebackType
from typing import Any, Self

import numpy as np

from rag.chunking import CHUNKER, embedded_text
from rag.embedding import Embedder, Vectors
from rag.errors import DocumentError, IndexUnusableError
from rag.index.generations import DATABASE, Generation, current_name, good_generation, inspect
from rag.index.lexical import match_query
from rag.index.manifest import IndexManifest, corpus_digest
from rag.index.schema import info_columns, to_document, to_info, to_passage, to_places
from rag.index.vectors import VectorIndex
from rag.places import NOWHERE, Places
from rag.types import Document, DocumentInfo, Hit, Origin, Passage

HEADINGS_WEIGHT = 0.5
"""What a word in the title or a heading counts in BM25, beside 1 for a word of the passage itself."""


class Index:
    """One generation of an index, untouched by a writer's later commits. Threads may share it.

    It is closed by `close`, or when the last who holds it lets it go.
    """

    def __init__(self, manifest: IndexManifest, connection: sqlite3.Connection, vectors: VectorIndex) -> None:
        """Takes over what `open` has checked."""
        self.manifest = manifest
        self._connection = connection
        self._vectors = vectors
        self._lock = Lock()
        self._end = weakref.finalize(self, connection.close)

    @classmethod
    def open(cls, folder: Path, embedder_fingerprint: str | None = None) -> Self:
        """Opens the current generation; with a fingerprint, only if that embedder made its vectors.

        Raises IndexUnusableError, which lists every reason and says what to do.
        """
        while True:
            name = _current(folder)
            generation = inspect(folder, name)
            reasons = [*generation.damage, *_mismatches(generation.manifest, embedder_fingerprint)]
            try:
                if generation.manifest and not reasons:
                    return cls(generation.manifest, *_parsed(generation))
            except FileNotFoundError:
                reasons = ["it was removed while it was being opened"]
            except (ValueError, sqlite3.Error) as error:
                reasons = [str(error)]
            if _current(folder) == name:  # otherwise a writer committed, and took away what we looked at
                raise IndexUnusableError(explained(folder, generation, reasons))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets the files go; the index cannot be used afterwards."""
        self._end()

    def documents(self) -> tuple[DocumentInfo, ...]:
        """Every document's line, by name."""
        columns = info_columns(self.manifest.format)
        rows = self._rows(f"SELECT {columns} FROM documents ORDER BY name")  # noqa: S608
        return tuple(to_info(row) for row in rows)

    def document(self, id_or_name: str) -> Document:
        """The document with this id or name, or whose id begins so. DocumentError for none or several."""
        # Bytes of a file's name that are no text are kept as escapes, as ingestion names such a file.
        id_or_name = id_or_name.encode("utf-8", "backslashreplace").decode()
        rows = self._rows("SELECT * FROM documents WHERE doc_id = ?1 OR name = ?1", id_or_name)
        if not rows and id_or_name:
            rows = self._rows(
                "SELECT * FROM documents WHERE substr(doc_id, 1, length(?1)) = ?1 ORDER BY name", id_or_name
            )
        if len(rows) == 1:
            return to_document(rows[0])
        if rows:
            which = ", ".join(f"{row['doc_id']} ({row['name']})" for row in rows[:5])
            raise DocumentError(f"{id_or_name!r} fits {len(rows)} documents: {which}. Give more of the id.")
        raise DocumentError(
            f"No document of the index has the id or name {id_or_name!r}. "
            "`greenpaper documents list` shows those it has."
        )

    def places(self, doc_id: str) -> Places:
        """Where the document's characters were printed; empty for a format without pages, and for a document
        that was read before places were kept."""
        if not self._rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'places'"):
            return NOWHERE
        rows = self._rows(
            "SELECT runs FROM places JOIN documents ON documents.id = document WHERE doc_id = ?", doc_id
        )
        return to_places(rows[0]["runs"]) if rows else NOWHERE

    def passages(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        """The passages with these ids, in that order. KeyError for an id that the index does not hold."""
        rows = self._rows(
            "SELECT id FROM passages WHERE passage_id IN (SELECT value FROM json_each(?))", list(ids)
        )
        found = {passage.passage_id: passage for passage in self._by_row(row["id"] for row in rows).values()}
        return tuple(found[passage_id] for passage_id in ids)

    def passages_of(self, doc_id: str) -> tuple[Passage, ...]:
        """All passages of one document, in its order."""
        rows = self._rows_of(frozenset({doc_id}))
        return tuple(sorted(self._by_row(rows).values(), key=lambda passage: passage.span.start))

    def dense(self, vector: Vectors, k: int, scope: frozenset[str] | None = None) -> tuple[Hit, ...]:
        """The k passages nearest to a unit vector of shape (dimension,), within `scope` (document ids).

        The score is the cosine. Raises ValueError for a wrong shape or a number that is not finite.
        """
        among = None if scope is None else self._rows_of(scope)
        near = self._vectors.search(vector, k, among)
        return self._hits([(one.row, one.cosine) for one in near], Origin.DENSE)

    def lexical(self, query: str, k: int, scope: frozenset[str] | None = None) -> tuple[Hit, ...]:
        """The k passages that share most with the query's words (BM25, higher is better) within `scope`."""
        match = match_query(query)
        if not match or k <= 0:
            return ()
        rows = self._rows(
            "SELECT passage_words.rowid AS id, -bm25(passage_words, 1.0, ?2) AS score FROM passage_words"
            " WHERE passage_words MATCH ?1 AND (?3 IS NULL OR passage_words.rowid IN"
            " (SELECT passages.id FROM passages JOIN documents ON documents.id = passages.document"
            "  WHERE doc_id IN (SELECT value FROM json_each(?3))))"
            " ORDER BY score DESC, id LIMIT ?4",
            match,
            HEADINGS_WEIGHT,
            None if scope is None else sorted(scope),
            k,
        )
        return self._hits([(row["id"], row["score"]) for row in rows], Origin.LEXICAL)

    def least_agreement(self, embedder: Embedder, samples: int = 8) -> float:
        """Embeds some stored passages again: the least cosine to the vector stored, 1.0 for an empty index.

        Below 0.999 the embedder is not the one that built the index, whatever its fingerprint says.
        """
        ids = sorted(self._vectors.rows())
        chosen = ids[:: max(1, len(ids) // samples)][:samples]
        if not chosen:
            return 1.0
        texts = [
            embedded_text(
                passage,
                title=self.document(passage.span.doc_id).title,
                count_tokens=embedder.count_tokens,
                max_tokens=embedder.max_tokens,
            )
            for passage in self._by_row(chosen).values()
        ]
        stored = np.stack([self._vectors.get(row) for row in chosen])
        return float((stored * embedder.embed(texts)).sum(axis=1).min())

    def _rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return rows_of(self._connection, sql, *values)

    def _rows_of(self, scope: frozenset[str]) -> list[int]:
        rows = self._rows(
            "SELECT passages.id AS id FROM passages JOIN documents ON documents.id = passages.document"
            " WHERE doc_id IN (SELECT value FROM json_each(?)) ORDER BY passages.id",
            sorted(scope),
        )
        return [row["id"] for row in rows]

    def _hits(self, scored: Sequence[tuple[int, float]], origin: Origin) -> tuple[Hit, ...]:
        passages = self._by_row(row for row, _ in scored)
        return tuple(
            Hit(passage=passages[row], score=score, rank=rank, origin=origin)
            for rank, (row, score) in enumerate(scored, start=1)
        )

    def _by_row(self, ids: Iterable[int]) -> dict[int, Passage]:
        """Passages by row id, in that order; the text is cut in Python, so that it is the document's own."""
        wanted = list(ids)
        rows = self._rows(
            "SELECT passages.*, doc_id FROM passages JOIN documents ON documents.id = passages.document"
            " WHERE passages.id IN (SELECT value FROM json_each(?))",
            wanted,
        )
        texts = {
            row["id"]: row["text"]
            for row in self._rows(
                "SELECT id, text FROM documents WHERE id IN (SELECT value FROM json_each(?))",
                sorted({row["document"] for row in rows}),
            )
        }
        found = {row["id"]: to_passage(row, texts[row["document"]]) for row in rows}
        return {row: found[row] for row in wanted}


def rows_of(connection: sqlite3.Connection, sql: str, *values: Any) -> list[sqlite3.Row]:
    """All rows of a query; a list among the values is passed as a JSON array, for `json_each`."""
    bound = [json.dumps(value) if isinstance(value, list) else value for value in values]
    with closing(connection.execute(sql, bound)) as cursor:
        return cursor.fetchall()


def open_read_only(path: Path) -> sqlite3.Connection:
    """The database of a finished generation: never written, never locked, no side files."""
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _current(folder: Path) -> str:
    try:
        name = current_name(folder)
    except ValueError as error:
        if isinstance(error.__cause__, OSError):
            raise IndexUnusableError(
                f"The index {folder} cannot be used: {error}. Check that it is the folder of an index, and "
                "that you may read it, or name another folder with --index."
            ) from error
        raise IndexUnusableError(explained(folder, None, [str(error)])) from error
    if name is None:
        if good_generation(folder, other_than=None):
            raise IndexUnusableError(explained(folder, None, ["CURRENT is missing"]))
        raise IndexUnusableError(
            f"There is no index in {folder}. Make one with `greenpaper ingest PATH...`, "
            "or name another folder with --index."
        )
    return name


def _mismatches(manifest: IndexManifest | None, fingerprint: str | None) -> list[str]:
    """Why an undamaged index still cannot be used with these settings."""
    reasons = []
    if manifest and fingerprint is not None and manifest.embedder != fingerprint:
        reasons.append(f"it was built with another embedder ({manifest.embedder}, not {fingerprint})")
    if manifest and manifest.chunker != CHUNKER:
        reasons.append(f"it was built by another chunker ({manifest.chunker}, not {CHUNKER})")
    return reasons


def _parsed(generation: Generation) -> tuple[sqlite3.Connection, VectorIndex]:
    """Opens the checked files and compares what is in them with the manifest. ValueError for a difference."""
    manifest = generation.manifest
    assert manifest is not None
    vectors = VectorIndex.parse(generation.vectors)
    if not (generation.path / DATABASE).exists():
        raise FileNotFoundError(generation.path)
    connection = open_read_only(generation.path / DATABASE)
    try:
        (count,) = connection.execute("SELECT count(*) FROM passages").fetchone()
        rows = [tuple(row) for row in connection.execute("SELECT doc_id, name, sha256 FROM documents")]
        differences = {
            "dimension": manifest.dimension != vectors.dimension,
            "passages": not manifest.passages == count == len(vectors),
            "documents": manifest.documents != len(rows),
            "corpus": manifest.corpus != corpus_digest(rows),
        }
        if wrong := [name for name, differs in differences.items() if differs]:
            raise ValueError(f"its files do not hold what manifest.json says: {', '.join(wrong)}")
    except BaseException:
        connection.close()
        raise
    return connection, vectors


def explained(folder: Path, generation: Generation | None, reasons: Sequence[str]) -> str:
    lines = [f"The index {folder} cannot be used:", *(f"- {reason}" for reason in reasons)]
    damaged = generation is None or generation.manifest is None or bool(generation.damage)
    if not damaged:
        lines.append("`greenpaper ingest` with the same --index builds it anew for these settings.")
    elif good_generation(folder, other_than=generation.name if generation else None):
        command = f"greenpaper documents roll-back --index {quote(str(folder))}"
        lines.append(f"The one before is undamaged: `{command}` goes back to it.")
    else:
        lines.append("Delete that folder and run `greenpaper ingest` on your documents again.")
    return "\n".join(lines)

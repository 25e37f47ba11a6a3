"""The vectors of an index: the only file that imports faiss.

Inner product over unit vectors, so a score is a cosine. An exact flat index is right to about 50,000
passages (docs/log.md), and it can give vectors back, so that nothing is embedded twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.embedding import Vectors

VECTORS = "vectors.faiss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A passage's row id and its cosine to the question."""

    row: int
    cosine: float


class VectorIndex:
    """Unit vectors by the row id of their passage."""

    def __init__(self, index: Any) -> None:
        """Wraps a FAISS index; use `empty` or `parse`."""
        self._index = index

    @classmethod
    def empty(cls, dimension: int) -> VectorIndex:
        """An index without vectors."""
        import faiss

        return cls(faiss.index_factory(dimension, "IDMap2,Flat", faiss.METRIC_INNER_PRODUCT))

    @classmethod
    def parse(cls, data: bytes) -> VectorIndex:
        """Reads bytes whose checksum was verified. ValueError where they are no index of this kind."""
        import faiss

        try:
            index = faiss.deserialize_index(np.frombuffer(data, np.uint8))
        except RuntimeError as error:
            raise ValueError(f"{VECTORS} is no FAISS index") from error
        inner = faiss.downcast_index(index.index) if isinstance(index, faiss.IndexIDMap2) else None
        if not isinstance(inner, faiss.IndexFlat) or index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise ValueError(f"{VECTORS} is not a flat inner product index with ids")
        return cls(index)

    def to_bytes(self) -> bytes:
        """What `parse` reads."""
        import faiss

        return bytes(faiss.serialize_index(self._index))

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def rows(self) -> list[int]:
        """The row ids of all vectors."""
        import faiss

        return [int(row) for row in faiss.vector_to_array(self._index.id_map)]

    def add(self, rows: Sequence[int], vectors: Vectors) -> None:
        """Adds one vector per row id. ValueError where shape, finiteness or length is wrong."""
        vectors = self._checked(vectors)
        if len(rows) != len(vectors):
            raise ValueError(f"{len(rows)} row ids for {len(vectors)} vectors")
        if len(vectors) and np.abs(np.linalg.norm(vectors, axis=1) - 1).max() > 1e-3:
            raise ValueError("a vector is not of length 1")
        self._index.add_with_ids(vectors, np.asarray(rows, np.int64))

    def remove(self, rows: Sequence[int]) -> None:
        """Removes the vectors with these row ids; unknown ones are ignored."""
        import faiss

        ids = np.asarray(rows, np.int64)
        self._index.remove_ids(faiss.IDSelectorBatch(ids))

    def get(self, row: int) -> Vectors:
        """The vector of one row id, shape (dimension,)."""
        return np.asarray(self._index.reconstruct(row), np.float32)

    def search(self, vector: Vectors, k: int, among: Sequence[int] | None = None) -> tuple[Near, ...]:
        """The k nearest, best first, of all or `among` these row ids; equal cosines by row id."""
        import faiss

        if vector.ndim != 1:
            raise ValueError(f"one vector is asked for, not an array of shape {vector.shape}")
        query = self._checked(vector[np.newaxis])
        k = min(k, len(self) if among is None else len(among))
        if k <= 0:
            return ()
        if among is None:
            cosines, rows = self._index.search(query, k)
        else:
            ids = np.asarray(among, np.int64)
            parameters: Any = faiss.SearchParameters
            parameters = parameters(sel=faiss.IDSelectorBatch(ids))
            cosines, rows = self._index.search(query, k, params=parameters)
        # FAISS fills up with -1, which as a Python index would be the last passage.
        pairs = zip(cosines[0], rows[0], strict=True)
        near = [Near(row=int(row), cosine=float(cosine)) for cosine, row in pairs if row >= 0]
        return tuple(sorted(near, key=lambda one: (-one.cosine, one.row)))

    def _checked(self, vectors: Vectors) -> Vectors:
        """FAISS says nothing about a wrong dimension, and answers NaN with nothing at all."""
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise ValueError(f"the index holds vectors of {self.dimension} numbers, got {vectors.shape[-1]}")
        if not np.isfinite(vectors).all():
            raise ValueError("a vector holds a number that is not finite")
        return np.ascontiguousarray(vectors, np.float32)

"""The documents that a suite is checked against: of an index, of a folder, or brought along by the suite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from rag.errors import DocumentError
from rag.index import Index
from rag.load import SUFFIXES
from rag.load.build import build
from rag.load.text import load_text
from rag.load.worker import LoadWorker
from rag.sources import find_files
from rag.types import Document


class Documents:
    """Documents by the last part of their name, as gold evidence names them."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Raises DocumentError where two documents have the same last part of their name."""
        self._by_name: dict[str, Document] = {}
        for document in documents:
            name = PurePosixPath(document.name).name
            if name in self._by_name:
                raise DocumentError(
                    f"Two documents are called {name!r}, and an evaluation tells documents apart by that. "
                    "Rename one of the files, and give the command again."
                )
            self._by_name[name] = document

    def __iter__(self) -> Iterator[Document]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def get(self, name: str) -> Document | None:
        """The document of that name; None for one that is not there."""
        return self._by_name.get(PurePosixPath(name).name)

    def like(self, name: str) -> str | None:
        """The name that `name` may have been meant to be."""
        wanted = PurePosixPath(name).name
        folded = {known.casefold(): known for known in self._by_name}
        near = get_close_matches(wanted.casefold(), folded, n=1, cutoff=0.6)
        return folded[near[0]] if near else None


def documents_of_index(folder: Path) -> Documents:
    """The documents of an index. Raises IndexUnusableError or DocumentError."""
    with Index.open(folder) as index:
        return Documents(index.document(info.doc_id) for info in index.documents())


def documents_of_folder(
    folder: Path, heard: Callable[[str], None] = lambda _: None
) -> tuple[Documents, tuple[str, ...]]:
    """The documents in a folder (or of one file), read as ingestion reads them, and what could not be read.

    `heard` is told the name of each file before it is read. Raises DocumentError where there are none.
    """
    found = find_files([folder], SUFFIXES)
    failures = [f"{one.path}: {' '.join(one.findings)}" for one in found.reports if one.status == "failed"]
    read: dict[str, Document] = {}
    with LoadWorker() as worker:
        for file in found.files:
            name = next(file.names())
            heard(name)
            try:
                document = worker.load(file.path, name=name).document
            except DocumentError as error:
                failures.append(" ".join(str(error).split()))
                continue
            read.setdefault(document.doc_id, document)  # the same content twice is one document
    if not read:
        raise DocumentError(
            f"No document could be read in {folder}. Name the folder of the suite's documents."
        )
    return Documents(read.values()), tuple(failures)


def documents_of_texts(texts: Mapping[str, str]) -> Documents:
    """Documents that a suite brings along as plain text, read as ingestion reads text files."""
    return Documents(_plain(name, text.encode()) for name, text in texts.items())


def _plain(name: str, data: bytes) -> Document:
    return build(load_text(data), data, name=name, source="").document

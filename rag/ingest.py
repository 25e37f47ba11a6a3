"""Ingestion: files become documents, passages and vectors of an index, and each file gets its line.

What a file is, is its content: an unchanged file is skipped, a changed one replaced, a moved one renamed, and
the same content twice is kept once. Nothing is embedded that the index has embedded before. The index is
committed about once a minute, so whoever stops loses little and can run the same command again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np

from rag.chunking import chunk, embedded_text
from rag.embedding import Embedder
from rag.errors import DocumentError
from rag.index.disk import sha256_file
from rag.index.records import Entry, Stored
from rag.index.writer import IndexWriter
from rag.load import LOADER, SUFFIXES, Loaded
from rag.load.ocr import need_tesseract
from rag.sources import Found, SourceFile, failure, find_files, printable
from rag.types import Document, FileReport, FileStatus, Stage

COMMIT_SECONDS = 60.0
SLICE = 64
"""Passages between two reports of progress."""
_WITHOUT_PICTURES = f"{LOADER} without pictures"
"""What read a document some of whose pages are still to be read by text recognition."""
_KEPT_RECOGNISED = "kept as an earlier version read it with text recognition: --ocr reads it anew"
KIN = 0.5
"""From this share of passages in common another document is worth mentioning."""


class Loader(Protocol):
    """Reads files; `rag.load.worker.LoadWorker` does it in a process of its own."""

    def load(self, path: Path, *, name: str) -> Loaded:
        """The document in the file. Raises DocumentError."""


Progress = Callable[[Stage], None]
Loading = Callable[[], AbstractContextManager[Loader]]


def ingest(
    paths: Sequence[Path],
    index_dir: Path,
    embedder: Embedder,
    *,
    prune: bool = False,
    ocr: bool = False,
    base: Path | None = None,
    progress: Progress | None = None,
    loading: Loading | None = None,
) -> tuple[FileReport, ...]:
    """Brings the index up to date with the files at `paths`; a file that fails never stops the others.

    `prune` also removes documents of the given folders whose files are gone. `ocr` reads pages that are
    pictures by text recognition, also of documents that are there already without them. Files named
    themselves that lie below `base` are called by their paths from there. `loading` opens what reads the
    files, the worker process by default. Raises IndexUnusableError where the index cannot be written,
    DocumentError where there is no engine for `ocr`.
    """
    each = ingest_each(
        paths,
        index_dir,
        embedder,
        prune=prune,
        ocr=ocr,
        base=base,
        progress=progress,
        loading=loading,
    )
    return tuple(each)


def ingest_each(
    paths: Sequence[Path],
    index_dir: Path,
    embedder: Embedder,
    *,
    prune: bool = False,
    ocr: bool = False,
    base: Path | None = None,
    progress: Progress | None = None,
    loading: Loading | None = None,
) -> Iterator[FileReport]:
    """The same, with each file's report as soon as there is one.

    Whoever leaves off before the end, by closing it or by KeyboardInterrupt, keeps what was done until then.
    """
    if ocr:
        need_tesseract()
    heard = progress or _unheard
    found = find_files(paths, SUFFIXES, base)
    with (
        IndexWriter(
            index_dir, embedder=embedder.fingerprint, dimension=embedder.dimension, loader=LOADER
        ) as writer,
        ExitStack() as stack,
    ):
        run = _Ingestion(
            writer,
            embedder,
            heard,
            lambda: stack.enter_context(loading() if loading else _worker(heard, ocr=ocr)),
            ocr=ocr,
        )
        try:
            run.renew()
            yield from found.reports
            yield from run.files(found.files)
            yield from run.gone(found, prune)
        except (KeyboardInterrupt, GeneratorExit):
            run.keep()
            raise
        run.commit()


def _unheard(stage: Stage) -> None:
    """For a caller who does not ask how far it is."""


def _worker(progress: Progress, *, ocr: bool) -> AbstractContextManager[Loader]:
    from rag.load.worker import LoadWorker

    def recognising(name: str, page: int, count: int) -> None:
        progress(Stage(name="recognising", detail=name, done=page - 1, total=count))

    return LoadWorker(ocr=ocr, told=recognising)


class _Ingestion:
    """One run: what the index holds, what was decided about each content, and the means to change it."""

    def __init__(
        self,
        writer: IndexWriter,
        embedder: Embedder,
        progress: Progress,
        loader: Callable[[], Loader],
        *,
        ocr: bool,
    ) -> None:
        self._writer, self._embedder, self._progress = writer, embedder, progress
        self._ocr = ocr
        self._good_enough = {LOADER} if ocr else {LOADER, _WITHOUT_PICTURES}
        self._open_loader = loader
        self._loader: Loader | None = None
        self._committed = time.monotonic()
        self._whole = True
        self._hashes: dict[str, str] = {}
        self._done: dict[str, FileReport] = {}
        self._survey()

    def renew(self) -> None:
        """Chunks and embeds every stored document anew where the index was built by other settings."""
        if not self._writer.outdated:
            return
        self._whole = False
        stored = self._writer.stored()
        self._writer.forget_passages()
        for number, one in enumerate(stored):
            self._progress(Stage(name="renewing", detail=one.name, done=number, total=len(stored)))
            document = self._writer.document(one.doc_id)
            self._writer.put_passages(self._entry(document, one.pages, one.loader, one.findings))
        self._whole = True

    def files(self, files: Sequence[SourceFile]) -> Iterator[FileReport]:
        """Ingests the files, each with its report, in their order."""
        failed = {file.source: report for file in files if (report := self._hash(file, len(files)))}
        readable = [file for file in files if file.source not in failed]
        moved = self._move(readable)
        for number, file in enumerate(files):
            self._progress(
                Stage(name="reading", detail=printable(str(file.path)), done=number, total=len(files))
            )
            yield failed.get(file.source) or self._file(file, moved.get(file.source))
            if time.monotonic() - self._committed > COMMIT_SECONDS:
                self.commit()

    def gone(self, found: Found, prune: bool) -> list[FileReport]:
        """Removes, or at least mentions, documents of the given folders whose files are no longer there."""
        reports = []
        missing = [
            stored
            for stored in self._writer.stored()
            if any(Path(stored.source).is_relative_to(folder) for folder in found.folders)
            and _is_gone(Path(stored.source))
        ]
        for stored in missing:
            if prune:
                self._writer.remove(stored.doc_id)
                reports.append(_report(stored.name, FileStatus.REMOVED, stored, "its file is gone"))
            else:
                note = "its file is gone, and it is still in the index: --prune removes it"
                reports.append(_report(stored.name, FileStatus.SKIPPED, stored, note))
        return reports

    def commit(self) -> None:
        """Makes what was done so far count."""
        if self._writer.changed:
            self._progress(Stage(name="saving"))
            self._writer.commit()
        self._committed = time.monotonic()

    def keep(self) -> None:
        """Commits on the way out, unless the index is halfway between two settings."""
        if self._whole:
            self._writer.commit()

    def _hash(self, file: SourceFile, total: int) -> FileReport | None:
        self._progress(
            Stage(name="checking", detail=printable(file.path.name), done=len(self._hashes), total=total)
        )
        try:
            self._hashes[file.source] = sha256_file(Path(file.source))
        except OSError as error:
            return failure(file.path, f"it cannot be read ({error.strerror}): check its permissions")
        return None

    def _move(self, files: Sequence[SourceFile]) -> dict[str, str]:
        """Renames documents whose content is now in another file only; gives each such file the old name."""
        moves: dict[str, tuple[SourceFile, Stored]] = {}
        for file in files:
            stored = self._by_sha.get(self._hashes[file.source])
            if stored and stored.doc_id not in moves and not self._still_there(stored):
                moves[stored.doc_id] = (file, stored)
        if not moves:
            return {}
        taken = {file.source for file, _ in moves.values()}
        for stored in self._writer.stored():
            if stored.source in taken and stored.doc_id not in moves:
                self._forget(stored)
        self._names -= {stored.name for _, stored in moves.values()}
        places = {doc_id: (self._free_name(file), file.source) for doc_id, (file, _) in moves.items()}
        self._writer.rename(places)
        self._survey()
        return {file.source: stored.name for file, stored in moves.values()}

    def _still_there(self, stored: Stored) -> bool:
        """Whether the document's own file still has its content."""
        if stored.source not in self._hashes:
            try:
                return sha256_file(Path(stored.source)) == stored.sha256
            except OSError:
                return not _is_gone(Path(stored.source))
        return self._hashes[stored.source] == stored.sha256

    def _file(self, file: SourceFile, moved_from: str | None) -> FileReport:
        """Brings one readable file into the index."""
        sha256 = self._hashes[file.source]
        if sha256 in self._done:
            return self._repeated(file, self._done[sha256])
        same = self._by_sha.get(sha256)
        here = self._by_source.get(file.source)
        if same and same.source != file.source:
            if here:
                self._forget(here)
            return _report(file.path, FileStatus.DUPLICATE, same, f"same content as {same.name}")
        note = (f"moved from {moved_from}",) if moved_from else ()
        if same and same.loader in self._good_enough:
            return _report(file.path, FileStatus.UNCHANGED, same, *note, *same.findings)
        if same and not self._ocr and self._recognised(same):
            return _report(file.path, FileStatus.UNCHANGED, same, *note, _KEPT_RECOGNISED, *same.findings)
        report = self._load(file, here)
        if report.status is not FileStatus.FAILED:  # under another suffix the same bytes may be readable
            self._done[sha256] = report
        return report

    def _recognised(self, stored: Stored) -> bool:
        """Whether pages were read by text recognition, and would be lost if the file were read without it."""
        return any(run.ocr is not None for run in self._writer.document(stored.doc_id).pages)

    def _repeated(self, file: SourceFile, first: FileReport) -> FileReport:
        """The report of a file whose content was met before in this very run."""
        return replace(
            first,
            path=printable(str(file.path)),
            status=FileStatus.DUPLICATE,
            findings=(f"same content as {first.path}",),
        )

    def _load(self, file: SourceFile, here: Stored | None) -> FileReport:
        name = here.name if here else self._free_name(file)
        try:
            if self._loader is None:
                self._loader = self._open_loader()
            loaded = self._loader.load(file.path, name=name)
            document = _sound(loaded.document, name, file.source)
            findings = tuple(loaded.findings)
            if document.sha256 != self._hashes[file.source]:
                raise DocumentError("it changed while it was being read: run the same command again")
        except DocumentError as error:
            if not here:
                self._names.discard(name)
            kept = ("its earlier version stays in the index",) if here else ()
            return replace(failure(file.path, str(error)), findings=(str(error), *kept))
        loader = _WITHOUT_PICTURES if loaded.pictures else LOADER
        entry = self._entry(document, loaded.page_count, loader, findings)
        entry = replace(entry, findings=findings + self._kin(entry, here), places=loaded.places)
        self._writer.put(entry, instead_of=here.doc_id if here else None)
        if here:
            del self._by_sha[here.sha256]
        return FileReport(
            path=printable(str(file.path)),
            status=FileStatus.REPLACED if here else FileStatus.ADDED,
            doc_id=document.doc_id,
            pages=loaded.page_count,
            passages=len(entry.passages),
            findings=entry.findings,
        )

    def _entry(self, document: Document, pages: int, loader: str, findings: tuple[str, ...]) -> Entry:
        """Chunks a document and gets its vectors, embedding only what the index has not embedded yet."""
        count, limit = self._embedder.count_tokens, self._embedder.max_tokens
        passages = chunk(document, count_tokens=count, max_tokens=limit)
        texts = [
            embedded_text(passage, title=document.title, count_tokens=count, max_tokens=limit)
            for passage in passages
        ]
        vectors = self._writer.known_vectors(texts)
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        for start in range(0, len(new), SLICE):
            self._progress(Stage(name="embedding", detail=document.name, done=start, total=len(new)))
            piece = new[start : start + SLICE]
            vectors.update(zip(piece, self._embedder.embed(piece), strict=True))
        rows = [vectors[text] for text in texts]
        return Entry(
            document=document,
            passages=passages,
            embedded=tuple(texts),
            vectors=np.stack(rows) if rows else np.zeros((0, self._embedder.dimension), np.float32),
            page_count=pages,
            loader=loader,
            findings=findings,
        )

    def _kin(self, entry: Entry, here: Stored | None) -> tuple[str, ...]:
        besides = frozenset({entry.document.doc_id} | ({here.doc_id} if here else set()))
        kin = self._writer.kin(entry.passages, besides=besides)
        if kin is None or kin.share < KIN:
            return ()
        return (f"shares {kin.share:.0%} of its passages with {kin.name}: perhaps another version of it",)

    def _forget(self, stored: Stored) -> None:
        self._writer.remove(stored.doc_id)
        del self._by_sha[stored.sha256]
        self._names.discard(stored.name)

    def _survey(self) -> None:
        """Looks again at what the index holds."""
        stored = self._writer.stored()
        self._by_sha = {one.sha256: one for one in stored}
        self._by_source = {one.source: one for one in stored}
        self._names = {one.name for one in stored}

    def _free_name(self, file: SourceFile) -> str:
        """The shortest name of the file that no other document has."""
        name = next((name for name in file.names() if name not in self._names), file.source)
        self._names.add(name)
        return name


def _report(path: Path | str, status: FileStatus, stored: Stored, *findings: str) -> FileReport:
    return FileReport(
        path=printable(str(path)),
        status=status,
        doc_id=stored.doc_id,
        pages=stored.pages,
        passages=stored.passages,
        findings=findings,
    )


def _sound(document: Document, name: str, source: str) -> Document:
    """The document under its own name. DocumentError where its text is none that can be stored."""
    try:
        document.text.encode()
    except UnicodeEncodeError as error:
        raise DocumentError(f"its text holds half a character at offset {error.start}") from error
    return replace(document, name=name, source=source)


def _is_gone(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False

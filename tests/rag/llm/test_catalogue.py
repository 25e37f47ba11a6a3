"""Which model is meant, and that only the very file that was meant is handed on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.llm.catalogue import (
    Memory,
    default_to_pull,
    embedder_dir,
    entry_named,
    for_memory,
    resolve_model,
)
from rag.llm.entries import CatalogueEntry
from rag.llm.hub_names import HubFile, hub_path, note
from rag.llm.model_files import entry_path, entry_state, known_sha256, models_dir, sha256_of
from rag.llm.shelf import place, remove, shelf, verify
from tests.rag.llm.tiny_models import FOLDER, GGUF, SMALL_GGUF, gguf, sha

Tiny = dict[str, CatalogueEntry]
HUB_NAME = "some-one/some.repo/sub/model-q4.gguf"


def _put(entry: CatalogueEntry, content: bytes) -> Path:
    path = entry_path(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _put_folder(entry: CatalogueEntry) -> Path:
    for name, content in FOLDER.items():
        path = entry_path(entry) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return entry_path(entry)


def _put_hub(content: bytes, stated: bytes) -> Path:
    path = hub_path(HUB_NAME)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    owner, repo, file = HUB_NAME.split("/", 2)
    note(
        HubFile(
            repo=f"{owner}/{repo}",
            file=file,
            revision="1",
            bytes=len(stated),
            sha256=sha(stated),
            licence="mit",
        )
    )
    return path


def _flip(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(lambda content: content[:-1], "is cut short: it has", id="truncated"),
        pytest.param(lambda content: content + b"x", "is too long", id="longer"),
        pytest.param(_flip, "its sha256 is", id="one bit flipped"),
        pytest.param(lambda content: b"PK" + content[2:], "its sha256 is", id="other magic"),
    ],
)
def test_a_catalogued_file_that_is_not_itself_is_refused(
    tiny: Tiny, change: Callable[[bytes], bytes], said: str
) -> None:
    _put(tiny["tiny-big"], change(GGUF))
    with pytest.raises(ModelError, match=rf"{said}.*greenpaper models pull tiny-big"):
        resolve_model("tiny-big")
    assert entry_state(tiny["tiny-big"]) == "damaged"


def test_a_catalogued_model_is_resolved_by_name(tiny: Tiny) -> None:
    path = _put(tiny["tiny-big"], GGUF)
    assert entry_state(tiny["tiny-big"]) == "unverified"
    model = resolve_model(" Tiny-Big")
    assert (model.name, model.path, model.sha256, model.bytes) == ("tiny-big", path, sha(GGUF), len(GGUF))
    assert (model.licence, model.context_length) == ("MIT", 64)
    assert entry_state(tiny["tiny-big"]) == "verified"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("tiny-bag", "Did you mean tiny-big", id="misspelt"),
        pytest.param("tiny", "Did you mean tiny-", id="beginning only"),
        pytest.param("zzz", "There are: tiny-big, tiny-small", id="nothing like it"),
        pytest.param(
            "tiny-small", "not on this machine. Get it with: greenpaper models pull tiny-small", id="absent"
        ),
        pytest.param("tiny-embedder", "is an embedder", id="embedder"),
        pytest.param("nowhere/model.gguf", "no file nowhere/model.gguf", id="no such path"),
        pytest.param("../a/../b.gguf", "no file", id="path upwards"),
        pytest.param(HUB_NAME, f"Get it with: greenpaper models pull {HUB_NAME}", id="hub, absent"),
    ],
)
@pytest.mark.usefixtures("tiny")
def test_a_name_that_leads_nowhere(name: str, said: str) -> None:
    with pytest.raises(ModelError) as error:
        resolve_model(name)
    assert said in str(error.value)


@pytest.mark.usefixtures("tiny")
def test_a_local_file_by_path(tmp_path: Path) -> None:
    path = tmp_path / "own.gguf"
    path.write_bytes(gguf(context_length=99))
    model = resolve_model(str(path))
    assert (model.name, model.path, model.context_length, model.licence) == ("own.gguf", path, 99, "mit")
    assert model.sha256 == sha(path.read_bytes())
    path.write_text("not a model")
    with pytest.raises(ModelError, match="not a GGUF file: it begins with b'not '"):
        resolve_model(str(path))


@pytest.mark.parametrize(
    ("total", "available", "name"),
    [
        pytest.param(8000, 4000, "tiny-big", id="just enough"),
        pytest.param(8000, 3999, "tiny-small", id="too little free now"),
        pytest.param(7999, 7000, "tiny-small", id="machine too small"),
        pytest.param(100, 50, "tiny-small", id="too small for any: the one that needs least"),
    ],
)
def test_the_default_follows_memory(tiny: Tiny, total: int, available: int, name: str) -> None:
    entries = (tiny["tiny-big"], tiny["tiny-small"])
    assert for_memory(entries, Memory(total=total, available=available)).name == name


@pytest.mark.usefixtures("tiny")
def test_what_to_pull_does_not_depend_on_what_is_free_now() -> None:
    assert default_to_pull(Memory(total=8000, available=1)).name == "tiny-big"
    assert default_to_pull(Memory(total=7999, available=7999)).name == "tiny-small"


def test_the_default_is_one_that_is_present(tiny: Tiny) -> None:
    _put(tiny["tiny-tests"], SMALL_GGUF)
    with pytest.raises(
        ModelError, match=r"no model on this machine yet\. Get one with: greenpaper models pull tiny"
    ):
        resolve_model()
    _put(tiny["tiny-small"], SMALL_GGUF)
    assert resolve_model().name == "tiny-small"
    _put(tiny["tiny-big"], GGUF)
    assert resolve_model().name == "tiny-big"


def test_the_embedder_is_a_folder_checked_file_by_file(tiny: Tiny) -> None:
    with pytest.raises(ModelError, match="greenpaper models pull tiny-embedder"):
        embedder_dir()
    folder = _put_folder(tiny["tiny-embedder"])
    assert embedder_dir() == folder
    (folder / ".hidden").write_text("a file manager's")
    assert embedder_dir() == folder
    (folder / "adapter_config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"adapter_config.json does not belong to the model"):
        embedder_dir()
    (folder / "adapter_config.json").unlink()
    (folder / "1_Pooling/config.json").write_bytes(b'{"mean": fals}')
    with pytest.raises(ModelError, match=r"1_Pooling/config.json is not the file"):
        embedder_dir()
    (folder / "1_Pooling/config.json").unlink()
    with pytest.raises(ModelError, match=r"incomplete: .*1_Pooling/config.json is missing"):
        embedder_dir()


def test_a_digest_is_remembered_until_the_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    assert known_sha256(path) is None
    assert sha256_of(path) == sha(b"one")
    assert known_sha256(path) == sha(b"one")
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    path.write_bytes(b"two")
    os.utime(path, ns=times)  # the same size and, by hand, the same time
    assert known_sha256(path) is None
    assert sha256_of(path) == sha(b"two")


def test_damaged_notes_are_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    models_dir().mkdir(parents=True)
    for notes in ("", "[]", "{", json.dumps({str(path): 3}), json.dumps({str(path): {"stamp": []}})):
        (models_dir() / "digests.json").write_text(notes)
        assert known_sha256(path) is None
    assert sha256_of(path) == sha(b"one")


def test_a_hub_model_is_checked_against_what_the_hub_stated() -> None:
    path = _put_hub(GGUF, GGUF)
    model = resolve_model(HUB_NAME)
    assert (model.name, model.path, model.licence, model.context_length) == (HUB_NAME, path, "mit", 64)
    path.write_bytes(_flip(GGUF))
    with pytest.raises(ModelError, match="the hub stated"):
        resolve_model(HUB_NAME)
    path.write_bytes(GGUF[:-1])
    with pytest.raises(ModelError, match="it was damaged"):
        resolve_model(HUB_NAME)
    path.with_name(path.name + ".source.json").unlink()
    with pytest.raises(ModelError, match="is lost"):
        resolve_model(HUB_NAME)


def test_the_shelf_shows_states_and_defaults(tiny: Tiny) -> None:
    _put(tiny["tiny-big"], GGUF)
    _put(tiny["tiny-small"], SMALL_GGUF[:-1])
    _put_hub(GGUF, GGUF)
    lines = {line.name: (line.state, line.default) for line in shelf()}
    assert lines == {
        "tiny-big": ("unverified", True),
        "tiny-small": ("damaged", False),
        "tiny-tests": ("absent", False),
        "tiny-embedder": ("absent", True),
        HUB_NAME: ("unverified", False),
    }
    verify(HUB_NAME)
    assert {line.name: line.state for line in shelf()}[HUB_NAME] == "verified"


def test_verify_reads_the_bytes_whatever_was_remembered(tiny: Tiny) -> None:
    path = _put(tiny["tiny-big"], GGUF)
    resolve_model("tiny-big")
    damaged = path.read_bytes()[:-1] + b"\0"
    path.write_bytes(damaged)
    notes = models_dir() / "digests.json"
    sha256_of(path)
    notes.write_text(notes.read_text().replace(sha(damaged), sha(GGUF)))
    assert resolve_model("tiny-big").path == path, "the forged note is believed"
    with pytest.raises(ModelError, match="its sha256 is"):
        verify("tiny-big")


def test_remove_leaves_nothing(tiny: Tiny) -> None:
    path = _put(tiny["tiny-big"], GGUF)
    hub = _put_hub(GGUF, GGUF)
    folder = _put_folder(tiny["tiny-embedder"])
    assert remove("tiny-big") == len(GGUF)
    assert remove(HUB_NAME) == len(GGUF)
    assert remove("tiny-embedder") == sum(map(len, FOLDER.values()))
    assert not path.exists()
    assert not folder.exists()
    assert list(hub.parent.iterdir()) == []
    with pytest.raises(ModelError, match="is not on this machine"):
        place("tiny-big")


def test_entry_named_does_not_take_paths() -> None:
    with pytest.raises(ModelError, match="no model called"):
        entry_named("../../etc/passwd")

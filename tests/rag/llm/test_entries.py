"""The catalogue as data."""

from __future__ import annotations

import re

import pytest

from rag.llm.entries import ModelKind, Role, load_catalogue, parse_catalogue, tree_digest
from tests.rag.llm.tiny_models import catalogue, sha


def test_the_catalogue_holds_what_was_measured() -> None:
    known = {entry.name: entry for entry in load_catalogue()}
    assert {name: entry.bytes for name, entry in known.items()} == {
        "qwen2.5-coder-1.5b-instruct": 1117320768,
        "qwen2.5-coder-0.5b-instruct": 491400064,
        "smollm2-135m-instruct": 98362432,
        "all-minilm-l6-v2": 91336405,
    }
    embedder = known["all-minilm-l6-v2"]
    weights = {file.path: file.sha256 for file in embedder.files}["model.safetensors"]
    assert weights == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert {"modules.json", "1_Pooling/config.json", "tokenizer.json"} <= {
        file.path for file in embedder.files
    }


def test_each_role_is_taken_once_for_each_kind() -> None:
    roles = sorted((entry.kind, entry.role) for entry in load_catalogue())
    assert roles == [
        (ModelKind.EMBEDDER, Role.DEFAULT),
        (ModelKind.GENERATOR, Role.DEFAULT),
        (ModelKind.GENERATOR, Role.SMALL_DEFAULT),
        (ModelKind.GENERATOR, Role.TESTS),
    ]


def test_digests_sizes_and_paths_are_well_formed() -> None:
    for entry in load_catalogue():
        for row in (*entry.parts, *entry.files):
            assert re.fullmatch(r"[0-9a-f]{64}", row.sha256)
            assert row.bytes > 0
        for listed in entry.files:
            assert re.fullmatch(r"(\w[\w.]*/)*\w[\w.]*", listed.path), "a path must stay in its folder"
        assert re.fullmatch(r"[\w.-]+", entry.file)


def test_parts_that_do_not_add_up_are_noticed() -> None:
    with pytest.raises(ValueError, match="tiny-big: the parts have"):
        parse_catalogue(catalogue().replace("bytes = 200", "bytes = 201"))


def test_tree_digest_by_hand() -> None:
    by_hand = sha(b"1" * 64 + b"  a/x\n" + b"2" * 64 + b"  b\n")
    assert tree_digest([("b", "2" * 64), ("a/x", "1" * 64)]) == by_hand

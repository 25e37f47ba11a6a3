"""The starter questions are about documents that are there, and are offered only where these are indexed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from rag.types import DocumentInfo
from ui.starter import CORPUS, library_digests, topics


def info(name: str, sha256: str) -> DocumentInfo:
    return DocumentInfo(
        doc_id=sha256[:16],
        name=name,
        title=name,
        pages=0,
        passages=1,
        characters=1,
        sha256=sha256,
        source=name,
        media_type="text/plain",
        version=None,
        date=None,
    )


def whole_library() -> list[DocumentInfo]:
    return [info(name, digest) for name, digest in library_digests().items()]


def test_the_whole_library_offers_every_question_once() -> None:
    listed = tomllib.loads((CORPUS / "questions.toml").read_text(encoding="utf-8"))["topic"]
    offered = topics(whole_library())
    assert [topic.name for topic in offered] == [topic["name"] for topic in listed]
    texts = [question.text for topic in offered for question in topic.questions]
    assert texts == [question["text"] for topic in listed for question in topic["question"]]
    assert len(set(texts)) == len(texts)
    assert all(len(topic.questions) >= 3 for topic in offered)


def test_the_demo_has_five_questions_of_different_topics() -> None:
    demo = [topic.name for topic in topics(whole_library()) for q in topic.questions if q.demo]
    assert (len(demo), len(set(demo))) == (5, 5)


def test_only_questions_whose_documents_are_there_are_offered() -> None:
    digest = library_digests()["library/open-source-and-security.pdf"]
    (topic,) = topics([info("renamed.pdf", digest), info("glossary.md", "0" * 64)])
    assert topic.name == "Security"
    assert len(topic.questions) == 3
    assert topics([]) == ()


def test_a_document_that_only_has_the_name_is_not_ours() -> None:
    assert topics([info("open-source-and-security.pdf", "0" * 64)]) == ()


def test_an_installed_package_has_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = whole_library()
    monkeypatch.setattr("ui.starter.CORPUS", tmp_path)
    assert library_digests() == {}
    assert topics(known) == ()


def test_scans_are_not_part_of_what_is_asked() -> None:
    assert library_digests()
    assert not any(name.startswith("scans/") for name in library_digests())

"""The documents that a suite is checked against, read from a folder by the worker process."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.checking.documents import documents_of_folder
from rag.errors import DocumentError


def test_documents_that_cannot_be_read_are_named_and_two_of_a_name_are_refused(tmp_path: Path):
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "one.txt").write_text("A vessel must report its arrival.\n")
    (papers / "broken.pdf").write_bytes(b"no pdf")
    heard: list[str] = []
    read, failures = documents_of_folder(papers, heard=heard.append)
    assert [document.name for document in read] == ["one.txt"]
    assert len(failures) == 1
    assert "broken.pdf" in failures[0]
    assert heard == ["broken.pdf", "one.txt"]
    (papers / "below").mkdir()
    (papers / "below" / "one.txt").write_text("Another text altogether.\n")
    with pytest.raises(DocumentError, match=r"Two documents are called 'one.txt'"):
        documents_of_folder(papers)
    (tmp_path / "none").mkdir()
    with pytest.raises(DocumentError, match="No document could be read"):
        documents_of_folder(tmp_path / "none")

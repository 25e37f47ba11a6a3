"""From files to a cited answer through the command line, with the real small models and nothing faked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.llm.model_files import models_dir
from ui.cli import run

FEES = """# Harbour Act

## Fees

The harbour fee is 14 crowns a day. Fishing boats under 8 metres pay nothing.

## Office

The harbour master is Ada Lund. She reports to the council every March.
"""
WASTE = """# Waste Rules

Oil must be handed in at the north quay.
"""


@pytest.fixture
def index(tmp_path: Path, smollm2_path: Path, minilm_dir: Path) -> Path:
    models_dir().mkdir(parents=True)
    for model in (smollm2_path, minilm_dir):
        (models_dir() / model.name).symlink_to(model)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "harbour.md").write_text(FEES, "utf-8")
    (tmp_path / "docs" / "waste.md").write_text(WASTE, "utf-8")
    assert run(["ingest", str(tmp_path / "docs"), "--index", str(tmp_path / "index")]) == 0
    return tmp_path / "index"


def _ask(index: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    capsys.readouterr()
    words = ["ask", "How much is the harbour fee a day?", "--index", str(index), "--threads", "1", "--json"]
    assert run([*words, "--model", "smollm2-135m-instruct", *more]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_every_quote_is_in_the_document_at_its_offsets(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    memo = index.parent / "memo.docx"
    cold, warm = _ask(index, capsys, "--export", str(memo)), _ask(index, capsys)
    assert cold["text"] == warm["text"]
    assert warm["usage"]["cached_tokens"] > cold["usage"]["cached_tokens"]
    assert {passage["document"] for passage in cold["passages"]} == {"harbour.md", "waste.md"}
    for pointer in (*cold["citations"], *cold["passages"]):
        run(["documents", "text", pointer["document"], "--index", str(index)])
        text = capsys.readouterr().out
        assert text[pointer["start"] : pointer["end"]] == pointer.get("quote", pointer.get("text"))
    assert run(["verify", str(memo), "--index", str(index), "--json"]) == 0
    verified = json.loads(capsys.readouterr().out)["quotes"]
    assert [one["quote"] for one in verified] == [pointer["quote"] for pointer in cold["citations"]]
    markers = {citation["marker"] for citation in cold["citations"]}
    assert all(set(claim["citations"]) <= markers for claim in cold["claims"])


def test_scope_and_exact_reading(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, stored, exact = (
        _ask(index, capsys, "--documents", "waste.md", *more) for more in ((), (), ("--exact",))
    )
    for answer in (first, stored, exact):
        assert {passage["document"] for passage in answer["passages"]} == {"waste.md"}
    assert exact["text"] == stored["text"], "a single passage stands behind the start either way"
    assert exact["usage"]["cached_tokens"] < stored["usage"]["cached_tokens"]


def test_what_is_looked_for_can_be_corrected(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = _ask(index, capsys, "--query", "Where must oil be handed in?")
    assert answer["query"] == "Where must oil be handed in?"
    assert answer["passages"][0]["document"] == "waste.md"


def test_warming_reads_all_or_some_documents_and_says_what_is_kept(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    words = ["warm", "--index", str(index), "--threads", "1", "--model", "smollm2-135m-instruct"]
    assert run([*words, "--documents", "waste.md", "--budget", "0.5"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("1 passages read in ")
    assert "0 were known" in out
    assert "1 of 1 passages" in err or "0 of 1 passages" in err
    assert run(words) == 0
    assert "1 were known" in capsys.readouterr().out
    assert _ask(index, capsys)["usage"]["cached_tokens"] > 100
    ingested = ["ingest", str(index.parent / "docs"), "--index", str(index), "--warm"]
    assert run([*ingested, "--model", "smollm2-135m-instruct"]) == 0
    assert "0 passages read in " in capsys.readouterr().out
    assert run([*words, "--budget", "0.01"]) == 1
    assert "--budget" in capsys.readouterr().err

"""`greenpaper verify` as it is typed: what is printed, and the exit status."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rag.index import Index
from tests.rag.index_fakes import run as ingest
from tests.rag.index_fakes import write
from tests.ui.records.made import answer
from ui.cli import run
from ui.records.build import record_of
from ui.records.export import check_target, write_record

CATS = "# Cats\nCats are counted each year.\nNobody counts dogs.\n"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    ingest(tmp_path / "index", write(tmp_path / "docs", cats=CATS))
    return tmp_path / "index"


@pytest.fixture
def memo(index: Path, tmp_path: Path) -> Path:
    with Index.open(index) as library:
        held = library.document("cats.txt")
        quotes = [(held, "Cats are counted each year."), (held, "Nobody counts dogs.")]
        made = record_of(answer(quotes), library, asked=datetime.now(UTC), model_sha256="ab" * 32)
    path = tmp_path / "memo.md"
    write_record(made, path)
    return path


def test_verbatim_quotes_and_status_0(memo: Path, index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(memo), "--index", str(index)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "[1] verbatim: cats.txt, page 2, Cats",
        "[2] verbatim: cats.txt, page 3, Cats",
        f"{memo}: 2 of 2 quotes are verbatim.",
    ]


def test_an_altered_quote_is_shown_with_its_difference_and_status_1(
    memo: Path, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    visible, mark, data = memo.read_text().partition("<!-- greenpaper")
    memo.write_text(visible.replace("Nobody counts dogs", "Everybody counts dogs") + mark + data)
    assert run(["verify", str(memo), "--index", str(index)]) == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "[2] altered: the document says otherwise, cats.txt, page 3, Cats",
        "    “[-Everybody-]{+Nobody+} counts dogs.”",
        f"{memo}: 1 of 2 quotes are verbatim.",
    ]


def test_json(memo: Path, index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(memo), "--index", str(index), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["all_verbatim"] is True
    write(tmp_path / "docs", cats=CATS.replace("each year", "every year"))
    ingest(index, tmp_path / "docs")
    assert run(["verify", str(memo), "--index", str(index), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["all_verbatim"] is False
    assert [quote["outcome"] for quote in said["quotes"]] == ["document changed"] * 2
    assert [quote["verbatim_elsewhere"] for quote in said["quotes"]] == [False, True]
    assert said["quotes"][0]["library"] == "Cats are counted every year."


def test_refusals(memo: Path, index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(tmp_path / "none.pdf"), "--index", str(index)]) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert run(["verify", str(memo), "--index", str(tmp_path / "none")]) == 1
    assert "There is no index" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "said"),
    [("memo.txt", "no format"), ("memo.md", "there already"), ("none/memo.md", "There is no folder")],
)
def test_where_an_answer_cannot_be_exported_is_said_before_it_is_asked(
    name: str, said: str, memo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ask", "Who?", "--export", str(tmp_path / name), "--index", str(tmp_path / "none")]) == 1
    assert said in capsys.readouterr().err


def test_the_three_formats_can_be_asked_for(tmp_path: Path) -> None:
    for name in ("memo.md", "memo.DOCX", "memo.pdf"):
        check_target(tmp_path / name)

"""`report.json`: the whole report, there and back; nothing else passes for one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.report.aggregate import aggregate
from eval.report.to_json import from_json, read_report, to_json
from rag.errors import GreenpaperError
from tests.eval.report import hostile, synthetic


def test_a_report_comes_back_as_it_was() -> None:
    report = aggregate(synthetic.run(30))
    assert from_json(to_json(report)) == report


def test_hostile_text_comes_back_as_it_was_through_a_file(tmp_path: Path) -> None:
    report = aggregate(hostile.run())
    path = tmp_path / "report.json"
    path.write_text(to_json(report), encoding="utf-8")
    assert read_report(path) == report


def test_the_same_run_gives_the_same_bytes() -> None:
    assert to_json(aggregate(synthetic.run(10))) == to_json(aggregate(synthetic.run(10)))


def test_every_case_has_its_line() -> None:
    lines = to_json(aggregate(synthetic.run(10))).splitlines()
    assert sum(line.startswith('{"case_id"') for line in lines) == 10
    assert json.loads("\n".join(lines))["cases"][3]["case_id"] == "lib-0003"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "Expecting value", id="empty"),
        pytest.param("[]", "it has no format", id="list"),
        pytest.param("{}", "it has no format", id="no-format"),
        pytest.param('{"format": 99}', "it has format 99", id="of-the-future"),
        pytest.param('{"format": 1}', "suite: ", id="nothing-in-it"),
        pytest.param("[" * 100_000, "too deep|recursion", id="too-deep"),
    ],
)
def test_what_is_no_report_is_refused(text: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(GreenpaperError, match=f"is no report of an evaluation: .*({why})"):
        read_report(path)


@pytest.mark.parametrize("content", [b"\xff\xfe", None], ids=["another-encoding", "a-folder"])
def test_what_cannot_be_read_is_said(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(content) if content else path.mkdir()
    with pytest.raises(GreenpaperError, match=r"report\.json"):
        read_report(path)


def test_a_field_of_the_wrong_kind_is_named() -> None:
    plain = json.loads(to_json(aggregate(synthetic.run(3))))
    plain["cases"][1]["results"][0]["scores"]["resolved"] = "a lot"
    with pytest.raises(ValueError, match=r"cases\.1\.results\.0\.scores\.resolved"):
        from_json(json.dumps(plain))

"""A suite, run from its folder to the scores with scripted systems."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eval.store import RunError, read_run
from eval.suite import SuiteError
from eval.systems.contexts import ContextKind
from rag.errors import GreenpaperError, ModelError
from tests.eval.harbour import (
    BASELINES,
    CASES,
    RIGHT,
    Heard,
    Scripted,
    go,
    scores,
    scripted_pipeline,
    write_suite,
)


def test_every_case_and_system_has_a_line_and_scores(tmp_path: Path) -> None:
    run = go(tmp_path, {"right": Scripted(RIGHT), **BASELINES})
    assert run.whole
    assert [(line["system"], line["case"]) for line in run.results] == [
        (system, case) for system in ("right", "always-abstain", "first-sentence") for case in RIGHT
    ]
    assert scores(run, "resolved") == {
        ("right", "fee"): 1, ("right", "master"): 1, ("right", "wage"): 0,
        ("always-abstain", "fee"): 0, ("always-abstain", "master"): 0, ("always-abstain", "wage"): 1,
        ("first-sentence", "fee"): 1, ("first-sentence", "master"): 1, ("first-sentence", "wage"): 0,
    }  # fmt: skip
    assert run.info.primary == "resolved"
    assert run.info.finished >= run.info.began > ""


def test_a_line_holds_what_it_took_and_what_it_was_made_by(tmp_path: Path) -> None:
    run = go(
        tmp_path, {"right": Scripted(RIGHT, seconds=0.02), "first-sentence": BASELINES["first-sentence"]}
    )
    first = run.results[0]
    assert first["seconds"] >= 0.02
    assert first["peak_memory_bytes"] > 2**20
    assert first["attempt"] == 1
    assert first["error"] is None
    assert first["retrieved"] is None
    assert first["fingerprint"] == {**run.info.fingerprint, "kind": "right", "model": "right"}
    assert {"greenpaper", "code", "index", "cases"} == set(run.info.fingerprint)
    cited = run.results[3]
    assert cited["answer"]["citations"][0]["quote"] == "The harbour fee is 14 crowns a day."
    assert [hit["rank"] for hit in cited["retrieved"]] == [1, 2, 3]
    assert cited["retrieved"][0]["document"] == "fees.txt"


def test_our_pipeline_is_asked_with_its_citations(tmp_path: Path) -> None:
    run = go(tmp_path, {"ours": scripted_pipeline("The harbour fee is 14 crowns a day.")})
    answer = run.results[0]["answer"]
    assert answer["text"] == "The harbour fee is 14 crowns a day. [1]"
    assert answer["citations"][0]["document"] == "fees.txt"
    assert scores(run, "citation_recall")["ours", "fee"] == 1
    assert scores(run, "page_right")["ours", "fee"] == 1
    assert scores(run, "recall@10")["ours", "fee"] == 1


@pytest.mark.parametrize(
    "fault", [RuntimeError("boom"), ModelError("It is gone."), MemoryError(), KeyError("x")]
)
def test_a_failing_case_is_recorded_and_ends_nothing(tmp_path: Path, fault: Exception) -> None:
    run = go(tmp_path, {"frail": Scripted({**RIGHT, "fee": fault})})
    assert run.whole
    failed = run.results[0]
    assert failed["answer"] is None
    named = "" if isinstance(fault, GreenpaperError) else type(fault).__name__
    assert failed["error"].startswith(named)
    assert scores(run, "resolved") == {("frail", "fee"): 0, ("frail", "master"): 1, ("frail", "wage"): 0}
    assert scores(run, "healthy")["frail", "fee"] == 0


def test_an_answer_that_json_cannot_hold_is_a_failure_too(tmp_path: Path) -> None:
    class Endless(Scripted):
        def answer(self, case: Any) -> Any:
            from dataclasses import replace

            return replace(super().answer(case), confidence=float("nan"))

    run = go(tmp_path, {"endless": Endless(RIGHT)})
    assert [line["answer"] for line in run.results] == [None] * 3
    assert "JSON" in run.results[0]["error"]


def test_half_a_character_in_an_answer_is_kept(tmp_path: Path) -> None:
    run = go(tmp_path, {"half": Scripted({**RIGHT, "fee": "14 crowns \ud83d"})})
    assert run.results[0]["answer"]["text"] == "14 crowns \ud83d"


def test_a_moved_run_can_still_be_scored(tmp_path: Path) -> None:
    from eval.scoring import score_run

    go(tmp_path, {"right": Scripted(RIGHT)})
    (tmp_path / "out").rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "scores.jsonl").unlink()
    assert score_run(tmp_path / "elsewhere") == 3
    assert read_run(tmp_path / "elsewhere").info.index == str(tmp_path / "elsewhere" / "index")


def test_evidence_that_the_documents_lack_is_told_with_file_line_and_field(tmp_path: Path) -> None:
    evidence = [
        {"document": "fees.txt", "quote": "The harbour fee is 15 crowns."},
        {"document": "tides.txt", "quote": "High."},
        {"document": "fees.txt", "quote": "The harbour fee is 14 crowns a day.", "page": 9},
    ]
    write_suite(tmp_path / "suite", (CASES[1], {**CASES[0], "evidence": evidence}))
    with pytest.raises(SuiteError) as refused:
        go(tmp_path, {"right": Scripted(RIGHT)})
    lines = str(refused.value).splitlines()
    assert "does not fit its documents" in lines[0]
    assert lines[1:4] == [
        "- cases.jsonl, line 2: evidence[0].quote: 'The harbour fee is 15 crowns.' is not in fees.txt",
        "- cases.jsonl, line 2: evidence[1].document: no document is called 'tides.txt'",
        "- cases.jsonl, line 2: evidence[2].page: the quote is on 2, not on 9",
    ]
    assert not (tmp_path / "out" / "run.toml").exists()


def test_a_document_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    write_suite(tmp_path / "suite")
    (tmp_path / "suite" / "documents" / "torn.txt").write_text("!it is torn", "utf-8")
    heard = Heard()
    go(tmp_path, {"right": Scripted(RIGHT)}, heard)
    assert next(line for line in heard.lines if "torn" in line).endswith("torn.txt: it is torn")


def test_without_documents_or_with_an_unknown_metric_nothing_is_begun(tmp_path: Path) -> None:
    write_suite(tmp_path / "suite", corpus="")
    with pytest.raises(RunError, match="names no documents"):
        go(tmp_path, {"right": Scripted(RIGHT)})
    with pytest.raises(RunError, match="no metric 'truth'"):
        go(tmp_path, {"right": Scripted(RIGHT)}, primary="truth")


def test_an_index_that_is_there_is_used_as_it_is(tmp_path: Path) -> None:
    go(tmp_path, {"right": Scripted(RIGHT)})
    run = go(tmp_path, {"right": Scripted(RIGHT)}, out=tmp_path / "second", index=tmp_path / "out" / "index")
    assert run.whole
    assert not (tmp_path / "second" / "index").exists()
    assert run.info.index == str(tmp_path / "out" / "index")


def test_the_contexts_change_what_is_read_and_nothing_else(tmp_path: Path) -> None:
    system = {"ours": scripted_pipeline("The harbour fee is 14 crowns a day.")}
    gold = go(tmp_path, system, out=tmp_path / "gold", context=ContextKind.GOLD)
    assert [hit["document"] for hit in gold.results[0]["answer"]["passages"]] == ["fees.txt"]
    assert [hit["document"] for hit in gold.results[1]["answer"]["passages"]] == ["master.txt"]
    assert len(gold.results[2]["answer"]["passages"]) == 3, "without evidence, what is found is read"
    assert [line["retrieved"] for line in gold.results] == [None] * 3
    closed = go(tmp_path, system, out=tmp_path / "closed", context=ContextKind.CLOSED_BOOK)
    assert [line["answer"]["passages"] for line in closed.results] == [[]] * 3
    assert [line["answer"]["status"] for line in closed.results] == ["abstained"] * 3


def test_time_left_is_told_by_what_the_cases_took(tmp_path: Path) -> None:
    heard = Heard()
    go(tmp_path, {"one": Scripted(RIGHT, 0.2), "two": Scripted(RIGHT, 0.01), **BASELINES}, heard)
    left = [step.seconds_left for step in heard.steps]
    assert left[0] is None
    assert left[1] == pytest.approx(5 * 0.2, rel=0.3), (
        "two more of one; two is not known yet, the rest is quick"
    )
    assert left[4] == pytest.approx(2 * 0.01, rel=5)
    assert [step.done for step in heard.steps] == list(range(12))

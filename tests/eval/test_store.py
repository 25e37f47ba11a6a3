"""The folder of a run: what is torn is dropped, what is damaged is told, what is whole is never lost."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.json_lines import LinesError, append_line, drop_torn_line, json_line, parse_object, read_lines
from eval.run_info import RunInfo, SystemEntry, differences, info_from_toml, info_to_toml
from eval.store import RunError, begin, locked, read_run, read_scores, write_scores
from tests.eval import made

CASES = (made.case("fee", answers=["14"]), made.case("nowhere", answerable=False))
INFO = RunInfo(
    suite="Harbour",
    description='What "boats" pay\n\ttoday \x7f',
    licence="CC0-1.0",
    primary="resolved",
    context="retrieved",
    seed=7,
    limit=None,
    split="dev",
    source="/somewhere/suite",
    index="/somewhere/index",
    systems=(
        SystemEntry(name="öne", baseline=False, fingerprint={"model sha256": "ab"}),
        SystemEntry(name="two", baseline=True, fingerprint={"kind": "always-abstain"}),
    ),
    fingerprint={"code": "1", "index": "2"},
    machine={"cores": "2"},
    began="2024-01-01 10:00:00",
)


def line(case: str, system: str = "two", **more: Any) -> dict[str, Any]:
    return {**made.result("It is 14.", case_id=case, system=system), **more}


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(), st.none() | st.integers(1))
def test_settings_are_read_as_they_are_written(text: str, seed: int, limit: int | None) -> None:
    info = replace(INFO, description=text, seed=seed, limit=limit, fingerprint={text: text})
    assert info_from_toml(info_to_toml(info)) == info


def test_nothing_differs_from_itself_and_places_and_times_do_not_count() -> None:
    moved = replace(INFO, source="/x", index="/y", began="later", finished="now", machine={}, licence="")
    assert differences(INFO, INFO) == differences(INFO, moved) == ()


def test_differences_are_told_by_name() -> None:
    first = replace(INFO.systems[0], fingerprint={"model sha256": "cd"})
    third = SystemEntry(name="three", baseline=False, fingerprint={})
    now = replace(INFO, seed=8, split="", fingerprint={"code": "1"}, systems=(first, third))
    assert differences(INFO, now) == (
        "seed: 7 then, 8 now",
        "split: dev then, none now",
        "index: 2 then, none now",
        "system two: only then",
        "system three: only now",
        "öne, model sha256: ab then, cd now",
    )


@pytest.mark.parametrize("text", ["", "format = 2", "format = 1", "format = 1\nseed = 'a'", "["])
def test_settings_that_are_damaged_are_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.toml").write_text(text, "utf-8")
    with pytest.raises(RunError, match=r"run\.toml is damaged"):
        read_run(tmp_path)


def test_a_run_is_read_in_the_order_of_systems_and_cases(tmp_path: Path) -> None:
    folder = begin(tmp_path, INFO, CASES)
    folder.append(line("nowhere"))
    folder.append(line("fee", "öne"))
    folder.append(line("fee", error="it failed"))
    folder.append(line("fee", seconds=9.0))
    run = read_run(tmp_path)
    assert run.cases == CASES
    assert [(one["system"], one["case"]) for one in run.results] == [
        ("öne", "fee"), ("two", "fee"), ("two", "nowhere")
    ]  # fmt: skip
    assert run.results[1]["seconds"] == 9.0, "of two lines the later counts"
    assert not run.whole
    folder.append(line("nowhere", "öne"))
    assert read_run(tmp_path).whole


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="There is no run in"):
        read_run(tmp_path)
    (tmp_path / "results.jsonl").write_bytes(json_line(line("fee")))
    with pytest.raises(RunError, match=r"no run\.toml"):
        begin(tmp_path, INFO, CASES)


def test_a_run_without_results_can_begin_otherwise(tmp_path: Path) -> None:
    begin(tmp_path, INFO, CASES)
    (tmp_path / "results.jsonl").write_bytes(b'{"case": "fee", ')
    other = begin(tmp_path, replace(INFO, seed=8), CASES[:1])
    assert (other.info.seed, other.cases) == (8, CASES[:1])
    other.append(line("fee"))
    with pytest.raises(RunError, match="seed: 8 then, 7 now"):
        begin(tmp_path, INFO, CASES)


@pytest.mark.parametrize(
    "torn",
    [b"{", b'{"case": "nowhere", "system": "two", "answer": nu', b"\0" * 40, b"\xe2\x80"],
    ids=range(4),
)
def test_a_torn_last_line_is_dropped_and_its_case_is_run(tmp_path: Path, torn: bytes) -> None:
    begin(tmp_path, INFO, CASES).append(line("fee"))
    whole = (tmp_path / "results.jsonl").read_bytes()
    (tmp_path / "results.jsonl").write_bytes(whole + torn)
    assert len(read_run(tmp_path).results) == 1, "reading a run changes nothing, and needs no change"
    folder = begin(tmp_path, INFO, CASES)
    assert (tmp_path / "results.jsonl").read_bytes() == whole
    assert set(folder.results) == {("fee", "two")}


@pytest.mark.parametrize(
    "damaged", [b"{}\n", b"[]\n", b"\xff\n", b"{\n", b'{"case": 1, "system": "two", "answer": 1}\n']
)
def test_a_damaged_line_is_told_with_its_number(tmp_path: Path, damaged: bytes) -> None:
    begin(tmp_path, INFO, CASES).append(line("fee"))
    path = tmp_path / "results.jsonl"
    path.write_bytes(path.read_bytes() + damaged + path.read_bytes())
    with pytest.raises(LinesError, match="line 2 is damaged"):
        begin(tmp_path, INFO, CASES)


def test_a_result_of_another_run_is_told(tmp_path: Path) -> None:
    begin(tmp_path, INFO, CASES).append(line("stranger"))
    with pytest.raises(RunError, match="'stranger': not of this run"):
        read_run(tmp_path)


def test_attempts_count_what_ended_the_program_and_not_what_the_user_stopped(tmp_path: Path) -> None:
    folder = begin(tmp_path, INFO, CASES)
    assert folder.attempt(("fee", "two")) == 1
    folder = begin(tmp_path, INFO, CASES)
    assert folder.deaths == {("fee", "two"): 1}
    assert folder.attempt(("fee", "two")) == 2
    folder.abandon(("fee", "two"))
    folder = begin(tmp_path, INFO, CASES)
    assert folder.deaths == {("fee", "two"): 1}
    folder.append(line("fee", attempt=2))
    assert begin(tmp_path, INFO, CASES).deaths == {}
    assert begin(tmp_path, INFO, CASES).attempt(("fee", "two")) == 3


def test_scores_are_replaced_whole(tmp_path: Path) -> None:
    assert read_scores(tmp_path) == ()
    write_scores(tmp_path, [{"case": "fee", "system": "two", "scores": {"exact": None}}])
    write_scores(tmp_path, [{"case": "fee", "system": "two", "scores": {"exact": 1.0}}])
    assert read_scores(tmp_path) == ({"case": "fee", "system": "two", "scores": {"exact": 1.0}},)
    with pytest.raises(ValueError, match="JSON"):
        write_scores(tmp_path, [{"case": "fee", "scores": {"exact": float("nan")}}])
    assert read_scores(tmp_path)[0]["scores"] == {"exact": 1.0}
    assert [path.name for path in tmp_path.iterdir()] == ["scores.jsonl"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(RunError, match="cannot be written"), locked(tmp_path / "file" / "out"):
        pass


@pytest.mark.process
def test_the_lock_is_held_against_other_processes_and_goes_with_its_own(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from eval.store import locked\n"
        "with locked(Path(sys.argv[1])):\n    print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(RunError, match=f"Process {other.pid} is writing"), locked(tmp_path):
            pass
        other.kill()
        other.wait()
    with locked(tmp_path):
        pass


@given(st.dictionaries(st.text(), st.text() | st.none() | st.floats(allow_nan=False, allow_infinity=False)))
def test_any_object_is_one_line_and_comes_back(value: dict[str, Any]) -> None:
    written = json_line(value)
    assert written.count(b"\n") == 1
    assert parse_object(written.decode()) == value


def test_lines_are_added_and_torn_ones_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    assert read_lines(path, parse_object) == []
    assert not drop_torn_line(path)
    for number in range(3):
        append_line(path, json_line({"n": number}), lasting=number > 0)
    assert not drop_torn_line(path)
    path.write_bytes(path.read_bytes()[:-1])
    assert drop_torn_line(path)
    assert read_lines(path, parse_object) == [{"n": 0}, {"n": 1}]

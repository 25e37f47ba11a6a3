"""Results cards: what the hub's own code reads out of them, and what a person does."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from huggingface_hub.repocard_data import model_index_to_eval_results
from markdown_it import MarkdownIt

from eval.export.card import results_card
from eval.report.load import report_of
from eval.report.values import Report
from tests.ui.commands.eval_folders import ALL_RIGHT, APPEALS, DECLINED, WRONG, run_folder

NAME = "my|model*</script>: [x](http://evil.example) \x1b"


@pytest.fixture
def report(tmp_path: Path) -> Report:
    answers = {NAME: (WRONG, APPEALS, DECLINED), "better": ALL_RIGHT, "silent": (DECLINED,) * 3}
    return report_of(run_folder(tmp_path / "run", answers))


def card(report: Report, name: str = NAME) -> tuple[str, str]:
    """Front matter and the rest."""
    text = results_card(report, next(one for one in report.systems if one.name == name)).decode()
    empty, front, body = text.split("---\n", 2)
    assert empty == ""
    return front, body


def test_the_hubs_own_code_reads_the_results(report: Report):
    front, _ = card(report)
    name, results = model_index_to_eval_results(yaml.safe_load(front)["model-index"])
    assert name == "my|model*</script>: [x](http://evil.example) \ufffd"
    assert {(one.task_type, one.dataset_type, one.dataset_name) for one in results} == {
        ("question-answering", "greenpaper-suite", "rules")
    }
    values = {one.metric_type: one for one in results}
    assert next(iter(values)) == "resolved"
    assert values["resolved"].metric_value == 0.6667
    low, high = values["resolved"].metric_args["interval_95"]
    assert 0 <= low < 0.6667 < high <= 1
    assert values["correct"].metric_args["unscored"] == 1
    assert values["seconds"].metric_args == {"value_is": "median", "cases": 3}
    assert "joules" not in values


def test_a_person_reads_the_results_beside_the_others(report: Report):
    _, body = card(report)
    assert "**Resolved: 67 % (" in body
    assert "| better |" in body
    assert "| – | silent (baseline) |" in body
    assert "model sha256" in body


def test_nothing_that_others_wrote_is_markup(report: Report):
    _, body = card(report)
    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(body)
    assert "<script" not in html
    assert "</script>" not in html
    assert "<a " not in html
    assert html.count("<table>") == 3
    assert html.count("<h1>") == 1


def test_every_card_of_a_run_can_be_read_back(report: Report):
    for system in report.systems:
        front, body = card(report, system.name)
        assert model_index_to_eval_results(yaml.safe_load(front)["model-index"])[1]
        assert body.startswith("\n# ")

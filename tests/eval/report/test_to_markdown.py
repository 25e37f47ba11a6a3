"""`report.md`: short, complete in its figures, and text stays text."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from eval.report.aggregate import aggregate
from eval.report.to_markdown import to_markdown
from eval.report.values import Report
from tests.eval.report import hostile, synthetic


@pytest.fixture(scope="module")
def report() -> Report:
    return aggregate(synthetic.run(60))


def rendered(text: str) -> str:
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


def test_it_has_leaderboard_abstention_tags_and_settings(report: Report) -> None:
    text = to_markdown(report)
    assert re.findall(r"^#+ .*", text, re.MULTILINE) == [
        *("## library", "### Knowing when not to answer", "### Resolved by tag", "### Settings"),
    ]
    page = rendered(text)
    assert page.count("<table>") == 4
    for system in report.systems:
        assert page.count(system.name) >= 3
    for row in report.tags:
        assert f"<td>{row.name}</td>" in page


def test_every_row_has_as_many_cells_as_its_head(report: Report) -> None:
    for block in to_markdown(report).split("\n\n"):
        if block.startswith("|"):
            assert len({len(re.split(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1


def test_it_says_what_was_found_and_what_to_mind(report: Report) -> None:
    text = to_markdown(report)
    for paragraph in report.verdict:
        assert re.sub(r"\\(.)", r"\1", text).count(paragraph) == 1
    assert "Read with care:" in text


def test_hostile_text_stays_text() -> None:
    text = to_markdown(aggregate(hostile.run()))
    page = rendered(text)
    tags = set(re.findall(r"<(\w+)", page))
    assert tags <= {"h2", "h3", "p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td"}
    assert "\u202e" not in text
    assert len(text) < 60_000
    text.encode()

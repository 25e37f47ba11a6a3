"""`report.html` as text: complete, escaped, well-formed, and readable without scripts."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise

import pytest
from selectolax.lexbor import LexborHTMLParser

from eval.report.aggregate import aggregate
from eval.report.case_views import LONG
from eval.report.to_html import FEW, to_html
from eval.report.values import Report
from tests.eval.report import hostile, synthetic

_TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "a",
        "div",
        "header",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "nav",
    ),
    *(
        "main",
        "section",
        "ul",
        "li",
        "strong",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "span",
        "b",
    ),
    *(
        "svg",
        "g",
        "line",
        "circle",
        "polyline",
        "text",
        "desc",
        "figure",
        "figcaption",
        "mark",
        "article",
        "dl",
    ),
    *(
        "dt",
        "dd",
        "br",
        "blockquote",
        "details",
        "summary",
        "form",
        "label",
        "input",
        "select",
        "option",
        "button",
    ),
    *("output", "footer", "script"),
}
"""Every element that the page is made of; a payload that became an element would be another one."""


@pytest.fixture(scope="module")
def report() -> Report:
    return aggregate(synthetic.run(40))


@pytest.fixture(scope="module")
def page(report: Report) -> LexborHTMLParser:
    return LexborHTMLParser(to_html(report))


@pytest.fixture(scope="module")
def hostile_page() -> LexborHTMLParser:
    return LexborHTMLParser(to_html(aggregate(hostile.run())))


def text_of(page: LexborHTMLParser, selector: str) -> str:
    found = page.css_first(selector)
    assert found is not None, selector
    return " ".join(found.text(separator=" ").split())


def test_hostile_text_becomes_no_element(hostile_page: LexborHTMLParser) -> None:
    found = Counter(node.tag for node in hostile_page.css("*"))
    assert set(found) <= _TAGS
    assert (found["script"], found["style"], found["form"]) == (1, 1, 1)


def test_hostile_text_becomes_no_attribute_and_no_address(hostile_page: LexborHTMLParser) -> None:
    for node in hostile_page.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), node.tag
            assert name not in ("src", "srcset", "style", "action", "background", "poster"), node.tag
            if name == "href":
                assert re.fullmatch(r"#[a-z0-9-]+", value or ""), value


def test_hostile_text_is_all_there_to_read(hostile_page: LexborHTMLParser) -> None:
    shown = text_of(hostile_page, "#cases")
    assert "alert(1)" in shown
    assert "<img src=http://evil.example/h.png onerror=alert(1)>" in shown
    assert "abc\ufffd<gpj.exe>" in shown, "what turns the reading order is shown, not obeyed"
    assert "\u202e" not in shown


def test_a_flood_is_cut_and_says_so(hostile_page: LexborHTMLParser) -> None:
    paragraphs = [node.text() for node in hostile_page.css(".said")]
    assert max(map(len, paragraphs)) < LONG + 60
    assert any("more characters, in report.json]" in text for text in paragraphs)
    assert len(hostile_page.html or "") < 1_000_000


def test_the_policy_allows_nothing_but_our_own_style_and_script(page: LexborHTMLParser) -> None:
    meta = page.css_first('meta[http-equiv="Content-Security-Policy"]')
    assert meta is not None
    policy = dict(part.strip().split(" ", 1) for part in (meta.attributes["content"] or "").split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["img-src"] == "data:"
    assert set(policy) == {"default-src", "style-src", "script-src", "img-src", "base-uri", "form-action"}
    for directive, name in (("style-src", "report.css"), ("script-src", "report.js")):
        ours = hashlib.sha256(files("eval.report").joinpath(name).read_bytes()).digest()
        assert policy[directive] == f"'sha256-{base64.b64encode(ours).decode()}'"


def test_our_own_files_ask_for_nothing() -> None:
    for name in ("report.css", "report.js", "report.html.jinja", "cases.html.jinja"):
        text = files("eval.report").joinpath(name).read_text(encoding="utf-8")
        assert not re.search(
            r"https?:|//\w|url\(|@import|@font-face|fetch\(|XMLHttp|import\(|localStorage", text
        ), name


def test_ids_are_unique_and_every_link_leads_somewhere(page: LexborHTMLParser) -> None:
    ids = Counter(node.attributes["id"] for node in page.css("[id]"))
    assert max(ids.values()) == 1
    for node in page.css("a[href], [aria-labelledby]"):
        for name in (node.attributes.get("href") or node.attributes.get("aria-labelledby") or "").split():
            assert name.removeprefix("#") in ids, name


def test_headings_descend_one_level_at_a_time(page: LexborHTMLParser) -> None:
    levels = [int(node.tag[1]) for node in page.css("h1, h2, h3, h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_tables_controls_and_plots_have_names(page: LexborHTMLParser) -> None:
    for cell in page.css("thead th"):
        assert cell.attributes.get("scope") in ("col", "colgroup")
    for row in page.css("tbody tr"):
        assert row.css("th[scope]"), "every row has its head"
    for field in page.css("form input, form select"):
        assert field.parent is not None
        assert field.parent.tag == "label"
    for plot in page.css("svg:not([aria-hidden])"):
        assert plot.attributes["role"] == "img"
        assert len(plot.css_first("desc").text()) > 40  # type: ignore[union-attr]


def test_every_figure_of_a_plot_stands_in_a_table_too(report: Report, page: LexborHTMLParser) -> None:
    rows = text_of(page, "#cost table")
    for system in report.systems:
        assert system.name in rows
    assert len(page.css("#cost svg.plot")) == 2
    assert text_of(page, "#abstention table")


def test_every_case_and_every_answer_can_be_read_without_scripts(
    report: Report, page: LexborHTMLParser
) -> None:
    assert len(page.css("details.case")) == len(report.cases)
    assert not page.css("[hidden]:not(#filter)")
    for case, node in zip(report.cases, page.css("details.case"), strict=True):
        shown = " ".join(node.text(separator=" ").split())
        assert case.question in shown
        assert len(node.css(".result")) == len(report.systems)
        for result in case.results:
            assert result.text in shown


def test_the_page_says_what_was_found(report: Report, page: LexborHTMLParser) -> None:
    shown = text_of(page, "#found")
    for paragraph in report.verdict:
        assert paragraph in shown.replace("\xa0", " ")


def test_quotes_are_marked_in_the_gold_evidence(report: Report, page: LexborHTMLParser) -> None:
    leader = report.systems[0]
    number, case = next(
        (number, case) for number, case in enumerate(report.cases) if case.results[0].outcome.value == "right"
    )
    node = page.css_first(f"#case-{number}")
    assert node is not None
    marks = [mark.text() for mark in node.css("dd mark")]
    assert marks == [case.results[0].quotes[0].quote.rstrip(".")]
    assert f"quoted by {leader.letter}" in node.text()
    assert [mark.text() for mark in node.css('.result[data-s="0"] mark')] == marks


def test_a_case_tells_which_scores_are_low(report: Report, page: LexborHTMLParser) -> None:
    for case, node in zip(report.cases, page.css("details.case"), strict=True):
        for result, shown in zip(case.results, node.css(".result"), strict=True):
            told = shown.css("p.fine")[-1].text()
            assert ("Citation precision 0" in told) == (result.scores["citation_precision"] == 0)
            assert "Quotes verbatim" not in told, "what is whole needs no words"


def test_baselines_are_always_in_the_table(page: LexborHTMLParser) -> None:
    rows = [node.text() for node in page.css("#board tr.base th")]
    assert any("always-abstain" in row for row in rows)
    assert any("first-sentence" in row for row in rows)


def test_few_cases_are_said_to_be_few() -> None:
    run = synthetic.run(30)
    few = replace(
        run,
        cases=tuple(
            replace(case, tags=("rare",) if number < FEW - 1 else ("often",))
            for number, case in enumerate(run.cases)
        ),
    )
    page = LexborHTMLParser(to_html(aggregate(few)))
    rows = {row.css_first("th").text(): row.text() for row in page.css("#tags tbody tr")}  # type: ignore[union-attr]
    assert "few" in rows["rare"]
    assert "few" not in rows["often"]


def test_a_run_without_models_tags_or_costs_has_a_page_too() -> None:
    run = synthetic.run(5, synthetic.BASELINES[:1])
    bare = replace(run, cases=tuple(replace(case, tags=()) for case in run.cases), settings=())
    page = LexborHTMLParser(to_html(aggregate(bare)))
    assert "No case of this suite has a tag" in text_of(page, "#tags")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_told_from_its_background(theme: str) -> None:
    """WCAG 2.2 AA, 1.4.3: 4.5 to 1 for text, in both themes, on both grounds."""
    css = files("eval.report").joinpath("report.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", blocks[0]))
    if theme == "dark":
        colours |= dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", blocks[1]))
    inks = ["ink", "soft", "accent", "good", "warn", "bad", *(f"s{number}" for number in range(6)), "sb"]
    for ink in inks:
        for ground in ("paper", "sheet"):
            assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    assert _contrast(colours["ink"], colours["mark"]) >= 4.5


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

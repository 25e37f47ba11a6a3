"""`report.html` in the system's Chromium: nothing requested, nothing run, quick, by keyboard, in print."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from eval.report.aggregate import aggregate
from eval.report.to_html import to_html
from eval.report.values import Report
from tests.eval.report import hostile, synthetic

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
pytestmark = pytest.mark.browser


@dataclass
class Opened:
    """A page, with everything that it asked for, said and complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def shown(self) -> list[str]:
        """The ids of the cases that the filter leaves."""
        return list(self.page.eval_on_selector_all("details.case:not([hidden])", "all => all.map(e => e.id)"))

    def filter(self, **wanted: str) -> list[str]:
        """The cases left after choosing `wanted` in the form."""
        for name, value in wanted.items():
            field = self.page.locator(f'#filter [name="{name}"]')
            field.fill(value) if name == "text" else field.select_option(value)
        self.page.wait_for_timeout(250)
        return self.shown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, closed before another module opens its own."""
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        pytest.skip(f"no Chromium on the PATH (looked for {', '.join(_BROWSERS)})")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def report() -> Report:
    return aggregate(synthetic.run(60))


@pytest.fixture(scope="module")
def file(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _written(report, tmp_path_factory)


def _written(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(to_html(report), encoding="utf-8")
    return path


def _open(browser: Browser, path: Path, width: int = 1280, *, scripts: bool = True) -> Opened:
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    context.set_default_timeout(300_000)
    opened = Opened(page=context.new_page())
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    opened.page.on("dialog", lambda dialog: (opened.dialogs.append(dialog.message), dialog.dismiss()))
    opened.page.on("console", lambda message: opened.complaints.append(message.text))
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.page.goto(path.as_uri())
    return opened


@pytest.fixture
def opened(browser: Browser, file: Path) -> Iterator[Opened]:
    """The report, open."""
    found = _open(browser, file)
    yield found
    found.page.context.close()


def test_a_hostile_report_asks_for_nothing_and_runs_nothing(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = _written(aggregate(hostile.run()), tmp_path_factory)
    found = _open(browser, path)
    found.page.eval_on_selector_all("details", "all => all.forEach(e => { e.open = true; })")
    found.page.mouse.move(300, 300)
    found.page.wait_for_timeout(500)
    assert found.requests == [path.as_uri()]
    assert found.dialogs == []
    assert found.complaints == [], "the policy had nothing to refuse: nothing was tried"
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 1280, "no flood makes the page wide"
    found.page.context.close()


def test_the_policy_refuses_a_script_that_got_in_all_the_same(
    browser: Browser, file: Path, tmp_path: Path
) -> None:
    inside = "<script>document.title = 'taken'</script><img src=https://evil.example/x.png onerror=alert(1)>"
    path = tmp_path / "report.html"
    path.write_text(file.read_text(encoding="utf-8").replace("<main>", f"<main>{inside}"), encoding="utf-8")
    found = _open(browser, path)
    found.page.wait_for_timeout(200)
    assert found.page.title() == "library: evaluation report"
    assert found.dialogs == []
    assert len(found.complaints) >= 2
    assert all("Content Security Policy" in complaint for complaint in found.complaints)
    found.page.context.close()


def test_a_thousand_cases_open_in_less_than_a_second(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Seconds that the page's thread computes: those of the clock are the same on a machine that is idle."""
    path = _written(aggregate(synthetic.run(1000)), tmp_path_factory)
    took = []
    for _ in range(3):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(300_000)
        page = context.new_page()
        inspector = context.new_cdp_session(page)
        inspector.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(path.as_uri())
        measured = inspector.send("Performance.getMetrics")["metrics"]
        took.append(next(metric["value"] for metric in measured if metric["name"] == "TaskDuration"))
        context.close()
    assert 0.05 < min(took) < 1.0, took


def test_cases_are_filtered_by_outcome_of_a_system(opened: Opened, report: Report) -> None:
    assert len(opened.shown()) == 60
    wrong = [
        f"case-{number}"
        for number, case in enumerate(report.cases)
        if case.results[1].outcome.value == "wrong"
    ]
    assert opened.filter(system="1", outcome="w") == wrong
    assert opened.page.locator("#filter output").inner_text() == f"{len(wrong)} of 60 cases"
    seen = opened.page.eval_on_selector_all(
        "details.case .result:not([hidden])", "all => all.map(e => e.dataset.s)"
    )
    assert set(seen) == {"1"}, "only that system's answers are shown"
    opened.page.click("#filter button[type=reset]")
    opened.page.wait_for_timeout(100)
    assert len(opened.shown()) == 60
    assert not opened.page.query_selector("details.case .result[hidden]")


def test_cases_are_filtered_by_tag_and_text(opened: Opened, report: Report) -> None:
    tag = report.tags[2]
    tagged = [f"case-{n}" for n, case in enumerate(report.cases) if tag.name in case.tags]
    assert opened.filter(tag="2") == tagged
    assert opened.filter(tag="", text=" LIB-0007 ") == ["case-7"]
    assert opened.filter(text="nowhere at all") == []
    assert opened.page.locator("#filter output").inner_text() == "0 of 60 cases"


def test_a_count_of_the_matrix_leads_to_its_cases(opened: Opened, report: Report) -> None:
    link = opened.page.locator('#abstention a[data-outcome="f"]').first
    count = int(link.inner_text())
    link.click()
    opened.page.wait_for_timeout(250)
    assert len(opened.shown()) == count
    assert opened.page.evaluate("location.hash") == "#cases"
    opened.page.locator("#tags tbody a").first.click()
    opened.page.wait_for_timeout(250)
    assert len(opened.shown()) == report.tags[0].cases
    opened.page.locator("#documents tbody a").first.click()
    opened.page.wait_for_timeout(250)
    assert len(opened.shown()) >= report.documents[0].cases


def test_everything_can_be_reached_and_opened_by_keyboard(opened: Opened) -> None:
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.className") == "skip"
    opened.page.focus("#filter button[data-open]")
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.closest('details').id") == "case-0"
    opened.page.keyboard.press("Enter")
    assert opened.page.eval_on_selector("#case-0", "e => e.open")
    assert opened.page.locator("#case-0 .result").first.is_visible()
    outline = opened.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "where the focus is can be seen"


def test_all_cases_open_and_close_at_once(opened: Opened) -> None:
    button = opened.page.locator("#filter button[data-open]")
    button.click()
    assert len(opened.page.query_selector_all("details.case[open]")) == 60
    button.click()
    assert len(opened.page.query_selector_all("details.case[open]")) == 0


@pytest.mark.parametrize("width", [360, 820, 1280])
def test_the_page_is_as_wide_as_the_window(browser: Browser, file: Path, width: int) -> None:
    found = _open(browser, file, width)
    found.page.eval_on_selector_all("details", "all => all.forEach(e => { e.open = true; })")
    assert found.page.evaluate("document.documentElement.scrollWidth") <= width
    found.page.context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_all_of_it_is_in_print(
    browser: Browser, file: Path, report: Report, tmp_path: Path, scripts: bool
) -> None:
    found = _open(browser, file, scripts=scripts)
    path = tmp_path / "report.pdf"
    found.page.pdf(path=str(path), prefer_css_page_size=True)
    found.page.context.close()
    with pypdfium2.PdfDocument(path) as document:
        text = " ".join(page.get_textpage().get_text_range() for page in document)
    printed = "".join(text.split())
    for case in report.cases:
        for result in case.results:
            assert "".join(result.text.split()) in printed, (case.case_id, result.system)

"""axe-core finds nothing serious on any page, light and dark, wide and at 360 px."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.web.conftest import Chat

pytestmark = pytest.mark.browser

_RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}
_BAD = ("serious", "critical")


def _findings(chat: Chat) -> list[str]:
    """What axe-core has to say of the page as it stands: rule, impact and the first place."""
    axe: Any = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    found = axe.Axe().run(chat.page, options=_RULES).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:160]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"][:1]
        if rule["impact"] in _BAD
    ]


def test_control_axe_sees_what_is_wrong(chat: Chat) -> None:
    chat.page.evaluate(
        "() => document.querySelector('#gp-body').insertAdjacentHTML('beforeend', '<button></button>"
        '<p style="color:#ccc;background:#fff">faint</p>\')'
    )
    assert {finding.split(" ")[0] for finding in _findings(chat)} == {"button-name", "color-contrast"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_has_a_serious_finding(blank: Chat, scheme: Any, width: int) -> None:
    blank.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    blank.page.set_viewport_size({"width": width, "height": 800})
    chat = blank.open()
    found = {"start": _findings(chat)}
    for question in ("What is open?", "And the weather?", "mend this", "hostile"):
        chat.ask(question)
        found[question] = _findings(chat)
    for page in chat.page.evaluate("() => window.greenpaperPages"):
        chat.page.click(f".gp-nav a[href$='#{page}']")
        chat.page.wait_for_selector(f"#gp-page-{page}:visible")
        chat.page.wait_for_timeout(300)
        found[page] = _findings(chat)
    assert {place: findings for place, findings in found.items() if findings} == {}

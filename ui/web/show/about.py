"""The page that says what this is and how far to trust it."""

from __future__ import annotations

from ui.web.texts import Words


def about(words: Words) -> str:
    """All of the page."""
    parts = "".join(
        f"<h3>{words(f'about.{part}_title')}</h3><p>{words(f'about.{part}')}</p>"
        for part in ("trust", "private")
    )
    return (
        f'<div class="gp-prose"><h2 class="gp-page-title" tabindex="-1">{words("about.title")}</h2>'
        f"<p>{words('about.what')}</p>{parts}</div>"
    )

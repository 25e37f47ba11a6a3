"""What this is, and how far to trust it."""

from __future__ import annotations

from typing import ClassVar

from ui.web.components import html
from ui.web.pages.page import Shared, Shown
from ui.web.show.about import about


class AboutPage:
    """Only text; nothing happens here."""

    name: ClassVar[str] = "about"

    def __init__(self, shared: Shared) -> None:
        html(about(shared.words))

    def connect(self, shown: Shown) -> None:
        """There are no events."""

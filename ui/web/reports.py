"""The reports of evaluations, each at a path of its own: one file, shown in a frame or by itself."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from eval.kept import Kept
from ui.web.security import REPORT, App, Receive, Scope, Send


def address_of(one: Kept) -> str:
    """Where the report of an evaluation is served."""
    return f"/evaluations/{one.key}/report.html"


class Reports:
    """Serves the reports in `root`; everything else is passed on. `ui.web.security` stands before it."""

    def __init__(self, app: App, root: Path) -> None:
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        asked = REPORT.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if asked is None:
            await self._app(scope, receive, send)
            return
        page = Kept(key=asked["key"], folder=self._root / asked["key"], name="").page
        response: Response = PlainTextResponse("There is no such report.", 404)
        if page.is_file():
            response = HTMLResponse(page.read_bytes())
        await response(scope, receive, send)

"""The three files of a report, written so that a reader never meets half of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from eval.report.to_html import to_html
from eval.report.to_json import to_json
from eval.report.to_markdown import to_markdown
from eval.report.values import Report
from rag.errors import GreenpaperError


def write_report(report: Report, folder: Path) -> tuple[Path, Path, Path]:
    """Write `report.html`, `report.json` and `report.md` into `folder`, over those that are there.

    Raises GreenpaperError where the folder cannot be written to.
    """
    texts = {"report.html": to_html(report), "report.json": to_json(report), "report.md": to_markdown(report)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        html, json, markdown = (_replace(folder / name, text) for name, text in texts.items())
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        raise GreenpaperError(
            f"The report cannot be written to {folder} ({error.strerror}). Give another folder with --out."
        ) from None
    return html, json, markdown


def _replace(path: Path, text: str) -> Path:
    """Write beside the file and put it in its place at once."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return path

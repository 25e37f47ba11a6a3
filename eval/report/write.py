"""The three files of a report, each written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from eval.json_lines import replace_file
from eval.report.to_html import to_html
from eval.report.to_json import to_json
from eval.report.to_markdown import to_markdown
from eval.report.values import Report
from rag.errors import GreenpaperError

PAGE = "report.html"


def write_report(report: Report, folder: Path) -> tuple[Path, ...]:
    """Write `report.html`, `report.json` and `report.md` into `folder`, over those that are there.

    Raises GreenpaperError where the folder cannot be written to.
    """
    texts = {PAGE: to_html(report), "report.json": to_json(report), "report.md": to_markdown(report)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            replace_file(folder / name, text.encode())
    except (FileExistsError, NotADirectoryError, IsADirectoryError, PermissionError) as error:
        raise GreenpaperError(
            f"The report cannot be written to {folder} ({error.strerror}). Give another folder with --out."
        ) from None
    return tuple(folder / name for name in texts)

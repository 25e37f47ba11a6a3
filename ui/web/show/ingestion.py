"""How far the reading of documents is, and what became of every file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rag.answering.versions import versions_of
from rag.types import DocumentInfo, FileReport, FileStatus, Stage
from ui.web.collection import Progress
from ui.web.escape import plain
from ui.web.show.phrases import told
from ui.web.texts import Words

_LAST = 4
"""Files that are named while the reading goes on; all are at its end."""
_QUIET = (FileStatus.ADDED, FileStatus.UNCHANGED, FileStatus.REPLACED)


def reading(words: Words, progress: Progress, infos: Sequence[DocumentInfo], folder: Path) -> str:
    """The reading that runs, with its bar; or the report of the one that has ended; "" before the first.

    Files below `folder` are called by their paths from there.
    """
    if not progress.number:
        return ""
    shown = _going(words, progress) if progress.running else _ended(words, progress)
    reports = progress.reports[-_LAST:] if progress.running else progress.reports
    return (
        f'<section class="gp-reading" aria-label="{words("documents.report")}">{shown}'
        f"{_table(words, reports, infos, folder, folded=not progress.running)}</section>"
    )


def refusal(sentence: str) -> str:
    """What could not be begun."""
    return f'<p class="gp-error" role="alert">{plain(sentence)}</p>'


def _going(words: Words, progress: Progress) -> str:
    done, total = _extent(progress)
    bar = f'<progress max="{total}" value="{done:.3f}" aria-label="{words("documents.progress")}"></progress>'
    idle = "" if total else f'<progress aria-label="{words("documents.progress")}"></progress>'
    return (
        f'<p class="gp-reading-what" role="status" dir="auto">{_what(words, progress)}</p>'
        f'<div class="gp-reading-bar">{bar if total else idle}'
        f'<span class="gp-quiet" dir="auto">{_how(words, progress.stage)}</span>'
        f'<button type="button" class="gp-small" data-act="stop">{words("documents.stop")}</button></div>'
    )


def _what(words: Words, progress: Progress) -> str:
    if progress.stopped:
        return words("documents.stopping")
    file = progress.file
    if file is None:
        return words("documents.beginning")
    name, number, total = plain(_last(file.detail)), words.number(file.done + 1), words.number(file.total)
    return words(f"documents.{file.name}", name=name, number=number, total=total)


def _how(words: Words, stage: Stage | None) -> str:
    """What is being done with the file at the moment."""
    if stage is None or stage.name in ("checking", "reading", "renewing"):
        return ""
    values = {"done": words.number(stage.done), "total": words.number(stage.total)}
    return words(f"documents.{stage.name}", **values)


def _extent(progress: Progress) -> tuple[float, int]:
    """How much of how much is done, in files; nothing while the files are only looked at."""
    file, stage = progress.file, progress.stage
    if file is None or file.name == "checking":
        return 0.0, 0
    within = stage.done / stage.total if stage and stage.total and stage is not file else 0.0
    return min(file.done + within, file.total), file.total


def _ended(words: Words, progress: Progress) -> str:
    counted = Counter(report.status for report in progress.reports)
    kinds = [words.count(f"file_{status.value}", counted[status]) for status in FileStatus if counted[status]]
    lines = [
        f'<p class="gp-reading-what" role="status">{" · ".join(kinds) or words("documents.nothing")}</p>'
    ]
    if progress.error is not None:
        sentence = plain(told(words, progress.error, "documents.failed"))
        lines.append(f'<p class="gp-error" role="alert">{sentence}</p>')
    if progress.stopped:
        lines.append(f'<p class="gp-quiet">{words("documents.stopped")}</p>')
    button = (
        f'<button type="button" class="gp-small" data-act="dismiss">{words("documents.dismiss")}</button>'
    )
    return f'<div class="gp-reading-end">{"".join(lines)}{button}</div>'


def _table(
    words: Words, reports: Sequence[FileReport], infos: Sequence[DocumentInfo], folder: Path, *, folded: bool
) -> str:
    """A line for each file; at the end those of which there is nothing to say are folded away."""
    known = {info.doc_id: info for info in infos}
    lines = [(report, _findings(words, report, known)) for report in reports]
    quiet = [pair for pair in lines if folded and pair[0].status in _QUIET and not pair[1]]
    loud = [pair for pair in lines if pair not in quiet]
    shown = "".join(_line(words, report, findings, folder) for report, findings in loud)
    if shown:
        shown = f'<ul class="gp-files">{shown}</ul>'
    if not quiet:
        return shown
    rest = "".join(_line(words, report, findings, folder) for report, findings in quiet)
    summary = words("documents.without_remarks", files=words.count("file", len(quiet)))
    rest = f'<summary>{summary}</summary><ul class="gp-files">{rest}</ul>'
    return f'{shown}<details class="gp-files-rest">{rest}</details>'


def _line(words: Words, report: FileReport, findings: Sequence[str], folder: Path) -> str:
    path = Path(report.path)
    name = path.relative_to(folder) if path.is_relative_to(folder) else path
    counts = [words.count("page", report.pages)] * bool(report.pages)
    counts += [words.count("passage", report.passages)] * bool(report.doc_id)
    said = "".join(f'<span class="gp-finding" dir="auto">{plain(finding)}</span>' for finding in findings)
    return (
        f'<li class="gp-file-{report.status.value}"><span class="gp-file-status">'
        f"{words(f'file.{report.status.value}')}</span> "
        f'<span class="gp-file-name" dir="auto">{plain(str(name))}</span> '
        f'<span class="gp-where">{" · ".join(counts)}</span>{said}</li>'
    )


def _findings(words: Words, report: FileReport, known: dict[str, DocumentInfo]) -> tuple[str, ...]:
    """What there is to say of a file: what its reading found, and which version of what it is."""
    found = [" ".join(finding.split()) for finding in report.findings]
    if any("--ocr" in finding for finding in found):
        found.append(words("documents.scan_hint"))
    info = known.get(report.doc_id or "")
    if info and report.status in (FileStatus.ADDED, FileStatus.REPLACED):
        for other in versions_of(info, known.values())[:3]:
            when = other.date or other.version or ""
            found.append(words("documents.version_of", name=other.name, when=f" ({when})" if when else ""))
    return tuple(found)


def _last(path: str) -> str:
    return path.rpartition("/")[2]

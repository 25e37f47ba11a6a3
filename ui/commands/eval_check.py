"""`greenpaper eval check`: what is wrong with a suite, with file, line and field."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import DocumentError

if TYPE_CHECKING:
    from eval.check_suite import Checked
    from eval.checking.documents import Documents
    from eval.checking.files import SuiteFiles


def check(
    suite: Annotated[Path, typer.Argument(metavar="SUITE", help="The folder of the suite.")],
    index: Annotated[
        Path | None, typer.Option("--index", help="An index that holds the suite's documents.")
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", help="The folder of the suite's documents, read anew.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Say everything that is wrong with a suite, with file, line, field and what to do.

    Without --index and --corpus the documents are those that the suite names. The exit status is 1 when there
    is an error; a warning is for you to look at, and may be left.
    """
    from eval.check_suite import check as check_files
    from eval.checking.files import read_files

    files = read_files(suite)
    checked = check_files(files, _documents(files, index, corpus))
    if as_json:
        plain = {**asdict(checked), "errors": checked.errors}
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        print_findings(checked)
    if checked.errors:
        raise typer.Exit(1)


def _documents(files: SuiteFiles, index: Path | None, corpus: Path | None) -> Documents | None:
    """The documents asked for, else those of the suite; None where it names none."""
    from eval.checking.documents import documents_of_folder, documents_of_index, documents_of_texts

    if index and corpus:
        raise DocumentError("Both --index and --corpus name documents. Give one of the two.")
    if index:
        return documents_of_index(index)
    folder = corpus or files.corpus
    if folder is None:
        return documents_of_texts(files.texts) if files.texts else None
    documents, failures = documents_of_folder(folder, heard=_heard)
    for failure in failures:
        typer.echo(f"not read: {failure}", err=True)
    return documents


def _heard(name: str) -> None:
    typer.echo(f"reading {name}", err=True)


def print_findings(checked: Checked) -> None:
    """Each finding below its place, then how often each kind was found."""
    from eval.check_suite import counts

    for finding in checked.findings:
        field = f", {finding.field}" if finding.field else ""
        typer.echo(f"{finding.place}{field}")
        typer.echo(f"  {finding.level.value}: {finding.what}")
        typer.echo(f"  {finding.todo}")
    for code, times in counts(checked.findings):
        typer.echo(f"{times:>5} {code}")
    against = "no documents" if checked.documents is None else f"{checked.documents} documents"
    warnings = len(checked.findings) - checked.errors
    typer.echo(
        f"{checked.cases} cases ({checked.answerable} answerable) checked against {against}: "
        f"{checked.errors} errors, {warnings} warnings"
    )

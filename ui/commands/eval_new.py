"""`greenpaper eval new`: a suite from a table of questions and expected answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import DocumentError
from ui.options import IndexOption

if TYPE_CHECKING:
    from eval.authoring.columns import Columns
    from eval.authoring.grid import Grid
    from eval.new_suite import Making

_NONE = "none"


def new(
    table: Annotated[Path, typer.Argument(metavar="FILE", help="The table: .csv or .xlsx.")],
    out: Annotated[Path, typer.Option("--out", help="The folder of the suite, made where it is missing.")],
    index: IndexOption = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Take the best quote of each, and mark the case as unconfirmed.")
    ] = False,
    question: Annotated[str | None, typer.Option(help="The questions' column: its header or number.")] = None,
    answer: Annotated[
        str | None, typer.Option(help='The expected answers\' column, or "none": nothing is answered.')
    ] = None,
    document: Annotated[str | None, typer.Option(help='The documents\' column, or "none".')] = None,
) -> None:
    """Make a suite from a table with questions, expected answers and perhaps documents.

    The first row holds the headers (English, French or German). A row without an expected answer is a
    question that the documents do not answer. For the others the evidence is looked for in the index, shown,
    and taken when you confirm it. Stop when you like: given again, the command goes on with what is open.

    \b
    greenpaper eval new questions.xlsx --out my-suite
    """
    from eval.authoring.read_grid import read_grid
    from eval.authoring.rows import question_rows
    from eval.authoring.suite_folder import SuiteFolder
    from eval.new_suite import Making
    from rag.index import Index
    from rag.llm.catalogue import embedder_dir
    from rag.paths import default_index
    from rag.question_embedding import question_embedder
    from rag.retrieval import Retriever

    grid = read_grid(table)
    columns = _columns(grid, {"question": question, "answer": answer, "document": document}, ask=not yes)
    rows, notes = question_rows(grid, columns)
    for note in (*grid.notes, *notes):
        typer.echo(f"note: {note}")
    embedder = question_embedder(embedder_dir())
    with Index.open(index or default_index(), embedder.fingerprint) as opened:
        making = Making(rows, SuiteFolder(out), opened, Retriever(opened, embedder))
        left_out = _without_asking(making) if yes else _asking(making)
        _finish(making, table, left_out, index or default_index())


def _columns(grid: Grid, given: dict[str, str | None], *, ask: bool) -> Columns:
    """The columns given, else those that the headers name, else those that the person says."""
    from eval.authoring.columns import FIELDS, Columns, guess_columns

    headers = grid.rows[0].cells
    guessed, unclear = guess_columns(headers)
    chosen: dict[str, int | None] = {}
    for field in FIELDS:
        said = given[field]
        if said is None and (guess := getattr(guessed, field)) is not None:
            chosen[field] = guess
        elif said is None and field == "document" and field not in unclear:
            chosen[field] = None
        else:
            chosen[field] = _column(said if said is not None else _asked(field, headers, ask), headers)
    if chosen["question"] is None:
        raise DocumentError("Without a column of questions there is no suite. Name it with --question.")
    for field in FIELDS:
        at = chosen[field]
        typer.echo(f"{field + ':':<10} {_NONE if at is None else _named(headers, at)}")
    return Columns(**chosen)


def _asked(field: str, headers: tuple[str, ...], ask: bool) -> str:
    listed = ", ".join(_named(headers, at) for at in range(len(headers)))
    if not ask:
        raise DocumentError(f"Which column holds the {field}? Name it with --{field}. There are: {listed}.")
    typer.echo(f"The table has the columns: {listed}.")
    try:
        return input(f'Which one holds the {field}? Its number, or "{_NONE}": ').strip()
    except EOFError:
        raise DocumentError(f"Name the column that holds the {field} with --{field}.") from None


def _named(headers: tuple[str, ...], at: int) -> str:
    from rag.sources import printable

    return f'{at + 1} "{printable(headers[at])}"' if headers[at] else f"{at + 1}"


def _column(said: str, headers: tuple[str, ...]) -> int | None:
    from eval.authoring.columns import folded_header

    if said.casefold() == _NONE:
        return None
    fitting = [at for at, header in enumerate(headers) if folded_header(header) == folded_header(said) != ""]
    if len(fitting) == 1:
        return fitting[0]
    if said.isdecimal() and 1 <= int(said) <= len(headers):
        return int(said) - 1
    listed = ", ".join(_named(headers, at) for at in range(len(headers)))
    raise DocumentError(f'"{said}" is no column of the table. There are: {listed}.')


def _without_asking(making: Making) -> int:
    """Takes the best candidate for every open row; how many rows have none."""
    from eval.new_suite import accepted_words

    left_out = 0
    for row in making.open_rows(confirm=False):
        if not row.answers:
            making.no_answer(row)
            continue
        scope = making.scope(row)
        for name, like in scope.unknown:
            meant = f" (did you mean {' or '.join(like)}?)" if like else ""
            typer.echo(f'note: row {row.number} names "{name}", which is no document{meant}')
        best = making.candidates(row, scope.documents)[:1]
        if best and best[0].likeness > 0:
            making.answer(row, best, accepted_words(row, best), confirmed=False)
        else:
            left_out += 1
            typer.echo(f"left out: row {row.number}, no passage is like its answer: {row.question}")
    return left_out


def _asking(making: Making) -> int:
    """Asks about every open row, until all are settled or the person stops; how many are still open."""
    from rich.console import Console

    from ui.evidence_dialogue import Dialogue, StoppedError

    console = Console(highlight=False, soft_wrap=True)
    dialogue = Dialogue(making, console, input)
    rows = making.open_rows(confirm=True)
    if len(rows) < len(making.rows):
        typer.echo(f"{len(making.rows) - len(rows)} of {len(making.rows)} rows are settled already.")
    settled = 0
    try:
        for number, row in enumerate(rows, start=1):
            settled += dialogue.row(row, f"{number} of {len(rows)}")
    except StoppedError:
        typer.echo("\nStopped. Give the same command again to go on.")
    return len(rows) - settled


def _finish(making: Making, table: Path, left_out: int, index: Path) -> None:
    """Writes the head, checks what was made, and says how it stands."""
    from eval.check_suite import check
    from eval.checking.documents import documents_of_index
    from eval.checking.files import read_files
    from ui.commands.eval_check import print_findings

    folder = making.folder
    for case in making.orphans():
        typer.echo(
            f"note: case {case['id']} of {folder.path} is of no row of this table; it was left as it is"
        )
    if not folder.cases:
        typer.echo("No case was written.")
        raise typer.Exit(1)
    corpus = making.corpus()
    folder.write_head(table.stem, f"Made from {table.name} by greenpaper eval new.", corpus)
    checked = check(read_files(folder.path), documents_of_index(index))
    print_findings(checked)
    unconfirmed = sum(folder.unconfirmed(row.case_id) for row in making.rows)
    typer.echo(f"{folder.path}: {len(folder.cases)} cases, {unconfirmed} unconfirmed, {left_out} rows open")
    if corpus is None:
        typer.echo("The documents lie in no folder of their own: name the index when you run the suite.")
    if left_out or checked.errors:
        raise typer.Exit(1)

"""`greenpaper eval`: suites are run, scored, compared and made; one file for each, `eval_*.py`."""

from __future__ import annotations

import typer

from ui.commands.eval_check import check
from ui.commands.eval_compare import compare
from ui.commands.eval_export import export
from ui.commands.eval_gate import gate
from ui.commands.eval_judge import judge
from ui.commands.eval_new import new
from ui.commands.eval_report import report
from ui.commands.eval_run import run
from ui.commands.eval_score import score

app = typer.Typer(no_args_is_help=True, add_completion=False)
for command in (new, check, run, score, report, compare, gate, judge, export):
    app.command(command.__name__)(command)


@app.callback()
def eval_() -> None:
    """Measure models on questions whose answers are known.

    Which model is best, and is an update worse?

    \b
    greenpaper eval run eval/gold --model qwen2.5-coder-0.5b-instruct --out first
    greenpaper eval report first
    greenpaper eval compare first second

    A suite is a folder of questions with the answers and the quotes that bear them out.
    """

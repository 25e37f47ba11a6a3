"""`greenpaper doctor`: what is in order on this machine, and what to do about the rest."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.options import IndexOption


def doctor(
    index: IndexOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check this machine, the models and the index, and say what to do.

    The exit status is 1 when something is found that prevents asking.
    """
    import json
    from dataclasses import asdict

    from rag.doctor import Level, examine
    from rag.paths import default_index

    findings = []
    for finding in examine(index or default_index()):
        findings.append(finding)
        if not as_json:
            text = "\n".join(filter(None, (finding.fact, finding.advice)))
            typer.echo(f"{finding.level:<5} {finding.name}: {text}".replace("\n", "\n      "))
    failed = [finding.name for finding in findings if finding.level is Level.FAIL]
    if as_json:
        report = {"ready": not failed, "findings": [asdict(finding) for finding in findings]}
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    elif failed:
        typer.echo(f"Not ready for questions yet: {', '.join(failed)}.")
    else:
        typer.echo("Ready for questions.")
    raise typer.Exit(1 if failed else 0)

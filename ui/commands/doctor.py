"""`greenpaper doctor`: what is in order on this machine, and what to do about the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import GreenpaperError
from ui.options import IndexOption, ModelOption

if TYPE_CHECKING:
    from rag.llm.calibration import Calibration


def doctor(
    index: IndexOption = None,
    calibrate: Annotated[
        bool,
        typer.Option("--calibrate", help="Measure how a model runs best here, and run it so from now on."),
    ] = False,
    model: ModelOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check this machine, the models and the index, and say what to do.

    The exit status is 1 when something is found that prevents asking.

    With --calibrate, threads, batches and the way keys and values are kept are measured for one model (the
    one that would answer, or --model), for a minute and a half with the 0.5B on two cores, and the fastest is
    used from then on. Let the machine do nothing else meanwhile.
    """
    if calibrate:
        _calibrate(model, as_json=as_json)
        return
    if model is not None:
        raise GreenpaperError("--model goes with --calibrate: greenpaper doctor --calibrate --model NAME")
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


def _calibrate(name: str | None, *, as_json: bool) -> None:
    import json
    from dataclasses import asdict

    from rag.llm.calibration import calibration_path, save_calibration
    from rag.llm.catalogue import resolve_model
    from rag.llm.measure import calibrate

    model = resolve_model(name)
    found = calibrate(model, progress=lambda line: typer.echo(line, err=True))
    try:
        save_calibration(model, found)
    except OSError as error:
        raise GreenpaperError(
            f"The calibration cannot be kept: {calibration_path()} cannot be written ({error.strerror}). "
            "Give yourself the right to, or set GREENPAPER_DATA to another folder."
        ) from None
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
        return
    for line in calibration_lines(found):
        typer.echo(line)


def calibration_lines(found: Calibration) -> Iterator[str]:
    """A table of what was measured, with an arrow at what was chosen, and what is in force from now on."""
    from rag.llm.calibration import describe
    from rag.llm.settings import EngineSettings, resolve

    yield f"{found.model} on {found.machine}"
    yield f"  {'':<42}{'prefill':>10}{'question':>10}{'writing':>10}{'answer':>18}"
    yield f"  {'':<42}{'tokens/s':>10}{'s':>10}{'tokens/s':>10}{'of the first':>18}"
    for trial in found.trials:
        mark = "->" if trial.chosen else "  "
        share = f"{trial.ratio:.0%} (± {trial.spread:.0%})"
        figures = f"{trial.prefill:>10.1f}{trial.question_s:>10.2f}{trial.decode:>10.1f}{share:>18}"
        yield f"{mark}{trial.name:<42}{figures}"
    for load in found.loads:
        yield f"{'->' if load.chosen else '  '}{'loading: ' + load.name:<42}{load.seconds:>20.2f}"
    yield f"From now on: {describe(resolve(EngineSettings(), found.tuning))}."

"""The report of a run that lies in a folder, or that was kept as a `report.json`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from eval.report.aggregate import aggregate
from eval.report.from_line import result_report
from eval.report.run_data import RunData, SystemInfo
from eval.report.to_json import read_report
from eval.report.values import Report, Setting
from eval.run_info import RunInfo
from eval.store import StoredRun, read_run, read_scores
from rag.errors import GreenpaperError


def report_of(path: Path) -> Report:
    """The report of the run in the folder `path`, or the report in the file `path`.

    Raises GreenpaperError where there is none, where the run was not scored, and as `aggregate` does.
    """
    return read_report(path) if path.is_file() else aggregate(run_data(read_run(path)))


def run_data(run: StoredRun) -> RunData:
    """The run with the scores that lie beside it. Raises GreenpaperError where a result has none."""
    info = run.info
    scores = {(line["case"], line["system"]): line["scores"] for line in read_scores(run.folder)}
    unscored = sum((line["case"], line["system"]) not in scores for line in run.results)
    if unscored:
        raise GreenpaperError(
            f"{unscored:,} of the {len(run.results):,} results in {run.folder} have no scores yet. Make "
            f"them: greenpaper eval score {run.folder}"
        )
    cases = {case.case_id: case for case in run.cases}
    return RunData(
        suite=info.suite,
        description=info.description,
        licence=info.licence,
        primary=info.primary,
        context=info.context,
        seed=info.seed,
        finished=info.finished,
        cases=run.cases,
        systems=tuple(
            SystemInfo(
                name=system.name, baseline=system.baseline, fingerprint=tuple(_settings(system.fingerprint))
            )
            for system in info.systems
        ),
        results={
            key: result_report(cases[key[0]], line, scores[key])
            for line in run.results
            if (key := (line["case"], line["system"]))
        },
        settings=tuple(_of_run(info)),
        machine=tuple(_settings(info.machine)),
    )


def _of_run(info: RunInfo) -> Iterable[Setting]:
    """What the run was begun with; no paths: a report is passed on, and they may name people."""
    said = {
        "suite": info.suite,
        "split": info.split or "all",
        "limit": "none" if info.limit is None else str(info.limit),
        "seed": str(info.seed),
        "context": info.context,
        "primary metric": info.primary,
        "began": info.began,
        "finished": info.finished or "not yet",
        **info.fingerprint,
    }
    return _settings(said)


def _settings(pairs: Mapping[str, str]) -> Iterable[Setting]:
    return (Setting(name=name, value=value) for name, value in pairs.items())

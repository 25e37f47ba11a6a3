"""From a suite to a scored run: the documents ingested, the cases checked, asked and scored."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from eval.cases import Case
from eval.run import Step, run_cases
from eval.run_info import RunInfo
from eval.store import INDEX, RunError, RunFolder, StoredRun, begin, has_results, locked, read_run
from eval.suite import Suite, complete, evidence_faults, read_suite, refuse, select
from eval.systems.choose import Chosen, choose, open_system
from eval.systems.contexts import Context, ContextKind
from eval.systems.system import Kind, System
from rag.embedding import Embedder
from rag.index import Index
from rag.ingest import Loading, ingest
from rag.llm.llama import EngineSettings
from rag.types import FileReport, FileStatus, Stage

_DOCUMENTS = "documents"
_STATES = "passages"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What to run. `index` None: one of its own in `out`; `primary` "": what the suite names; `baselines_of`
    "": the smallest of `models`.

    `accept` are keys of the fingerprint that may differ when a run goes on.
    """

    suite: Path
    out: Path
    models: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    baselines_of: str = ""
    context: ContextKind = ContextKind.RETRIEVED
    limit: int | None = None
    seed: int = 0
    split: str = ""
    exact: bool = False
    index: Path | None = None
    primary: str = ""
    settings: EngineSettings = field(default_factory=EngineSettings)
    retry_failed: bool = False
    accept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Who is told about it: of documents read, of cases asked, and sentences worth a line."""

    ingesting: Callable[[Stage], None]
    asking: Callable[[Step], None]
    say: Callable[[str], None]


def _embedder() -> Embedder:
    from rag.llm.catalogue import embedder_dir
    from rag.question_embedding import question_embedder

    # Without torch: its memory would count as the first model's, and not after a stop.
    return question_embedder(embedder_dir())


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a run is made of, so that it can be made of smaller parts."""

    embedder: Callable[[], Embedder] = _embedder
    loading: Loading | None = None
    choose: Callable[[RunRequest], tuple[Chosen, ...]] = lambda request: choose(
        request.models,
        request.kinds,
        exact=request.exact,
        settings=request.settings,
        baselines_of=request.baselines_of,
    )
    open_system: Callable[[Chosen, Context, EngineSettings, Path], System] = open_system


def run_suite(request: RunRequest, watcher: Watcher, parts: Parts | None = None) -> StoredRun:
    """Runs a suite, or goes on with it, and scores it. Raises GreenpaperError for what a user can mend."""
    from eval.provenance import fingerprint, machine
    from eval.scoring import score_run

    parts = parts or Parts()
    suite = read_suite(request.suite)
    primary = _checked_primary(request.primary or suite.primary)
    cases = select(suite, split=request.split, limit=request.limit, seed=request.seed)
    chosen = {one.entry.name: one for one in parts.choose(request)}
    embedder = parts.embedder()
    with locked(request.out):
        folder = _index_of(request, suite, embedder, parts, watcher)
        with Index.open(folder, embedder.fingerprint) as index:
            context = Context(request.context, index, embedder)
            cases = _checked(suite, complete(suite, cases, context.corpus), context)
            info = RunInfo(
                suite=suite.name,
                description=suite.description,
                licence=suite.licence,
                primary=primary,
                context=request.context.value,
                seed=request.seed,
                limit=request.limit,
                split=request.split,
                source=str(suite.folder.resolve()),
                index=str(folder.resolve()),
                systems=tuple(one.entry for one in chosen.values()),
                fingerprint=fingerprint(cases, index),
                machine=machine(),
            )
            run = begin(request.out, info, cases, accept=request.accept)
            _say_what_is_ahead(run, watcher.say)
            with _states(request.out) as states:
                run_cases(
                    run,
                    context,
                    lambda name: parts.open_system(chosen[name], context, request.settings, states),
                    retry_failed=request.retry_failed,
                    progress=watcher.asking,
                )
        score_run(request.out)
    return read_run(request.out)


def _checked_primary(name: str) -> str:
    from eval.scoring import QUANTITIES, SHARES

    if name not in (*SHARES, *QUANTITIES):
        raise RunError(f"There is no metric {name!r}. There are: {', '.join((*SHARES, *QUANTITIES))}.")
    return name


def _checked(suite: Suite, cases: tuple[Case, ...], context: Context) -> tuple[Case, ...]:
    if faults := evidence_faults(suite, cases, context.corpus):
        raise refuse(
            f"The suite {suite.folder} does not fit its documents:",
            faults,
            "Mend the suite, or name the index of the documents that it was made for with --index.",
        )
    return cases


def _index_of(request: RunRequest, suite: Suite, embedder: Embedder, parts: Parts, watcher: Watcher) -> Path:
    """The index to ask. A run that has results keeps its own as it is, whatever became of the documents."""
    if request.index is not None:
        return request.index
    own = request.out / INDEX
    if has_results(request.out) and own.is_dir():
        return own
    if suite.documents:
        corpus = _write_documents(request.out / _DOCUMENTS, suite)
    elif suite.corpus is not None:
        corpus = suite.corpus
    else:
        raise RunError(
            f'The suite {suite.folder} names no documents. Write `corpus = "FOLDER"` into its suite.toml, '
            "or name an index with --index."
        )
    reports = ingest([corpus], own, embedder, prune=True, progress=watcher.ingesting, loading=parts.loading)
    for report in reports:
        if report.status is FileStatus.FAILED:
            watcher.say(_failed(report))
    return own


def _write_documents(folder: Path, suite: Suite) -> Path:
    """The documents that a suite brings, as files; one that is there already is left as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in suite.documents.items():
        path = folder / name
        data = text.encode()
        if not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)
    return folder


def _failed(report: FileReport) -> str:
    return f"not ingested: {report.path}: {' '.join(report.findings)}"


def _say_what_is_ahead(run: RunFolder, say: Callable[[str], None]) -> None:
    info, total = run.info, len(run.cases) * len(run.info.systems)
    say(f"{info.suite}: {len(run.cases)} cases, {len(info.systems)} systems, primary metric: {info.primary}")
    if run.results:
        say(f"{len(run.results)} of {total} answers are there already; going on with the rest")
    for (case_id, system), times in run.deaths.items():
        say(f"the program has ended {times} times while {system} answered {case_id}")


@contextmanager
def _states(folder: Path) -> Iterator[Path]:
    """A folder for the states of passages, so that a run takes nothing from the user's own, nor adds to it.

    It is kept when the run is stopped, and goes when it is done.
    """
    states = folder / _STATES
    yield states
    shutil.rmtree(states, ignore_errors=True)

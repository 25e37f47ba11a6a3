"""From what the user names to the systems of a run: each with its own name, opened when its turn comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.plain import PlainChat
from eval.run_info import SystemEntry
from eval.systems.contexts import Context
from eval.systems.http_chat import HttpChat, checked_address, is_address
from eval.systems.pipeline import Pipeline
from eval.systems.plain_prompt import Chat, ClosedBook, NaivePrompt
from eval.systems.system import Kind, System
from eval.systems.trivial import AlwaysAbstain, FirstSentence
from rag.errors import GreenpaperError
from rag.llm.calibration import in_force
from rag.llm.catalogue import resolve_model
from rag.llm.model_files import ModelFile
from rag.llm.settings import EngineSettings
from rag.session import open_generator

WITHOUT_MODEL = (Kind.ALWAYS_ABSTAIN, Kind.FIRST_SENTENCE)
WITH_MODEL = (Kind.NAIVE, Kind.CLOSED_BOOK)
"""Baselines, always in the table: a figure means little without them. The first cost nothing; these read
whole prompts anew for each case, so only one model is run as them unless more are asked for."""
_SHOWN = {
    Kind.PIPELINE: "",
    Kind.EXACT: " (exact)",
    Kind.NAIVE: " (naive prompt)",
    Kind.CLOSED_BOOK: " (closed book)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A system that is going to be run: `model` or `address` says whose words, if anybody's.

    `wanted` is what the user called the model, and what it is opened by.
    """

    entry: SystemEntry
    kind: Kind
    model: ModelFile | None = None
    wanted: str = ""
    address: str = ""


def choose(
    models: Sequence[str],
    kinds: Sequence[Kind],
    *,
    exact: bool,
    settings: EngineSettings,
    baselines_of: str = "",
) -> tuple[Chosen, ...]:
    """Every model with our own way to an answer (`exact`: every prompt prefilled whole) and as what `kinds`
    ask for, then the baselines, the slow ones last.

    A model is a name, a path or an address; none means this machine's default. At an address our own way is
    not possible (it needs the model's probabilities), so the naive prompt is evaluated there.
    `baselines_of` is the one of `models` that is also run as the baselines that take a model; "": the
    smallest. Raises ModelError and ServerError before anything is run.
    """
    ours = Kind.EXACT if exact else Kind.PIPELINE
    files = {model: _file(model) for model in dict.fromkeys(models or (None,))}
    bearer = _bearer(files, baselines_of)
    asked = [kind for kind in kinds if kind not in (*WITHOUT_MODEL, ours)]
    chosen: list[Chosen] = []
    for model, file in files.items():
        others = list(dict.fromkeys((*asked, *(WITH_MODEL if model == bearer else ()))))
        if file is None:
            chosen += _at_address(str(model), others)
        else:
            chosen += [_local(file, model or file.name, kind, settings) for kind in (ours, *others)]
    chosen += [_without_model(kind) for kind in WITHOUT_MODEL]
    chosen.sort(key=lambda one: (one.entry.baseline, one.entry.baseline and one.kind not in WITHOUT_MODEL))
    names = Counter(one.entry.name for one in chosen)
    if twice := [name for name, count in names.items() if count > 1]:
        raise GreenpaperError(
            f"Two models are called {twice[0]!r}: rename one of the files, so that they can be told apart."
        )
    return tuple(chosen)


def _file(model: str | None) -> ModelFile | None:
    """The file of a model; None for an address."""
    return None if model is not None and is_address(model) else resolve_model(model)


def _bearer(files: Mapping[str | None, ModelFile | None], wanted: str) -> str | None:
    """The model that is also run as baselines: the one named, else the smallest file, else the first."""
    if wanted:
        if wanted not in files:
            named = ", ".join(str(model) for model in files if model) or "none, so this machine's default"
            raise GreenpaperError(
                f"The baselines cannot be of {wanted!r}, which is none of the models of this run. Those are: "
                f"{named}."
            )
        return wanted
    sizes = {model: file.path.stat().st_size for model, file in files.items() if file is not None}
    return min(sizes, key=lambda model: sizes[model]) if sizes else next(iter(files))


def open_system(chosen: Chosen, context: Context, settings: EngineSettings, cache: Path) -> System:
    """The system, its model loaded; `cache` is the folder for the states of passages."""
    match chosen.kind:
        case Kind.ALWAYS_ABSTAIN:
            return AlwaysAbstain()
        case Kind.FIRST_SENTENCE:
            return FirstSentence(context)
        case Kind.NAIVE:
            return NaivePrompt(_chat(chosen, settings), context)
        case Kind.CLOSED_BOOK:
            return ClosedBook(_chat(chosen, settings))
    generator = open_generator(chosen.wanted, settings=settings, exact=chosen.kind is Kind.EXACT, cache=cache)
    return Pipeline(generator, context, generator.close)


def _local(file: ModelFile, wanted: str, kind: Kind, settings: EngineSettings) -> Chosen:
    used = asdict(in_force(file, settings))
    fingerprint = {
        "kind": kind.value,
        "model": file.name,
        "model sha256": file.sha256,
        "engine": ", ".join(f"{name} {value}" for name, value in used.items()),
    }
    baseline = kind not in (Kind.PIPELINE, Kind.EXACT)
    entry = SystemEntry(name=f"{file.name}{_SHOWN[kind]}", baseline=baseline, fingerprint=fingerprint)
    return Chosen(entry=entry, kind=kind, model=file, wanted=wanted)


def _at_address(address: str, others: Sequence[Kind]) -> list[Chosen]:
    base, _ = checked_address(address)
    chat = HttpChat(address)
    chat.close()
    host = base.removeprefix("http://").split("/")[0]
    kinds = [Kind.NAIVE, *(kind for kind in others if kind is Kind.CLOSED_BOOK)]
    found = []
    for kind in kinds:
        name = f"{chat.name} @ {host}{'' if kind is Kind.NAIVE else _SHOWN[kind]}"
        fingerprint = {"kind": kind.value, "model": chat.name, "address": base}
        entry = SystemEntry(name=name, baseline=kind is not Kind.NAIVE, fingerprint=fingerprint)
        found.append(Chosen(entry=entry, kind=kind, address=f"{base}#{chat.name}"))
    return found


def _without_model(kind: Kind) -> Chosen:
    entry = SystemEntry(name=kind.value, baseline=True, fingerprint={"kind": kind.value})
    return Chosen(entry=entry, kind=kind)


def _chat(chosen: Chosen, settings: EngineSettings) -> Chat:
    if chosen.address:
        return HttpChat(chosen.address)
    assert chosen.model is not None
    used = in_force(chosen.model, settings)
    return PlainChat(
        chosen.model.path,
        context=min(settings.context, chosen.model.context_length or settings.context),
        threads=used.threads,
        gpu_layers=used.gpu_layers,
        name=chosen.entry.fingerprint["model"],
    )

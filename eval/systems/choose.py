"""From what the user names to the systems of a run: each with its own name, opened when its turn comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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
"""Always in the table: they cost nothing, and a figure means little without them."""
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
    models: Sequence[str], kinds: Sequence[Kind], *, exact: bool, settings: EngineSettings
) -> tuple[Chosen, ...]:
    """Every model with our own way to an answer (`exact`: every prompt prefilled whole), then what is asked
    for by `kinds`, then the baselines without a model.

    A model is a name, a path or an address; none means this machine's default. At an address our own way is
    not possible (it needs the model's probabilities), so the naive prompt is evaluated there. Raises
    ModelError and ServerError before anything is run.
    """
    ours = Kind.EXACT if exact else Kind.PIPELINE
    chosen: list[Chosen] = []
    others = [kind for kind in dict.fromkeys(kinds) if kind not in (*WITHOUT_MODEL, ours)]
    for model in dict.fromkeys(models or (None,)):
        if model is not None and is_address(model):
            chosen += _at_address(model, others)
        else:
            file = resolve_model(model)
            chosen += [_local(file, model or file.name, kind, settings) for kind in (ours, *others)]
    chosen.sort(key=lambda one: one.entry.baseline)
    chosen += [_without_model(kind) for kind in WITHOUT_MODEL]
    names = Counter(one.entry.name for one in chosen)
    if twice := [name for name, count in names.items() if count > 1]:
        raise GreenpaperError(
            f"Two models are called {twice[0]!r}: rename one of the files, so that they can be told apart."
        )
    return tuple(chosen)


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

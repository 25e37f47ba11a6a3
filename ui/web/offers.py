"""The models to choose from: those that are on this machine and write answers."""

from __future__ import annotations

from rag.llm.calibration import find_calibration
from rag.llm.entries import ModelKind
from rag.llm.model_files import ModelFile
from rag.llm.shelf import ShelfLine, shelf
from ui.web.state import Offer

_USABLE = ("unverified", "verified")


def present_models() -> tuple[Offer, ...]:
    """Every generator of the store, with what is known of it and how fast it was measured here."""
    return tuple(
        _offer(line) for line in shelf() if line.kind is ModelKind.GENERATOR and line.state in _USABLE
    )


def _offer(line: ShelfLine) -> Offer:
    reads, writes = _speed(line)
    return Offer(
        name=line.name,
        bytes=line.bytes,
        memory=line.memory,
        licence=line.licence,
        reads=reads,
        writes=writes,
    )


def _speed(line: ShelfLine) -> tuple[float | None, float | None]:
    """Tokens a second while reading and writing, as `greenpaper doctor --calibrate` measured them here."""
    if line.sha256 is None:
        return None, None
    file = ModelFile(
        name=line.name,
        path=line.path,
        bytes=line.bytes,
        sha256=line.sha256,
        licence=line.licence,
        context_length=line.context_length,
    )
    found, _ = find_calibration(file)
    chosen = next((trial for trial in found.trials if trial.chosen), None) if found else None
    return (chosen.prefill, chosen.decode) if chosen else (None, None)

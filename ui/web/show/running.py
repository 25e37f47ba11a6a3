"""What runs: models to choose from, what is asked, what was read ahead, and the offline proof."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import DocumentInfo
from rag.warming import Warmth
from ui.web.escape import plain
from ui.web.offline_trial import Trial
from ui.web.show.phrases import read_ahead
from ui.web.state import Offer
from ui.web.texts import Words

_GB, _MB = 1e9, 1e6


def size(words: Words, count: int) -> str:
    """A number of bytes for the reader: `1.1 GB`, `320 MB`."""
    if count >= _GB:
        return words("running.gb", number=words.number(count / _GB, 1))
    return words("running.mb", number=words.number(count / _MB))


def described(words: Words, offer: Offer) -> str:
    """A model in a line: size, memory, speed measured here, licence."""
    parts = [words("running.on_disk", size=size(words, offer.bytes))]
    if offer.memory is not None:
        parts.append(words("running.in_memory", size=size(words, offer.memory)))
    if offer.reads and offer.writes:
        reads, writes = words.number(offer.reads), words.number(offer.writes)
        parts.append(words("running.speed", reads=reads, writes=writes))
    else:
        parts.append(words("running.unmeasured"))
    parts.append(offer.licence or words("running.unlicensed"))
    return f"{offer.name}: {', '.join(parts)}"


def state(sentence: str, problem: str = "") -> str:
    """Which model answers now, and why another does not; a live region."""
    error = f'<p class="gp-error">{plain(problem)}</p>' if problem else ""
    return f'<div role="status">{error}<p>{plain(sentence)}</p></div>'


def library(words: Words, infos: Sequence[DocumentInfo], warmth: Warmth) -> str:
    """What is asked, and how much of it the model has read ahead."""
    documents = words.count("document", len(infos))
    passages = words.count("passage", sum(info.passages for info in infos))
    ahead = read_ahead(words, warmth) or words("running.nothing_ahead")
    kept = words("running.kept", size=size(words, warmth.bytes)) if warmth.bytes else ""
    reason = f'<p class="gp-quiet">{plain(warmth.reason)}</p>' if warmth.reason else ""
    return (
        f"<h3>{words('running.library_title')}</h3>"
        f"<p>{words('running.library', documents=documents, passages=passages)}</p>"
        f"<h3>{words('running.ahead_title')}</h3><p>{words('running.ahead')}</p>"
        f"<p>{ahead}{kept}.</p>{reason}"
    )


def offline_proof(words: Words, offline: bool) -> str:
    """What is blocked, and how anybody can try it."""
    points = "".join(
        f"<li>{words(f'offline.{point}')}</li>" for point in ("process", "page", "door", "models")
    )
    tests = "".join(f"<li>{words(f'offline.{test}')}</li>" for test in ("unplug", "watch", "suite"))
    said = words("app.offline_why" if offline else "app.not_offline_why")
    return (
        f'<h3 id="gp-offline-proof">{words("offline.title")}</h3><p>{said}</p><ul>{points}</ul>'
        f"<p>{words('offline.tests')}</p><ul>{tests}</ul>"
    )


def tried(words: Words, trials: Sequence[Trial]) -> str:
    """What came of trying."""
    rows = "".join(
        f"<li>{plain(words('offline.refused' if trial.refused else 'offline.open', what=trial.what))}</li>"
        for trial in trials
    )
    return f'<ul role="status" class="gp-tried">{rows}</ul>'

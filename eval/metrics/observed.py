"""What a system was seen to do with one case: a line of `results.jsonl`, read once and made plain."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import PurePosixPath
from typing import Any

from eval.text_match import without_markers

_MARKERS = re.compile(r"\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\](?!\()")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A range of a document's text; `document` is the last part of its name."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCitation:
    """A citation as shown to the reader."""

    marker: int
    place: Place
    page: int | None
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeClaim:
    """A claim without its markers, and the markers, each once."""

    text: str
    markers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One result. `status` is None, and all that an answer has is empty, where the case failed.

    `text` has no markers. `retrieved` is None for a system that does not retrieve; `context` are the passages
    of the prompt. `confidence` is the answer's own, None where it states none (or 0, which an answer has by
    default). What was not measured is None.
    """

    failed: bool
    status: str | None
    question: str
    text: str
    claims: tuple[MadeClaim, ...]
    loose_markers: tuple[int, ...]
    citations: tuple[ShownCitation, ...]
    context: tuple[Place, ...]
    retrieved: tuple[Place, ...] | None
    confidence: float | None
    ttft_s: float | None
    tokens_per_s: float | None
    seconds: float | None
    peak_memory_bytes: float | None
    joules: float | None

    @property
    def answered(self) -> bool:
        """Whether the reader got an answer, whole or in part; one without a word is none."""
        return self.status in ("answered", "partial") and any(map(str.isalnum, self.text))


def last_part(name: str) -> str:
    """The last part of a document's name, by which names are compared."""
    return PurePosixPath(name.replace("\\", "/")).name


def observe(result: Mapping[str, Any]) -> Observed:
    """Read one result (the shape is `rag.answering.as_json`'s, within a line of `results.jsonl`)."""
    answer: Mapping[str, Any] = result.get("answer") or {}
    failed = not answer or result.get("error") is not None
    claims = _claims(answer)
    timings, usage = answer.get("timings") or {}, answer.get("usage") or {}
    decode_s, written = quantity(timings.get("decode_s")), quantity(usage.get("output_tokens"))
    retrieved = result.get("retrieved")
    return Observed(
        failed=failed,
        status=None if failed else str(answer["status"]),
        question=str(answer.get("question", "")),
        text=without_markers(answer.get("text") or "").strip(),
        claims=claims,
        loose_markers=_loose(answer.get("text") or "", claims),
        citations=tuple(_citation(citation) for citation in answer.get("citations") or ()),
        context=_places(answer.get("passages") or ()),
        retrieved=None if retrieved is None else _places(sorted(retrieved, key=lambda hit: hit["rank"])),
        confidence=_share(answer.get("confidence")) or None,
        ttft_s=quantity(timings.get("ttft_s")) or None,
        tokens_per_s=written / decode_s if written and decode_s else None,
        seconds=quantity(result.get("seconds")),
        peak_memory_bytes=quantity(result.get("peak_memory_bytes")),
        joules=quantity(result.get("joules")),
    )


def quantity(value: object) -> float | None:
    """A finite number from 0 on; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isfinite(value) and value >= 0 else None


def _share(value: object) -> float | None:
    number = quantity(value)
    return number if number is not None and number <= 1 else None


def _claims(answer: Mapping[str, Any]) -> tuple[MadeClaim, ...]:
    """The claims; the whole text as one where a system that answers does not part it into claims."""
    made = [
        _made(str(claim["text"]), [int(marker) for marker in claim.get("citations") or ()])
        for claim in answer.get("claims") or ()
    ]
    text = str(answer.get("text") or "")
    if not made and answer.get("status") in ("answered", "partial") and text.strip():
        made = [_made(text, [])]
    return tuple(made)


def _made(text: str, markers: Sequence[int]) -> MadeClaim:
    own = [*markers, *markers_in(text)]
    return MadeClaim(text=without_markers(text).strip(), markers=tuple(dict.fromkeys(own)))


def markers_in(text: str) -> tuple[int, ...]:
    """The numbers of the citation markers in a text, in order: "[1] [2, 3]" gives 1, 2, 3."""
    return tuple(int(number) for found in _MARKERS.finditer(text) for number in re.findall(r"\d+", found[1]))


def _loose(text: str, claims: Sequence[MadeClaim]) -> tuple[int, ...]:
    """Markers of the text that belong to no claim, each once."""
    owned = {marker for claim in claims for marker in claim.markers}
    return tuple(dict.fromkeys(marker for marker in markers_in(text) if marker not in owned))


def _citation(citation: Mapping[str, Any]) -> ShownCitation:
    return ShownCitation(
        marker=int(citation["marker"]),
        place=_place(citation),
        page=citation.get("page"),
        quote=citation.get("quote") or "",
    )


def _places(found: Sequence[Mapping[str, Any]]) -> tuple[Place, ...]:
    return tuple(_place(item) for item in found)


def _place(item: Mapping[str, Any]) -> Place:
    return Place(document=last_part(str(item["document"])), start=int(item["start"]), end=int(item["end"]))

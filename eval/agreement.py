"""How far a judge agrees with people, beside plain word overlap: without this, its figures say nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from eval.judge import Judge, judge_claim
from eval.statistics import Interval, auroc, auroc_difference
from rag.checks import overlap
from rag.errors import GreenpaperError

_LABELS = {"yes": True, "mostly": False, "no": False}
"""What is mostly supported is not: a judge is asked about all of a claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A text that people rated: is it supported by `quotes`?"""

    claim: str
    quotes: tuple[str, ...]
    supported: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedSet:
    """A file of rated texts; `left_out` were not rated so ("generic": says nothing)."""

    name: str
    rated: tuple[Rated, ...]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A judge against people on one file, and word overlap on the same texts.

    The areas are AUROC; `difference` is the judge's less overlap's. `says_yes` is the share of texts to which
    the judge gives more than one half. `unscored` texts it could not be asked about.
    """

    judge: str
    file: str
    scored: int
    supported: int
    unscored: int
    left_out: int
    judge_area: Interval | None
    overlap_area: Interval | None
    difference: Interval | None
    says_yes: float | None
    remarks: tuple[str, ...]


def read_rated(path: Path) -> RatedSet:
    """Read a JSONL file of rated texts: `context` (list of texts), `sentence` or `response`, `supported`.

    Raises GreenpaperError, with the line, for a file that is not so.
    """
    rated, left_out = [], 0
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GreenpaperError(f"{path} cannot be read ({error}). Give a JSONL file of rated texts.") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            label = _LABELS.get(row["supported"])
            claim, quotes = _claim(row), _texts(row["context"])
        except (ValueError, KeyError, TypeError) as error:
            raise GreenpaperError(
                f'{path}, line {number}: no rated text ({error!r}). It needs "context" (a list of texts), '
                '"sentence" or "response", and "supported".'
            ) from None
        if label is None:
            left_out += 1
        else:
            rated.append(Rated(claim=claim, quotes=quotes, supported=label))
    return RatedSet(name=path.name, rated=tuple(rated), left_out=left_out)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise TypeError("context is no list of texts")
    return tuple(value)


def _claim(row: dict[str, Any]) -> str:
    return str(row["sentence"] if "sentence" in row else row["response"])


def sample(rated: RatedSet, limit: int | None, seed: int) -> RatedSet:
    """At most `limit` of the texts, drawn by `seed`, in their order."""
    if limit is None or limit >= len(rated.rated):
        return rated
    chosen = sorted(random.Random(seed).sample(range(len(rated.rated)), limit))  # noqa: S311
    return RatedSet(name=rated.name, rated=tuple(rated.rated[at] for at in chosen), left_out=rated.left_out)


def agreement(
    judge: Judge,
    rated: RatedSet,
    seed: int = 0,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Agreement:
    """Ask `judge` about every text and compare it with people; texts on one context are a cluster."""
    chances = []
    for done, item in enumerate(rated.rated, start=1):
        chances.append(judge_claim(judge, item.claim, item.quotes))
        progress(done, len(rated.rated))
    pairs = [(item, chance) for item, chance in zip(rated.rated, chances, strict=True) if chance is not None]
    scores = [chance for _, chance in pairs]
    plain = [overlap(item.claim, item.quotes) for item, _ in pairs]
    labels = [item.supported for item, _ in pairs]
    clusters = ["\n".join(item.quotes) for item, _ in pairs]
    found = Agreement(
        judge=judge.name,
        file=rated.name,
        scored=len(pairs),
        supported=sum(labels),
        unscored=len(chances) - len(pairs),
        left_out=rated.left_out,
        judge_area=auroc(scores, labels, clusters, seed),
        overlap_area=auroc(plain, labels, clusters, seed),
        difference=auroc_difference(scores, plain, labels, clusters, seed),
        says_yes=fmean(chance > 0.5 for chance in scores) if scores else None,
        remarks=(),
    )
    return replace(found, remarks=tuple(_remarks(found)))


def _remarks(found: Agreement) -> Sequence[str]:
    """What a reader of the judge's figures has to know, in sentences."""
    if found.judge_area is None or found.difference is None:
        return ["Nothing can be said: it takes scored texts that people found supported and others."]
    remarks = []
    if found.says_yes in (0, 1):
        remarks.append(f"It says {'yes' if found.says_yes else 'no'} to every text.")
    if found.judge_area.low <= 0.5:
        remarks.append("It cannot be told from tossing a coin: do not use its figures.")
    if found.difference.high < 0:
        remarks.append("It is worse than counting shared words: use word overlap instead.")
    elif found.difference.low <= 0:
        remarks.append("It is not shown to be better than counting shared words.")
    if found.unscored:
        share = f"{found.unscored} of {found.unscored + found.scored} texts"
        verbs = "is unscored: it" if found.unscored == 1 else "are unscored: they"
        remarks.append(f"{share} {verbs} could not be judged.")
    return remarks

"""Checks of a claim against its own quotes: pure rules, no model, two to three milliseconds each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.checks.dates import check_dates
from rag.checks.direction import check_direction
from rag.checks.finding import Finding, Kind
from rag.checks.modality import check_modality
from rag.checks.names import check_names
from rag.checks.numbers import check_numbers
from rag.checks.overlap import overlap
from rag.checks.owners import check_owners
from rag.checks.polarity import check_polarity
from rag.sentences import sentence_spans

__all__ = ["Finding", "Kind", "check_claim", "overlap"]

_LAYOUT = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•])\s+|\*\*|\[\d{1,3}\](?!\()")
"""A list marker in front, bold marks and citation markers: no part of what is claimed."""


def check_claim(claim: str, quotes: Sequence[str], *, context: str = "") -> tuple[Finding, ...]:
    """What the claim says that its quotes do not; empty where nothing was found.

    `context` is what the reader sees beside the claim (title, heading, question): numbers, dates, names and
    holders of views may come from there, statements may not.
    """
    claim = _LAYOUT.sub("", claim)
    joined = "\n".join(quotes)
    sentences = [quote[start:end] for quote in quotes for start, end in sentence_spans(quote, ())]
    return (
        *check_numbers(claim, joined, context),
        *check_dates(claim, joined, context),
        *check_names(claim, joined, context),
        *check_polarity(claim, sentences),
        *check_modality(claim, sentences),
        *check_direction(claim, sentences),
        *check_owners(claim, sentences, context),
    )

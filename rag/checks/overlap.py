"""The plain baseline: how many of a claim's words its quotes contain."""

from __future__ import annotations

from collections.abc import Sequence

from rag.checks.words import content_stems, shared


def overlap(claim: str, quotes: Sequence[str]) -> float:
    """The share of the claim's content words, lightly stemmed, found in the quotes; 0.0 for no such word."""
    return shared(content_stems(claim), content_stems("\n".join(quotes)))

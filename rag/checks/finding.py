"""What a check found wrong with a claim."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """In which respect a claim says something that its quotes do not."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"
    MODALITY = "modality"
    COMPARATIVE = "comparative"
    OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One disagreement: `message` is a sentence for the reader, `text` the offending words of the claim.

    `owner` is who holds the view that the claim states as a fact; "" for every other finding.
    """

    kind: Kind
    message: str
    text: str
    owner: str = ""

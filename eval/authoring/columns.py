"""Which column is which: guessed from its header in English, French and German."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_NAMES = {
    "question": "question questions query prompt q frage fragen anfrage requete interrogation",
    "answer": (
        "answer answers expected gold reference target truth solution antwort antworten erwartet erwartete "
        "loesung musterantwort sollantwort reponse reponses attendu attendue"
    ),
    "document": (
        "document documents doc file filename source dokument dokumente datei dateiname quelle "
        "fichier fichiers"
    ),
}
_PHRASES = {
    "answer": ("expected answer", "gold answer", "reponse attendue", "erwartete antwort", "correct answer"),
    "document": ("file name", "nom du fichier", "source document", "document source", "nom de fichier"),
}
_WORDS = {field: frozenset(names.split()) for field, names in _NAMES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The column, from 0, of each field; None where the table has none."""

    question: int | None
    answer: int | None
    document: int | None


FIELDS = ("question", "answer", "document")


def guess_columns(headers: Sequence[str]) -> tuple[Columns, tuple[str, ...]]:
    """The columns whose headers name them, and the fields for which two headers do so equally well.

    A header that is a known name counts for more than one that only has it as a word, and a column is taken
    once, so "Expected answer to the question" is an answer where another column is called "Question".
    """
    scores = [{field: _score(header, field) for field in FIELDS} for header in headers]
    taken: dict[str, int] = {}
    unclear = []
    # A header that means one thing only is given away before one that could mean two.
    for strength in (3, 2, 1):
        for field in FIELDS:
            if field in taken or field in unclear:
                continue
            fitting = [
                at
                for at, score in enumerate(scores)
                if score[field] == strength and at not in taken.values() and max(score.values()) == strength
            ]
            if len(fitting) == 1:
                taken[field] = fitting[0]
            elif fitting:
                unclear.append(field)
    return Columns(**{field: taken.get(field) for field in FIELDS}), tuple(unclear)


def _score(header: str, field: str) -> int:
    """3: it is the field's name; 2: it holds a known phrase; 1: it has the name as one of its words."""
    folded = folded_header(header)
    if folded in _WORDS[field] or folded in _PHRASES.get(field, ()):
        return 3
    if any(phrase in folded for phrase in _PHRASES.get(field, ())):
        return 2
    return int(bool(_WORDS[field] & set(folded.split())))


def folded_header(header: str) -> str:
    """Lower case, words only, without accents; "ö" as "oe", as Germans write it without the letter."""
    lower = unicodedata.normalize("NFC", header).casefold()
    for letter, pair in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        lower = lower.replace(letter, pair)
    plain = unicodedata.normalize("NFKD", lower)
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c))))

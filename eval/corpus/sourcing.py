"""Whether a document says where its facts come from."""

from __future__ import annotations

import re

from eval.corpus.model import Runs, Source, plain, stretches

_FINDABLE = re.compile(
    r"""\d                                         # a date, a number, an article, a page
    |["“„«].+["”“»]                                # a title in quotation marks
    |\b[a-z-]+\.(gov|org|eu|int|uk|com)\b         # a site
    |\b(documentation|(under|by)\ the\ numbers)\b # a work without a date; entries that have their own numbers
    """,
    re.VERBOSE,
)
_FEWEST = 5
_WORDS_FOR_A_NOTE = 250
"""Most words for a mark. The register of acts, whose entries are numbers, has 219; no other has over 100."""


def faults(source: Source) -> tuple[str, ...]:
    """What is missing from the sources of `source`, a sentence for each.

    A document about the world needs notes: five at least, and a mark for every 250 words. Each note must name
    something that can be found: a title, a number (a date, an article, a page), a site or the documentation
    of a work. Fictional documents invent their facts and may have no notes; those that they have are checked.
    """
    found = [
        f"{source.file}: note {number} names no title, number or address: {plain(note)!r}"
        for number, note in enumerate(source.notes, start=1)
        if not _findable(note)
    ]
    if not source.fictional:
        found += _sparse(source)
    return tuple(found)


def _findable(note: Runs) -> bool:
    text = plain(note)
    return any(run.href or run.italic for run in note) or bool(_FINDABLE.search(text))


def _sparse(source: Source) -> list[str]:
    if len(source.notes) < _FEWEST:
        return [f"{source.file}: {len(source.notes)} notes are too few to be a list of sources"]
    body = list(stretches(source))[: -len(source.notes)]
    words = sum(len(plain(runs).split()) for runs in body)
    marks = sum(run.note is not None for runs in body for run in runs)
    if words > marks * _WORDS_FOR_A_NOTE:
        return [f"{source.file}: {marks} marks of notes in {words} words are too few"]
    return []

"""Checks the sources without a network: spelling, lists of sources, the form of addresses.

    python -m eval.corpus.check

A test runs the same; the command is for whoever is writing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from eval.corpus import links, sourcing, spelling
from eval.corpus.build import SOURCES, sources
from eval.corpus.model import Source


def faults(documents: Sequence[Source]) -> tuple[str, ...]:
    """Everything that is wrong with `documents` as a library, a sentence for each."""
    found = [fault for source in documents for fault in sourcing.faults(source)]
    found += links.faults(link for source in documents for link in links.links(source))
    right = spelling.accepted()
    for language in sorted({source.language for source in documents}):
        texts = {s.file: tuple(spelling.texts(s)) for s in documents if s.language == language}
        words = {name: tuple(spelling.words(text)) for name, text in texts.items()}
        slips = spelling.slips(words, right=right.get(language, frozenset()))
        found += map(str, slips)
        if language == "en":
            pairs = ((name, pair) for name, text in texts.items() for pair in spelling.doubled(text))
            found += [f"{name}: {pair!r} is one word too many" for name, pair in pairs]
    return tuple(found)


def main() -> int:
    """Says what is wrong with the sources; 1 if anything is."""
    found = faults([source for _, source in sources(SOURCES)])
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

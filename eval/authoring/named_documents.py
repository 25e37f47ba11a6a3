"""Which documents a person means by what stands in a cell: a file name, a title, a part of either."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import PurePosixPath

from rag.types import DocumentInfo

_LEAST = 4
"""Letters from which a part of a name counts."""


class NamedDocuments:
    """The documents of an index, by the names that people give them."""

    def __init__(self, documents: Sequence[DocumentInfo]) -> None:
        self.documents = tuple(documents)

    def find(self, said: str) -> DocumentInfo | None:
        """The one document that is meant; None where none is, or several could be.

        The surer ways come first: the file's name, the name without its suffix, the title, a part of these.
        """
        wanted = _folded(PurePosixPath(said.replace("\\", "/")).name)
        ways: tuple[Callable[[DocumentInfo], bool], ...] = (
            lambda one: _folded(_name(one)) == wanted,
            lambda one: _folded(PurePosixPath(_name(one)).stem) == wanted,
            lambda one: _folded(one.title) in (wanted, _folded(said)),
            lambda one: (
                len(wanted) >= _LEAST and (wanted in _folded(_name(one)) or wanted in _folded(one.title))
            ),
        )
        for way in ways:
            fitting = [one for one in self.documents if way(one)]
            if fitting:
                return fitting[0] if len(fitting) == 1 else None
        return None

    def like(self, said: str) -> tuple[str, ...]:
        """Up to three names that may have been meant."""
        names = {_folded(text): _name(one) for one in self.documents for text in (_name(one), one.title)}
        near = get_close_matches(_folded(said), names, n=3, cutoff=0.5)
        return tuple(dict.fromkeys(names[text] for text in near))


def _name(document: DocumentInfo) -> str:
    return PurePosixPath(document.name).name


def _folded(text: str) -> str:
    """Lower case, with everything but letters and digits as single spaces."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())

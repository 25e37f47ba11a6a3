"""Finds slips of the pen in the sources without a dictionary.

A misspelt word is nearly always rare and nearly always one letter away from a common one. So a word that the
library hardly uses is suspected when it differs by one letter (added, lost, changed or swapped) from a word
that it uses often. Real words are suspected too; those that a person has looked at stand in `words.toml`,
which stays short, since it needs only the rare neighbours of common words and not every word there is.

What this cannot find: a wrong word that is spelt right, a slip in a word that nothing else in the library
resembles, and a slip that is made over and over.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.corpus.model import Source, plain, stretches

WORDS = Path(__file__).resolve().parent / "words.toml"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ADDRESS = re.compile(r"https?://\S+")
_TWICE = re.compile(r"\b([a-z]+) \1\b", re.IGNORECASE)
_ENDINGS = frozenset("sdnrylem")
_SHORTEST = 5
_OFTEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A suspected word, the document it stands in, and the common word that it resembles."""

    word: str
    document: str
    near: str

    def __str__(self) -> str:
        return f"{self.document}: {self.word!r} may be a slip for {self.near!r}"


def accepted(path: Path = WORDS) -> dict[str, frozenset[str]]:
    """The rare words that a person has found right, by language."""
    return {language: frozenset(words) for language, words in tomllib.loads(path.read_text("utf-8")).items()}


def words(texts: Iterable[str]) -> Iterator[str]:
    """The words of `texts` in small letters, without `'s`; addresses and names like `xAI` are left out."""
    for text in texts:
        for found in _WORD.findall(_ADDRESS.sub(" ", text)):
            word = found.replace("’", "'").removesuffix("'s")
            if word[1:] == word[1:].lower():
                yield word.lower()


def texts(source: Source) -> Iterator[str]:
    """All text of a source, without marks."""
    return (plain(runs) for runs in stretches(source))


def slips(documents: Mapping[str, Iterable[str]], *, right: Collection[str]) -> tuple[Slip, ...]:
    """The suspected words of `documents`, which maps names to the words of a text. `right` are above it."""
    count: Counter[str] = Counter()
    where: dict[str, set[str]] = defaultdict(set)
    for name, found in documents.items():
        for word in found:
            count[word] += 1
            where[word].add(name)
    common = {word for word in count if count[word] >= _OFTEN or len(where[word]) > 1}
    shorter: dict[str, set[str]] = defaultdict(set)
    for word in common:
        for form in _without_a_letter(word):
            shorter[form].add(word)
    rare = (word for word in sorted(count) if word not in common and word not in right)
    return tuple(
        Slip(word=word, document=min(where[word]), near=near)
        for word in rare
        if len(word) >= _SHORTEST and (near := _near(word, shorter))
    )


def doubled(texts: Iterable[str]) -> tuple[str, ...]:
    """Words written twice in a row. English knows few right ones, and the library none."""
    return tuple(match[0] for text in texts for match in _TWICE.finditer(text))


def _near(word: str, shorter: Mapping[str, Collection[str]]) -> str | None:
    """A common word one letter away that `word` is no other form of.

    `shorter` gives the common words for each of their forms without a letter: two words that are one letter
    apart share such a form, so that nothing else need be compared.
    """
    shared = {other for form in _without_a_letter(word) for other in shorter.get(form, ())}
    return min(
        (other for other in shared if _one_letter_apart(word, other) and not _forms(word, other)),
        default=None,
    )


def _without_a_letter(word: str) -> set[str]:
    """The word, and all that is left of it when one letter is lost."""
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether a letter added, lost or changed, or two neighbours swapped, make one word of the other."""
    start = _shared(one, other)
    one, other = one[start:], other[start:]
    end = _shared(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    return max(len(one), len(other)) == 1 or (len(one) == len(other) == 2 and one == other[::-1])


def _shared(one: str, other: str) -> int:
    """With how many letters both words begin."""
    apart = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(apart, min(len(one), len(other)))


def _forms(one: str, other: str) -> bool:
    """Whether two words differ in nothing but a last letter that makes forms: "rule", "rules", "ruled"."""
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return short[:-1] == long[:-1] and {short[-1], long[-1]} <= _ENDINGS
    return long[:-1] == short and long[-1] in _ENDINGS

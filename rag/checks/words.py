"""Words, light stems and clauses: what the checks compare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?")
_BREAK = re.compile(
    r"[;:()—!?]|,(?!\d)|\s[–-]\s|\b(?:but|although|though|while|whereas|because|unless|except|which|who|that|if|"
    r"when|where|however|once)\b",
    re.IGNORECASE,
)


def listed(text: str) -> tuple[str, ...]:
    """The words of a table written as running text."""
    return tuple(text.split())


STOP = frozenset(
    listed("""
    a an the this that these those it its they them their he she his her him we our us you your i my me
    one ones of in on at by for from to with into onto under over as about between among through during
    within per via and or nor but so than then also both either each every any some such same own other
    others there here is are was were be been being am do does did done have has had having will would
    shall should may might must can could ought not no never neither none cannot without only just even
    still yet too very more most less least much many few if when while where which who whom whose what
    how why because since until before after get gets got getting give gives make makes made let lets
    use uses come comes go goes put puts up down out off above below again further once say says said
""")
)
_IRREGULAR = dict(
    pair.split(":")
    for pair in listed("""
    bought:buy sold:sell made:make given:give gave:give held:hold kept:keep led:lead ran:run built:build
    wrote:write written:write found:find brought:bring chose:choose chosen:choose drawn:draw drew:draw
    fell:fall fallen:fall rose:rise risen:rise grew:grow grown:grow spent:spend paid:pay meant:mean
    met:meet began:begin begun:begin took:take taken:take knew:know known:know saw:see seen:see
    taught:teach thought:think told:tell went:go gone:go put:put set:set cost:cost lost:lose won:win
    licence:license licences:license licenced:license analyses:analysis data:data media:media used:usage
    using:usage use:usage uses:usage user:user companies:company firms:firm bodies:body
""")
)
_ENDINGS = listed("""
    isations izations isation ization ational ations ation ated ating ates ate ments ment ities ity
    ness ances ance ences ence ively ive ables able ibly ible ally ators ator ors or ers er ings ing
    ions ion ies ied ed es ly ory al
""")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A light stem: endings off, nine letters at most; "regulation", "regulated", "regulatory" meet."""
    lower = re.sub(r"['’]s?$", "", word.lower()).replace(".", "")
    lower = _IRREGULAR.get(lower, lower)
    if not lower.isalpha() or len(lower) < 4:
        return lower
    if lower.endswith("s") and not lower.endswith(("ss", "us", "is")):
        lower = lower[:-3] + "y" if lower.endswith("ies") and len(lower) > 4 else lower[:-1]
    for ending in _ENDINGS:
        if lower.endswith(ending) and len(lower) - len(ending) >= (3 if ending in ("ed", "ing") else 4):
            lower = lower[: -len(ending)]
            break
    if len(lower) >= 4 and lower[-1] == lower[-2] and lower[-1] not in "aeiousl":
        lower = lower[:-1]
    return lower.rstrip("eyi")[:9] if len(lower) > 4 else lower


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text with its offsets."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower().replace("’", "'")

    @property
    def stem(self) -> str:
        return stem(self.text)

    @property
    def content(self) -> bool:
        return self.lower not in STOP and (len(self.text) > 1 or self.text.isdigit())


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(match[0], match.start(), match.end()) for match in _WORD.finditer(text))


def stems(tokens: Iterable[Word]) -> frozenset[str]:
    """The stems of the content words."""
    return frozenset(token.stem for token in tokens if token.content)


@lru_cache(maxsize=4096)
def content_stems(text: str) -> frozenset[str]:
    return stems(words(text))


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[str, ...]:
    """The text cut at brackets, colons, commas and subordinating words, which begin the next piece."""
    edges = [0, *(match.start() for match in _BREAK.finditer(text)), len(text)]
    pieces = [text[start:end].strip(" ,;:()—–-") for start, end in pairwise(edges)]
    return tuple(piece for piece in pieces if content_stems(piece))


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of `one` found in `other`; 0.0 where `one` is empty."""
    return len(one & other) / len(one) if one else 0.0


def nearest(claim: str, sentences: Sequence[str]) -> tuple[str, ...]:
    """The sentences that the claim can be about: up to three, nearly as close to it as the closest."""
    wanted = content_stems(claim)
    ranked = sorted(
        ((shared(wanted, content_stems(text)), text) for text in sentences), key=lambda pair: -pair[0]
    )
    return tuple(text for share, text in ranked[:3] if share >= max(0.34, ranked[0][0] - 0.2))

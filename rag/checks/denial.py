"""What a clause affirms and what it denies, and which words are each other's opposites.

A word in the scope of a negator counts as denied, a word in front of the negator as neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.checks.words import Word, clauses, listed, stem, words

_HARD = frozenset(
    listed("""
    not no never neither none nobody nothing nowhere cannot nor lack lacks lacked lacking
""")
)
_PREPOSITIONS = ("with", "without", "within")
_NOUN_ENDINGS = ("tion", "ment", "ments", "ons", "ity", "ities")
_SOFT = frozenset(
    listed("""
    exempt exempts exempted exemption exclude excludes excluded excluding outside beyond except unless
    only free refuse refuses refused reject rejects rejected avoid avoids avoided absent absence rather
    instead fall falls escape escapes optional voluntary unlawful illegal forbid forbids forbidden
    forbade prohibit prohibits prohibited prohibition ban bans banned bar bars barred ruled rules out
    deny denies denied prevent prevents prevented preventing stop stops stopped oppose opposes opposed
    turned incomplete missing fail fails failed failing before until unable impossible untested unknown
    few little hardly rarely seldom scarcely barely waive waives waived spare spares spared relieved
    released keeps away alone insufficient inadequate unclear unsolved unfunded unpaid unused
    unavailable unaware drop dropped drops omit omits omitted refrain off withheld withhold withholds
    secret already declined decline declines merely simply different differently differ differs unlike
""")
)
_NEUTRAL = re.compile(
    r"\b(?:no|not) (?:later|earlier|sooner|more|less|fewer|greater|higher|lower) than\b|\bwhether or not\b|"
    r"\bnot (?:to )?exceed(?:ing)?\b|\bno doubt\b|\bnot (?:only|just|merely|simply|least)\b|"
    r"\bno longer than\b|\bno matter\b|\bnot-for-profit\b|"
    r"\bno\b(?=[^.,;]{0,40}\b(?:more|less|better|worse|larger|bigger|higher|lower|longer|"
    r"shorter)\b)(?! longer)|"
    r"\bnon-?profit\b|\bNos?\.(?= ?\d)",
    re.IGNORECASE,
)
_WITH_NO = re.compile(r"\bwith (?:no|not an?y?)\b", re.I)
_ENDS_SCOPE = frozenset(["before", "after", "until", "than", "anything", "other"])
_DENYING = re.compile(r"(?:un(?!der|til|ion|ited?|less|ivers|ique|iform)|non)[a-z]{5,}|[a-z]{4,}less")
_TURNING = frozenset(
    stem(word)
    for word in listed("""
    exempt excluded unlawful illegal prevent prohibit ban forbid refuse exclude deny omit reject
""")
)
_AS_NOT = re.compile(
    r"\b(?:fail(?:s|ed|ing)? to|refus(?:es|ed|e|ing) to|unable to|(?:not|never|"
    r"n['’]t) (?:be(?:en)? )?able to)\b",
    re.I,
)

_OPPOSITES = """
allow permit authorise authorize let lawful legal | prohibit ban bar forbid forbidden illegal unlawful
include cover contain comprise encompass within | exclude omit exempt
accept adopt approve pass ratify clear | block reject refuse veto deny denied dismiss
support back endorse favour favor welcome | oppose resist
mandatory compulsory obligatory binding | optional voluntary
disclose reveal | conceal withhold withheld secret
succeed success successful | unsuccessful
agree agreed | disagree
encourage | discourage
enable | prevent hinder
possible able | impossible unable
complete exhaustive | incomplete
sufficient enough adequate | insufficient inadequate
clear | unclear
likely | unlikely
safe secure | unsafe insecure dangerous
available | unavailable
grant | revoke withdraw
start begin launch | end cease
keep retain preserve maintain | delete destroy erase abolish
with | without
valid | invalid void
transparent | opaque
fair | unfair
necessary | unnecessary
true correct accurate | false wrong inaccurate incorrect
exempt | subject
centralised centralized | decentralised decentralized
permanent | temporary
"""


def _signed_words() -> dict[str, tuple[int, int]]:
    table: dict[str, tuple[int, int]] = {}
    for row, line in enumerate(_OPPOSITES.strip().splitlines()):
        for sign, side in zip((1, -1), line.split("|"), strict=True):
            for word in side.split():
                table.setdefault(word if word in _PREPOSITIONS else stem(word), (row, sign))
    return table


_SIGNED = _signed_words()
WITH_ROW = _SIGNED["with"][0]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with the sign of each content stem: 1 affirmed, -1 denied, 0 open."""

    text: str
    signs: dict[str, int]
    denials: int
    heads: frozenset[str]
    soft: frozenset[str]
    opposites: dict[int, set[int]]
    surface: dict[int, str]


@lru_cache(maxsize=4096)
def read(text: str) -> Clause:
    """A sentence or a clause with the signs of its words; negation does not reach past a clause."""
    parts = [_read_clause(piece) for piece in clauses(text) or (text,)]
    signs: dict[str, int] = {}
    opposites: dict[int, set[int]] = {}
    surface: dict[int, str] = {}
    for part in parts:
        for word, sign in part.signs.items():
            signs.setdefault(word, sign)
        for row, found in part.opposites.items():
            opposites.setdefault(row, set()).update(found)
        surface.update(part.surface)
    heads = frozenset().union(*(part.heads for part in parts))
    soft = frozenset().union(*(part.soft for part in parts))
    return Clause(text, signs, sum(part.denials for part in parts), heads, soft, opposites, surface)


@dataclass(slots=True)
class _Scan:
    """What walking over a clause found: the sign of each word, and the first words after each negator."""

    signs: list[int]
    scoped: list[bool]
    heads: list[str]
    denials: int = 0
    double: bool = False


def _scan(tokens: Sequence[Word]) -> _Scan:
    """Signs by scope: eight content words after a negator, four after "without", none past a scope's end."""
    scan = _Scan([], [], [])
    first = next((at for at, token in enumerate(tokens) if _negator(token)), None)
    left = room = 0
    flip = False
    for at, token in enumerate(tokens):
        if token.lower in _ENDS_SCOPE:
            left = 0
        scan.double |= left > 0 and at != first and _turns(token)
        if _negator(token) or token.lower == "without":
            flip = left > 0 and not flip and token.lower != "nor"
            left, room = (4 if token.lower == "without" else 8), 2
            scan.denials += token.lower != "nor"
        before = first is not None and at < first
        scan.signs.append(0 if before or (left > 0 and flip) else (-1 if left > 0 else 1))
        scan.scoped.append(left > 0 and not flip)
        if token.content:
            left -= 1
            if room > 0:
                scan.heads.append(token.stem)
                room -= 1
    return scan


def _read_clause(text: str) -> Clause:
    tokens = words(_AS_NOT.sub("not", _NEUTRAL.sub("", _WITH_NO.sub("without", text))))
    scan = _scan(tokens)
    signs: dict[str, int] = {}
    opposites: dict[int, set[int]] = {}
    surface: dict[int, str] = {}
    for token, sign, scoped in zip(tokens, scan.signs, scan.scoped, strict=True):
        if token.content:
            signs.setdefault(token.stem, sign)
        key = token.lower if token.lower in _PREPOSITIONS else token.stem
        if key in _SIGNED and not token.lower.endswith(_NOUN_ENDINGS):
            row, polarity = _SIGNED[key]
            opposites.setdefault(row, set()).add(-polarity if scoped and token.content else polarity)
            surface[row] = token.text
    soft = frozenset(token.stem for token in tokens if _soft(token))
    heads, denials = frozenset(scan.heads), scan.denials
    if scan.double:  # "not exempt", "nothing prevents": denied twice, so affirmed
        signs = {word: max(sign, 0) for word, sign in signs.items()}
        heads, denials = frozenset(), 0
    return Clause(text, signs, denials, heads, soft, opposites, surface)


def _soft(token: Word) -> bool:
    return token.lower in _SOFT or bool(_DENYING.fullmatch(token.lower))


def _turns(token: Word) -> bool:
    """Whether the word, denied, affirms: "not exempt", "nothing prevents"."""
    return token.stem in _TURNING or bool(_DENYING.fullmatch(token.lower))


def _negator(token: Word) -> bool:
    return token.lower in _HARD or token.lower.endswith("n't")

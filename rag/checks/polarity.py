"""Does the claim deny what its quotes affirm, or affirm what they deny?

Clauses are aligned by shared words; a word in the scope of a negator counts as denied, a word before the
negator as neither. A second table holds pairs of opposites ("allow", "prohibit"), turned by negation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.checks.finding import Finding, Kind
from rag.checks.words import Word, clauses, nearest, stem, words

_HARD = frozenset(
    ["not", "no", "never", "neither", "none", "nobody", "nothing", "nowhere", "cannot", "nor", "lack", "lacks", "lacked", "lacking"]
)
_SHORT_SCOPE = frozenset(["without"])
_SOFT = frozenset(
    ["exempt", "exempts", "exempted", "exemption", "exclude", "excludes", "excluded", "excluding", "outside", "beyond", "except", "unless", "only", "free", "refuse", "refuses", "refused", "reject", "rejects", "rejected", "avoid", "avoids", "avoided", "absent", "absence", "rather", "instead", "fall", "falls", "escape", "escapes", "optional", "voluntary", "unlawful", "illegal", "forbid", "forbids", "forbidden", "forbade", "prohibit", "prohibits", "prohibited", "prohibition", "ban", "bans", "banned", "bar", "bars", "barred", "ruled", "rules", "out", "deny", "denies", "denied", "prevent", "prevents", "prevented", "preventing", "stop", "stops", "stopped", "oppose", "opposes", "opposed", "turned", "incomplete", "missing", "fail", "fails", "failed", "failing", "before", "until", "unable", "impossible", "untested", "unknown", "few", "little", "hardly", "rarely", "seldom", "scarcely", "barely", "waive", "waives", "waived", "spare", "spares", "spared", "relieved", "released", "keeps", "away", "alone", "insufficient", "inadequate", "unclear", "unsolved", "unfunded", "unpaid", "unused", "unavailable", "unaware", "drop", "dropped", "drops", "omit", "omits", "omitted", "refrain", "off", "withheld", "withhold", "withholds", "secret", "already", "declined", "decline", "declines", "merely", "simply", "different", "differently", "differ", "differs", "unlike"]
)
_NEUTRAL = re.compile(
    r"\b(?:no|not) (?:later|earlier|sooner|more|less|fewer|greater|higher|lower) than\b|\bwhether or not\b|"
    r"\bnot (?:to )?exceed(?:ing)?\b|\bno doubt\b|\bnot (?:only|just|merely|simply|least)\b|\bno longer than\b|\bno matter\b|\bnot-for-profit\b|"
    r"\bno\b(?=[^.,;]{0,40}\b(?:more|less|better|worse|larger|bigger|higher|lower|longer|shorter)\b)(?! longer)|"
    r"\bnon-?profit\b|\bNos?\.(?= ?\d)",
    re.IGNORECASE,
)
_WAITS = re.compile(r"\b(?:until|unless|before)\b", re.I)
_STARTS_WHEN = re.compile(r"\b(?:when|once|after|only|if|as soon as)\b", re.I)
_WITH_NO = re.compile(r"\bwith (?:no|not an?y?)\b", re.I)
_ENDS_SCOPE = frozenset(["before", "after", "until", "than", "anything", "other"])
_DENYING = re.compile(r"(?:un(?!der|til|ion|ited?|less|ivers|ique|iform)|non)[a-z]{5,}|[a-z]{4,}less")
_TURNING = frozenset(
    stem(word)
    for word in "exempt excluded unlawful illegal prevent prohibit ban forbid refuse exclude deny omit reject".split()
)
_AS_NOT = re.compile(
    r"\b(?:fail(?:s|ed|ing)? to|refus(?:es|ed|e|ing) to|unable to|(?:not|never|n['’]t) (?:be(?:en)? )?able to)\b",
    re.I,
)

_OPPOSITES = """
allow permit authorise authorize let lawful legal | prohibit ban bar forbid forbidden outlaw disallow illegal unlawful
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
                table.setdefault(word if word in ("with", "without", "within") else stem(word), (row, sign))
    return table


_SIGNED = _signed_words()
_WITH_ROW = _SIGNED["with"][0]


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


def _read_clause(text: str) -> Clause:
    tokens = words(_AS_NOT.sub("not", _NEUTRAL.sub("", _WITH_NO.sub("without", text))))
    signs: dict[str, int] = {}
    opposites: dict[int, set[int]] = {}
    surface: dict[int, str] = {}
    first = next((at for at, token in enumerate(tokens) if _negator(token)), None)
    left = 0
    flip = False
    heads: list[str] = []
    room = 0
    denials = 0
    double = False
    for at, token in enumerate(tokens):
        if token.lower in _ENDS_SCOPE:
            left = 0
        if left > 0 and at != first and _turns(token):
            double = True
        if _negator(token) or token.lower in _SHORT_SCOPE:
            flip = left > 0 and not flip
            room = 2
            denials += token.lower != "nor"
            left = 4 if token.lower in _SHORT_SCOPE else 8
            if token.lower == "nor":
                flip = False
        scoped = left > 0
        if token.content:
            open_word = (first is not None and at < first) or (scoped and flip)
            sign = 0 if open_word else (-1 if scoped else 1)
            signs.setdefault(token.stem, sign)
            left -= 1
            if room > 0:
                heads.append(token.stem)
                room -= 1
        key = token.lower if token.lower in ("with", "without", "within") else token.stem
        if key in _SIGNED and not token.lower.endswith(("tion", "ment", "ments", "ons", "ity", "ities")):
            row, polarity = _SIGNED[key]
            opposites.setdefault(row, set()).add(
                -polarity if scoped and not flip and token.content else polarity
            )
            surface[row] = token.text
    soft = frozenset(token.stem for token in tokens if _soft(token))
    if double:  # "not exempt", "nothing prevents": denied twice, so affirmed
        signs = {word: max(sign, 0) for word, sign in signs.items()}
        denials, heads = 0, []
    return Clause(
        text, signs, denials, frozenset(heads), soft, opposites, surface
    )


def _soft(token: Word) -> bool:
    return token.lower in _SOFT or bool(_DENYING.fullmatch(token.lower))


def _turns(token: Word) -> bool:
    """Whether the word, denied, affirms: "not exempt", "nothing prevents"."""
    return token.stem in _TURNING or bool(_DENYING.fullmatch(token.lower))


def _negator(token: Word) -> bool:
    return token.lower in _HARD or token.lower.endswith("n't")


def check_polarity(claim: str, sentences: Sequence[str]) -> list[Finding]:
    """Claim clauses whose best match in the quotes has the opposite polarity."""
    pairs = [
        (read(piece), read(sentence)) for sentence in sentences for piece in (*clauses(sentence), sentence)
    ]
    whole = read(claim)
    for piece in dict.fromkeys((*clauses(claim), claim)):
        clause = read(piece)
        match = _best(clause, [pair for pair in pairs if piece != claim or pair[0] is pair[1]])
        if match is None:
            continue
        quote, sentence = match
        if _denied(clause, quote) and not _explained(clause, whole, sentence):
            return [_finding(piece, quote.text)]
    opposite = _opposite(claim, sentences)
    return [opposite] if opposite else []


def _best(clause: Clause, pairs: Sequence[tuple[Clause, Clause]]) -> tuple[Clause, Clause] | None:
    """The clause (and its sentence) that shares most words; of equals the one that agrees best."""
    best = max((len(clause.signs.keys() & quote.signs.keys()) for quote, _ in pairs), default=0)
    if best < 2 or best / len(clause.signs) < 0.4:
        return None
    near = [pair for pair in pairs if len(clause.signs.keys() & pair[0].signs.keys()) >= max(1, best - 1)]
    return min(near, key=lambda pair: _balance(clause, pair[0]))


def _balance(one: Clause, other: Clause) -> int:
    """Words that the two clauses judge differently, less those that both deny."""
    common = one.signs.keys() & other.signs.keys()
    products = [one.signs[word] * other.signs[word] for word in common]
    both = sum(one.signs[word] == other.signs[word] == -1 for word in common)
    return products.count(-1) - both


def _denied(one: Clause, other: Clause) -> bool:
    if one.denials % 2 == other.denials % 2 or _balance(one, other) <= 0:
        return False
    return bool(one.heads & other.signs.keys() or other.heads & one.signs.keys())


def _explained(clause: Clause, whole: Clause, sentence: Clause) -> bool:
    """Whether the side without a negator denies in other words ("outside", "exempt", "only")."""
    if whole.denials and whole.denials == sentence.denials:
        return True
    if _WAITS.search(sentence.text) and _STARTS_WHEN.search(whole.text):
        return True  # "not until" is "when"
    return bool(sentence.soft - whole.soft if clause.denials else whole.soft - sentence.soft)


def _opposite(claim: str, sentences: Sequence[str]) -> Finding | None:
    """A word whose opposite, and never itself, stands in the quote sentences closest to the claim."""
    mine = read(claim)
    near = nearest(claim, sentences)
    for row, signs in mine.opposites.items():
        theirs = [(text, read(text)) for text in near if row in read(text).opposites]
        if any(mine.denials and quote.denials for _, quote in theirs):
            continue
        if row != _WITH_ROW and any("only" in quote.soft ^ mine.soft for _, quote in theirs):
            continue
        if theirs and not any(signs & quote.opposites[row] for _, quote in theirs):
            text, quote = theirs[0]
            if len(mine.signs.keys() & quote.signs.keys()) >= 2:
                return _finding(mine.surface[row], text)
    return None


def _finding(text: str, quote: str) -> Finding:
    message = f"The quotes say the opposite of “{text}”: “{quote}”."
    return Finding(kind=Kind.NEGATION, message=message, text=text)

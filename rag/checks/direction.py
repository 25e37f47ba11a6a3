"""More or less, up or down, before or after, at least or at most: does the claim keep the direction?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.checks.finding import Finding, Kind
from rag.checks.numbers import Quantity, agree, find_quantities
from rag.checks.words import content_stems, nearest, words

# Each row: words up | words down. Words of one row are compared with each other only.
_ROWS = (
    (
        "increase increased increases increasing rise rises rose risen rising raise raises raised "
         "raising grow grows grew grown growing expand expands expanded boost boosts boosted climb "
         "climbed gain gained widen widened went-up goes-up go-up doubled double tripled soared surged "
         "jumped growth expansion",
        "decrease decreased decreases decreasing fall-by falls fell fallen falling reduce reduces "
         "reduced reducing lowers lowered lowering decline declines declined declining drop drops "
         "dropped cut cuts shrink shrank shrunk restrict restricts restricted narrow narrows narrowed "
         "went-down goes-down go-down halved slumped reduction",
    ),
    (
        "more greater higher bigger larger costlier outnumber dearer",
        "less fewer lower smaller cheaper",
    ),
    (
        "longer",
        "shorter",
    ),
    (
        "heavier",
        "lighter",
    ),
    (
        "largest biggest highest greatest most-important",
        "smallest lowest least fewest",
    ),
    (
        "longest",
        "shortest",
    ),
    (
        "most majority",
        "few minority hardly-any",
    ),
    (
        "improve improved improves improving better",
        "worsen worsened worsens worsening worse deteriorated",
    ),
    (
        "strengthen strengthened strengthens stronger tighten tightened tightens stricter",
        "weaken weakened weakens weaker loosen loosened loosens laxer relaxed eased",
    ),
    (
        "faster quicker accelerate accelerated accelerates speed-up sped-up speeds-up",
        "slower delay delayed delays slow-down slowed slows",
    ),
    (
        "earlier sooner",
        "later",
    ),
    (
        "before prior precede precedes preceded",
        "after",
    ),
    (
        "maximum ceiling at-most",
        "minimum floor at-least",
    ),
    (
        "first earliest oldest",
        "last latest newest",
    ),
    (
        "upper",
        "lower",
    ),
    (
        "majority",
        "minority",
    ),
    (
        "easier",
        "harder",
    ),
    (
        "safer",
        "riskier",
    ),
    (
        "richer",
        "poorer",
    ),
    (
        "outweigh outweighs exceed exceeds exceeded",
        "outweighed",
    ),
)  # fmt: skip
_TIME_ROW = 11
_PHRASE = re.compile(
    r"\b(?:went|goes|go|speed|sped|speeds|slow|hardly|at)\s+(?:up|down|any|most|least)\b|"
    r"\bmost\s+(?:important)\b|\bfall\s+by\b",
    re.IGNORECASE,
)
_BY_DEADLINE = re.compile(
    r"\b(?:within|no later than|not later than|no more than|"
    r"at the latest)\b(?P<gap>[^.;]{0,40}?)\b(?:after|of|following)\b",
    re.I,
)
_NO_SOONER = re.compile(
    r"\b(?:no|not) (?:earlier|sooner) than\b(?P<gap>[^.;]{0,40}?)\b(?:after|before)\b", re.I
)
_LOWER_BOUND = re.compile(
    r"\b(?:at least|minimum|no less than|not less than|no fewer than|not fewer than|more than|over|"
    r"above|exceed\w*|"
    r"upwards of|greater than|from|(?:no|not) (?:earlier|sooner) than|beyond|higher than|longer than|"
    r"floor)(?:\W+[A-Za-z]+){0,3}\W*$",
    re.I,
)
_UPPER_BOUND = re.compile(
    r"\b(?:at most|not (?:to )?exceed(?:ing)?|maximum|no more than|not more than|less than|fewer than|"
    r"under|below|up to|within|"
    r"(?:no|not) later than|lower than|as much as|limit\w*|cap|capped|ceiling|shorter than|"
    r"no longer than)(?:\W+[A-Za-z]+){0,3}\W*$",
    re.I,
)
_AFTER = re.compile(r"^[\s\w%]{0,12}?\bor (?P<side>more|over|above|less|fewer|under|below)\b", re.I)


def _table() -> dict[str, list[tuple[int, int]]]:
    table: dict[str, list[tuple[int, int]]] = {}
    for row, sides in enumerate(_ROWS):
        for sign, side in zip((1, -1), sides, strict=True):
            for word in side.split():
                table.setdefault(word, []).append((row, sign))
    return table


_WORDS = _table()


@dataclass(frozen=True, slots=True)
class Pointer:
    """A direction word of one row; `before` and `after` are the content stems on its two sides."""

    row: int
    sign: int
    text: str
    before: frozenset[str]
    after: frozenset[str]
    compares: bool
    clause: frozenset[str]
    denied: bool


def pointers(text: str) -> tuple[Pointer, ...]:
    """The direction words of a text; a comparative's sides are those of its "than"."""
    text = _PHRASE.sub(lambda match: re.sub(r"\s+", "-", match[0]), _NO_SOONER.sub(" after ", text))
    text = _BY_DEADLINE.sub(lambda match: f" within {match['gap']} ", text)
    found = []
    for match in re.finditer(r"[A-Za-z]+(?:-(?:up|down|any|most|least|important|by))?", text):
        for row, sign in _WORDS.get(match[0].lower(), ()):
            if match[0].lower() in ("more", "less", "fewer", "most", "least") and re.match(
                r"\s+than\s+(?:\d|[$€£])", text[match.end() :]
            ):
                continue
            if re.search(r"(?:at|or|no|not|the)\s+$", text[: match.start()], re.I) and match[0].lower() in (
                "least",
                "more",
                "less",
                "later",
                "earlier",
                "first",
                "last",
            ):
                continue
            pivot = re.search(r"\bthan\b", text[match.end() :]) if row != _TIME_ROW else None
            cut = match.end() + pivot.start() if pivot else match.start()
            left, right = text[:cut], text[cut if pivot else match.end() :]
            if row == _TIME_ROW and not words(left) and "," in right:
                right, left = right.split(",", 1)
            if pivot is not None:
                right = " ".join(word.text for word in words(right)[:6])
            sides = content_stems(left), content_stems(right)
            compares = row == _TIME_ROW or (
                pivot is not None and match[0].lower().endswith(("er", "more", "less"))
            )
            denied = bool(re.search(r"\b(?:not|no|never|cannot|nobody|none)\b", text[: match.start()], re.I))
            found.append(
                Pointer(
                    row, sign, match[0].replace("-", " "), *sides, compares, _clause_at(text, match), denied
                )
            )
    return tuple(found)


def _clause_at(text: str, match: re.Match[str]) -> frozenset[str]:
    """The content stems of the clause around a direction word, without the word itself."""
    before = re.split(r"[,;:]|\b(?:while|whereas|but|and)\b", text[: match.start()])[-1]
    after = re.split(r"[,;:]|\b(?:while|whereas|but|and)\b", text[match.end() :])[0]
    return content_stems(f"{before} {after}")


def check_direction(claim: str, sentences: Sequence[str]) -> list[Finding]:
    """Directions and bounds that point the other way than in the best-matching quote sentences."""
    near = nearest(claim, sentences)
    theirs = [pointer for text in near for pointer in pointers(text)]
    mine = pointers(claim)
    for pointer in mine:
        alone = sum(other.row == pointer.row for other in mine) == 1
        around = content_stems(claim) if alone else pointer.clause
        rivals = [other for other in theirs if other.row == pointer.row]
        elliptic = [
            other for other in rivals if other.text.lower() == pointer.text.lower() and not other.clause
        ]
        closest = max((len(around & other.clause) for other in rivals), default=0)
        rivals = [other for other in rivals if len(around & other.clause) == closest] + elliptic
        if rivals and not any(_same(pointer, other) for other in rivals):
            return [_finding(pointer.text, rivals[0].text)]
    return _bounds(claim, near)


def _same(one: Pointer, other: Pointer) -> bool:
    """Whether two words of a row agree; each turns when the two things compared have changed sides."""
    if one.row == _TIME_ROW and one.denied != other.denied:
        return True  # "not before" is "only after"
    if one.row == _TIME_ROW and (one.sign == other.sign or not one.after & (other.after | other.before)):
        return True
    return one.sign == (-other.sign if _swapped(one, other) else other.sign)


def _swapped(one: Pointer, other: Pointer) -> bool:
    if not (one.compares and other.compares):
        return False
    mine, theirs = one.after - one.before, other.after - other.before
    crossed = len(mine & (other.before - other.after)) + len(theirs & (one.before - one.after))
    return crossed > len(mine & theirs)


def _bounds(claim: str, near: Sequence[str]) -> list[Finding]:
    """Lower and upper bounds on the same number."""
    quoted = [(quantity, _bound(text, quantity)) for text in near for quantity in find_quantities(text)]
    for quantity in find_quantities(claim):
        if not (mine := _bound(claim, quantity)):
            continue
        theirs = {bound for other, bound in quoted if agree(quantity, other)}
        if theirs == {-mine}:
            side = "at least" if mine > 0 else "at most"
            return [_finding(f"{side} {quantity.text}", "at most" if mine > 0 else "at least")]
    return []


def _bound(text: str, quantity: Quantity) -> int:
    """1 for a lower bound on the quantity, -1 for an upper one, 0 for none."""
    behind = _AFTER.match(text[quantity.end : quantity.end + 30])
    if behind:
        return 1 if behind["side"].lower() in ("more", "over", "above") else -1
    before = re.split(r"[,;.](?!\d)", text[max(0, quantity.start - 45) : quantity.start])[-1]
    upper, lower = _UPPER_BOUND.search(before), _LOWER_BOUND.search(before)
    if upper and lower:
        return -1 if upper.start() <= lower.start() and upper.end() >= lower.end() else 1
    return -1 if upper else (1 if lower else 0)


def _finding(said: str, quoted: str) -> Finding:
    message = f"The claim says “{said}” where the quotes say “{quoted}”."
    return Finding(kind=Kind.COMPARATIVE, message=message, text=said)

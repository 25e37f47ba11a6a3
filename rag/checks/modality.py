"""Must, may, should, would: does the claim keep the force of its quotes?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rag.checks.denial import read
from rag.checks.finding import Finding, Kind
from rag.checks.words import clauses, content_stems, listed, nearest, shared, words


class Force(StrEnum):
    """What kind of statement a modal makes; the value is the reader's word for it."""

    MUST = "an obligation"
    MAY = "a permission or a possibility"
    SHOULD = "a recommendation"
    WOULD = "a proposal"
    OPTIONAL = "something that is not required"
    BAN = "a prohibition"


_NOT = r"(?:\s+(?:not|never)\b|n['’]t\b)"
_PATTERNS = tuple(
    (force, re.compile(pattern, re.IGNORECASE))
    for force, pattern in (
        (
            Force.OPTIONAL,
            rf"\b(?:need{_NOT}|(?:not|never|no longer)\s+(?:be\s+)?(?:required|obliged|obligated|"
            rf"mandatory|compulsory|needed|necessary)\b|"
            r"(?:do|does|did)(?:\s+not|n['’]t)\s+(?:have|need|require)\b(?:\s+to\b)?|no\s+(?:need|duty|obligation)\b|"
            r"\bno\b[^.,;:]{0,40}?\b(?:needed|necessary|required)\b|"
            r"(?:optional|voluntary|voluntarily|waived?|exempt(?:ed|s)?)\b)",
        ),
        (
            Force.BAN,
            rf"\b(?:(?:no|neither|nobody|none)\b[^.,;:]{{0,60}}?\b(?:may|shall|can|must)\b|(?:must|"
            rf"shall|may|can){_NOT}|not be able to\b|cannot\b|can['’]t\b|(?:not|"
            rf"never)\s+(?:be\s+)?(?:allowed|permitted)\b|"
            r"(?:prohibit|forbid|forbidden|forbade|bann?|bar|outlaw|disallow)(?:s|ed|ing|red)?\b)",
        ),
        (
            Force.MUST,
            r"\b(?:must|shall|(?:is|are|be|was|were)\s+(?:required|obliged|obligated|bound|compelled|supposed)|"
            r"required|requir(?:es|e|ing)|oblig(?:es|ed|e|ation|ations|atory)|ha(?:s|ve|d)\s+to|"
            r"having to|need(?:s|ed)?\s+to|"
            r"mandat(?:ory|es|ed|e|ing)|compulsory|dut(?:y|ies)|needed|necessary|binding|"
            r"(?:is|are)\s+to\s+(?!be\s+(?:found|seen))|"
            r"(?:is|are)\s+(?:(?!to\b)[\w“”\"]+\s+){1,4}(?:and|or)\s+to\s+(?=be\s+\w+))\b",
        ),
        (
            Force.SHOULD,
            r"\b(?:should|ought|recommend(?:s|ed|ation|ations)?|advis(?:es|ed|e|able)|encourag(?:es|ed|e|ing)|"
            r"suggest(?:s|ed|ion)?|urg(?:es|ed|e)|good practice|expected to|called on|invited to)\b",
        ),
        (
            Force.WOULD,
            r"\b(?:would|propos(?:es|ed|e|ing)|plan(?:s|ned)? to|intend(?:s|ed)? to|aim(?:s|ed)? to|"
            r"seek(?:s|ing)? to|sought to|wants? to|hopes? to|if (?:enacted|adopted|passed))\b|['’]d\b",
        ),
        (
            Force.MAY,
            r"\b(?:might|can|could|allow(?:s|ed|ing)?|permitt(?:ed|ing)|"
            r"(?<!a )(?<!the )(?<!this )(?<!every )(?<!of )(?<!no )permits?|able to|possibl[ey]|"
            r"possibility|perhaps|potentially|"
            r"authori[sz](?:ed|es)|lets?|free to|option|discretion|entitled|the right to|likely|"
            r"at risk)\b|\b(?-i:may)\b|^May\s(?!\d)",
        ),
    )
)
_CAP = re.compile(
    r"\b(?:(?:shall|must|may|can|do|does|did|should)\s+)?not\s+(?:to\s+)?exceed(?:ing)?\b", re.I
)
_SKIP = frozenset(
    listed("""
    be been being to not also only then it the a an have has had never still always
""")
)
_COMPATIBLE = {
    frozenset({Force.OPTIONAL, Force.MAY}),
    frozenset({Force.WOULD, Force.MAY}),
    frozenset({Force.BAN, Force.MUST}),
}


@dataclass(frozen=True, slots=True)
class Modal:
    """A modal in a text and the stem of the first content word after it ("" at the end)."""

    force: Force
    text: str
    governed: str
    possible: bool
    start: int
    end: int


def modals(text: str) -> tuple[Modal, ...]:
    """The modals of a text; "may not" is one prohibition, not a permission."""
    text = _CAP.sub(" at most ", text)
    found: list[Modal] = []
    taken: list[tuple[int, int]] = []
    for force, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            rest = [word for word in words(text[match.end() :]) if word.lower not in _SKIP]
            governed = rest[0].stem if rest else ""
            possible = bool(re.search(r"may|might|could", match[0], re.I))
            found.append(Modal(force, match[0].strip(), governed, possible, match.start(), match.end()))
    return tuple(sorted(found, key=lambda modal: modal.start))


def check_modality(claim: str, sentences: Sequence[str]) -> list[Finding]:
    """Modals that the best-matching quote sentences do not bear out, and modals that the claim lost."""
    wanted = content_stems(claim)
    near = nearest(claim, sentences)
    if not near:
        return []
    return _changed(claim, near, wanted) or _lost(claim, near, wanted)


def _changed(claim: str, near: Sequence[str], wanted: frozenset[str]) -> list[Finding]:
    theirs = [(modal, text) for text in near for modal in _relevant(text, wanted)]
    forces = {modal.force for modal, _ in theirs}
    if Force.MAY in forces and re.search(r"\bonly\b", " ".join(near)):
        forces |= {Force.MUST, Force.BAN}
    mine = modals(claim)
    everywhere = [modal for text in near for modal in modals(text)]
    narrowed = bool(re.search(r"\bonly\b", claim))
    for modal in mine:
        if any(modal.governed == other.governed and _fits(modal.force, other.force) for other in everywhere):
            continue
        if modal.force is Force.MAY and narrowed and forces & {Force.MUST, Force.BAN}:
            continue
        if not forces or any(_fits(modal.force, force) for force in forces):
            if forces or not _stated(modal, near):
                continue
            return [_finding(modal.text, modal.force, None)]
        if modal.force is Force.OPTIONAL and any(read(text).denials or read(text).soft for text in near):
            continue
        if _held_by_others(modal, mine, forces):
            continue
        governed = {other.governed for other, _ in theirs}
        if modal.governed in governed or shared(wanted, content_stems(near[0])) >= 0.6:
            return [_finding(modal.text, modal.force, theirs[0][0])]
    return []


def _held_by_others(modal: Modal, mine: Sequence[Modal], forces: set[Force]) -> bool:
    """Whether a softer modal stands beside one that does fit ("would have to", "may be required to")."""
    return modal.force in (Force.WOULD, Force.MAY, Force.SHOULD) and any(
        _fits(other.force, force) for other in mine if 0 <= other.start - modal.end < 15 for force in forces
    )


def _relevant(text: str, wanted: frozenset[str]) -> list[Modal]:
    """The modals of the clauses that the claim speaks about; all of them where no clause stands out."""
    pieces = [(piece, len(wanted & content_stems(piece))) for piece in clauses(text)]
    best = max((count for _, count in pieces), default=0)
    found = [modal for piece, count in pieces if count >= max(2, best - 1) for modal in modals(piece)]
    return found or list(modals(text))


def _fits(one: Force, other: Force) -> bool:
    return one is other or frozenset({one, other}) in _COMPATIBLE


def _stated(modal: Modal, near: Sequence[str]) -> bool:
    """Whether the quotes state as a fact what the claim calls an obligation or leaves open."""
    for text in near:
        tokens = words(text)
        for at, word in enumerate(tokens):
            if word.stem != modal.governed or at == 0:
                continue
            certain = any(before.lower == "will" for before in tokens[max(0, at - 3) : at])
            if modal.possible and certain:
                return True
            if modal.force is Force.MUST and word.lower.endswith(("s", "ed")):
                return True
    return False


def _lost(claim: str, near: Sequence[str], wanted: frozenset[str]) -> list[Finding]:
    """A proposal, possibility or recommendation that the claim states as a fact."""
    mine = modals(claim)
    said = {word.stem for word in words(claim)}
    forces = {modal.force for modal in mine}
    open_end = any(
        modal.force is Force.WOULD or (modal.force is Force.MAY and modal.possible) for modal in mine
    )
    for text in near:
        for modal in _relevant(text, wanted):
            if modal.force is Force.WOULD:
                softer = not open_end
            else:
                softer = not forces and (
                    modal.force is Force.SHOULD or (modal.force is Force.MAY and modal.possible)
                )
            enough = len(wanted & content_stems(text)) >= 0.5 * len(wanted)
            if softer and enough and modal.governed in said and not _elsewhere(modal, near):
                return [_finding(claim, None, modal)]
    return []


def _elsewhere(modal: Modal, near: Sequence[str]) -> bool:
    """Whether the quotes also use the governed word without any modal."""
    return any(
        modal.governed in content_stems(piece) and not modals(piece)
        for text in near
        for piece in clauses(text)
    )


def _finding(text: str, force: Force | None, quoted: Modal | None) -> Finding:
    said = f"“{text}” is {force.value}" if force else "This is stated as a fact"
    message = (
        f"{said}, but the quotes say “{quoted.text}”: {quoted.force.value}."
        if quoted
        else (f"{said}, but the quotes state it as a plain fact.")
    )
    return Finding(kind=Kind.MODALITY, message=message, text=text)

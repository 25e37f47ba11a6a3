"""Where sentences begin and end, in offsets: right for legal English.

nupunkt (Punkt, trained on legal text, bundled model, nothing is fetched) proposes; a few rules about
abbreviations, citations, initials, footnote marks and enumerations dispose. Measured on one slow core:
0.15 s to import it, 0.02 s for its first sentence, then about 1 MB of text a second with the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from rag.types import Block, BlockKind

LONG_BLOCK = 300
"""Characters up to which a heading, caption, list item or table row is one sentence."""
LONG_SENTENCE = 700
"""Characters from which a sentence is split at its points: "...; (b) ..."."""

WINDOW = 5000


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Always followed by more of the same sentence.
_NEVER_LAST = _words(
    "v vs e.g i.e cf viz dr mr mrs ms messrs prof hon rep sen gov gen lt col sgt capt rev pres amb mt ft "
    "ex rel approx ca pub"
)
# Last only where nothing numbered follows: "No. 5", but "Is it? No. The law forbids it."
_REFERENCE = _words(
    "no nos sec secs § art arts cl cls ch chs para paras par pars pt pts p pp fig figs eq eqs tbl app apps "
    "vol vols reg regs dir dec ed eds ann col cols n nn subsec subpara subch tit stat fed supp exec ord cong "
    "rept res con conf doc docs id ibid add amend amends rec dkt cir ct f.r fed.reg u.s.c u.s.c.a c.f.r h.r "
    "h.j.res s.j.res h.con.res s.con.res h.res s.res jan feb mar apr jun jul aug sep sept oct nov dec s "
    "o.j oj e.o"
)
# Names and places: last only where an ordinary sentence opener follows ("in the U.S. The").
_NAME_LIKE = _words(
    "u.s u.k e.u u.n d.c n.y st jr sr inc corp ltd co llc l.l.c bros assn ass'n dept dep't univ nat'l int'l "
    "gov't ph.d j.d m.d esq s.a s.p.a n.v g.m.b.h natl intl admin govt est comm comm'n assoc "
    "incl max min misc tel ext temp avg hrs esp orig"
)
_OPENER = re.compile(
    r"[\"'“‘(\[]*(?:The|This|That|These|Those|It|Its|In|On|At|By|For|From|With|Without|Under|As|An?|If|When|"
    r"While|Where|Although|However|Moreover|Furthermore|Therefore|Thus|Such|There|They|Their|We|Our|He|She|His|"
    r"Her|But|And|Or|So|Yet|To|After|Before|Because|Since|Each|Every|All|Some|Many|Most|No|Not|Both|Any|"
    r"Nothing|See|Also|Then|Here|What|Who|Why|How|Which|I|You|Congress|Section|Members?|Agencies)\b(?![.])"
)
_ZONE = re.compile(
    r"(?:[EPCM][SD]?T|CES?T|GMT|UTC|Eastern|Central|Pacific|Mountain|Brussels|London)\b|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
)
_NUMBERED = re.compile(r"[§¶#]|[A-Z]?-?\d|\([\dA-Za-z]{1,4}\)|[IVXLC]+\b|[A-Z]\b(?!['’]| [a-z])")
_LAST_WORD = re.compile(r"(?:^|(?<=[\s(\[\"'“‘/—–-]))([^\s(\[\"“‘/—–]*)\.$")
_ORDINARY = re.compile(r"(?=.*[aeiouy])[a-z]{2,}")
_CAPITAL = re.compile(r"[\"'“‘(\[]*[A-Z]")
_INITIAL = re.compile(r"[A-Z]\.$")
_ENUMERATOR = re.compile(
    r"[\"“]?(?:(?:SEC|SECTION|ART|ARTICLE|CHAPTER|PART|TITLE|ANNEX|RULE)\.? ?)?"
    r"[(]?(?:\d{1,3}(?:\.\d{1,3})*|[ivxlc]{1,5}|[IVXLC]{1,5}|[A-Za-z]|§+ ?\d+)[.)]\s*$",
    re.IGNORECASE,
)

_CLOSERS = r"[\"'”’»)\]]{0,6}"
_NOTE = (
    r"(?:<sup>[^<\s]{1,20}</sup>|\[\^?\d{1,3}\](?:\(#[^)\s]{1,40}\))?|"
    r"\d{1,3}(?:, ?\d{1,3}){0,5}(?![\d.,%])|[⁰¹²³⁴-⁹]{1,4}|[*†‡]{1,3})?"
)
_STOP = re.compile(rf"(?:[.?!…]|(?<=\.) \.){{1,12}}{_CLOSERS}(?P<note>{_NOTE}){_CLOSERS}(?=\s)")
_GLUED = re.compile(r"(?<=[a-z]{2})[.?!](?=(?:The|This|These|However|In|It)\s)")
_LINE = re.compile(r"\n(?=[ \t]*(?:\n|[•●▪◦‣·–—*-]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s))")
_POINT = re.compile(r"[;,:](?: and| or)?\s+(?=\((?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})\)\s)")


@lru_cache(maxsize=1)
def _punkt() -> Any:
    import nupunkt

    return nupunkt.load("default")


def sentence_spans(text: str, blocks: Sequence[Block]) -> tuple[tuple[int, int], ...]:
    """The sentences of `text` as half-open offsets: sorted, disjoint, trimmed, never across blocks.

    Every character that is not white space is in exactly one span, also where no block covers it. A
    heading, caption, list item or table row is one sentence unless it is longer than `LONG_BLOCK`.
    """
    spans: list[tuple[int, int]] = []
    for start, end, kind in _stretches(len(text), blocks):
        if kind in (BlockKind.PARAGRAPH, BlockKind.FOOTNOTE) or end - start > LONG_BLOCK:
            cuts = [start, *(start + cut for cut in _cuts(text[start:end])), end]
        else:
            cuts = [start, end]
        spans.extend(_trimmed(text, cuts))
    return tuple(spans)


def _stretches(length: int, blocks: Sequence[Block]) -> Iterator[tuple[int, int, BlockKind]]:
    """The blocks in order, and what lies between them as paragraphs."""
    at = 0
    for block in sorted(blocks, key=lambda block: block.start):
        if at < block.start:
            yield at, block.start, BlockKind.PARAGRAPH
        yield max(at, block.start), block.end, block.kind
        at = max(at, block.end)
    if at < length:
        yield at, length, BlockKind.PARAGRAPH


def _trimmed(text: str, cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    for start, end in pairwise(cuts):
        piece = text[start:end]
        if body := piece.strip():
            lead = len(piece) - len(piece.lstrip())
            yield start + lead, start + lead + len(body)


def _cuts(text: str) -> list[int]:
    """Offsets inside `text` at which a new sentence begins (white space may follow the offset)."""
    proposed = set(_proposals(text))
    forced = {match.start() for match in _LINE.finditer(text)}
    forced |= {match.end() for match in _GLUED.finditer(text)}
    cuts: list[int] = []
    last = 0
    for at, note in _candidates(text, proposed, forced):
        left, right = text[max(last, at - 400) : at].strip(), text[at : at + 200].lstrip()
        if not right or not any(map(str.isalnum, left)):
            continue
        if at in forced or _ends(left, right, note, at in proposed):
            cuts.append(at)
            last = at
    return _with_points(text, cuts)


def _proposals(text: str) -> Iterator[int]:
    """Ends that nupunkt sees, read in windows: it is quadratic in text without spaces."""
    at = 0
    while at < len(text):
        stop = at + WINDOW
        if stop < len(text):
            stop = text.rfind(" ", at, stop) + 1 or stop
        yield from (at + end for _, end in _punkt().span_tokenize(text[at:stop]) if at + end < stop)
        at = stop


def _candidates(text: str, proposed: set[int], forced: set[int]) -> list[tuple[int, str]]:
    """Offsets worth judging, each with the footnote mark that precedes it ("" for none)."""
    found = {match.end(): match["note"] or "" for match in _STOP.finditer(text)}
    for at in forced | {at for at in proposed if at < len(text) and text[at].isspace()}:
        found.setdefault(at, "")
    return sorted(found.items())


def _ends(left: str, right: str, note: str, proposed: bool) -> bool:
    """Whether a sentence ends between `left` (from its beginning) and `right`."""
    if right[0].islower() or right[0] in ",;:.)]" or _ENUMERATOR.fullmatch(left):
        return False
    if _open_bracket(left, right):
        return False
    bare = left.rstrip("\"'”’»)]")
    if note:
        return _is_note(left, note) and bool(_CAPITAL.match(right))
    if bare.endswith(("...", "…", ". .")):
        return bool(_OPENER.match(right))
    if bare != left or not left.endswith("."):
        return proposed or bool(re.search(r"[.?!]$", bare) and _OPENER.match(right))
    word = _LAST_WORD.search(left)
    verdict = _after_abbreviation(word[1], left, right) if word else None
    return (proposed or bool(_OPENER.match(right))) if verdict is None else verdict


def _after_abbreviation(word: str, left: str, right: str) -> bool | None:
    """Whether the sentence ends after `word` + "."; None where `word` is no abbreviation of ours."""
    key = word.lower()
    if key in _NEVER_LAST:
        return False
    if key in ("p.m", "a.m"):
        return not _ZONE.match(right)
    if key in ("etc", "al"):
        return right[0].isupper() or right[0] in '"“'
    if key in _REFERENCE:
        if _OPENER.match(right) and (key == "no" or not _NUMBERED.match(right)):
            return True
        return False if _NUMBERED.match(right) or _abbreviation_follows(right) else None
    if key in _NAME_LIKE or re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", word):
        return bool(_OPENER.match(right))
    if _INITIAL.search(left) and len(word) == 1:
        return bool(_OPENER.match(right)) and not re.match(r"[A-Z]\.", right)
    # nupunkt learnt ordinary words ("so", "life", "century") as abbreviations.
    return True if _ORDINARY.fullmatch(word) and _CAPITAL.match(right) else None


def _abbreviation_follows(right: str) -> bool:
    """Whether `right` goes on with a citation's next abbreviation: "5 U.S.C. App. 3"."""
    word = re.match(r"([A-Z][A-Za-z.]*)\.", right)
    return word is not None and word[1].lower() in _REFERENCE | _NEVER_LAST


def _is_note(left: str, note: str) -> bool:
    """Whether the digits glued to a full stop are a footnote mark, not a decimal or a reference."""
    if not note[0].isdigit():
        return True
    before = left[: left.rfind(note)].rstrip("\"'”’»)]").rstrip(".?!")
    if before.endswith(tuple("%)]\"'”’»")):
        return True
    word = re.search(r"([A-Za-z.'’]+|\d+)$", before)
    if not word:
        return False
    if word[1].isdigit():
        return bool(re.fullmatch(r"(?:19|20)\d\d", word[1]))
    return word[1].lower() not in _REFERENCE | _NEVER_LAST and len(word[1]) > 1


def _open_bracket(left: str, right: str) -> bool:
    """Whether the end would fall inside a bracket that closes soon."""
    opened = left.rfind("(")
    if opened <= 0 or left.count("(") <= left.count(")") or ")" in left[opened:]:
        return False
    close = right.find(")")
    return 0 <= close < 120 and "(" not in right[:close]


def _with_points(text: str, cuts: list[int]) -> list[int]:
    """Long sentences are split again before their points (a), (b)."""
    edges = [0, *cuts, len(text)]
    more = [
        start + match.end()
        for start, end in pairwise(edges)
        if end - start > LONG_SENTENCE
        for match in _POINT.finditer(text[start:end])
    ]
    return sorted({*cuts, *more}) if more else cuts

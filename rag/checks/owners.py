"""Whose view is it? A view that the quotes give to somebody may not become a fact, or somebody else's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.checks.finding import Finding, Kind
from rag.checks.words import content_stems, listed, shared, stem, words

_VERBS = (
    r"(?:recommend|argue|claim|contend|believe|think|warn|urge|suggest|fear|maintain|assert|predict|insist|allege|"
    r"complain|oppose|criticis|criticiz|hope|worr|doubt|feel|hold|say|sa|advis|advocat|consider|conclude|expect|caution|"
    r"describe|call|see|propose|view|prais|object|want|explain|afraid|concern|opinion)"
)
_OPINION = re.compile(
    r"\b(?:recommend(?:s|ed|ing)?|argu(?:e|es|ed|ing)|contend(?:s|ed)?|believ(?:e|es|ed)|warn(?:s|ed|ing)?|"
    r"urg(?:e|es|ed|ing)|suggest(?:s|ed)?(?=\s+(?:that|the|it|this|a)\b|\s*[,.]|\s*$)|maintain(?:s|ed)? that|"
    r"assert(?:s|ed)?|predict(?:s|ed)?|insist(?:s|ed)?|alleg(?:e|es|ed)|complain(?:s|ed)?|advocate[sd]?|"
    r"caution(?:s|ed)|lament(?:s|ed)?|thinks?|"
    r"(?P<weak>conclude[sd]?|(?:find|found|note|report|state|explain|estimate|acknowledge|reply|admit)(?:s|d|ed|ted)?"
    r"(?=\s+that\b|\s*[.]?$))|thought that|said|says?|call(?:s|ed) for|calling for|holds? that|"
    r"(?<!the )(?<!a )(?<!such )(?<!of )(?<!these )(?:claim|fear|doubt|worr|hope|feel)(?:s|ed|y|ies|ied)?"
    r"(?=\s+(?:that|the|it|this|a)\b|\s*[,.]|\s*$))(?!\w)",
    re.IGNORECASE,
)
_PREPOSED = re.compile(
    r"\b(?:according to|in the (?:view|opinion|eyes|words|judgement|judgment) of|as (?:seen|put) by)\s+"
    r"(?P<holder>(?:the\s+|a\s+|an\s+)?[\w’'-]+(?:\s[\w’'-]+){0,5}?)(?=,|\.|;|$|\s(?:the|that|is|are|was|this|a|an|open)\b)",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"\b(?:according to|in the (?:view|opinion|eyes|words|judgement|judgment) of|view|opinion)\b", re.I
)
_POSSESSIVE = re.compile(
    r"(?P<holder>[\w’' -]{3,40})['’]s?\s+(?:view|opinion|argument|position|belief)\b", re.I
)
_DOCUMENTS = frozenset(
    listed("""
    act bill law regulation directive guidance memo memorandum policy framework playbook standard order
    rule charter guideline code strategy plan document agreement treaty contract court tribunal
""")
)
_GENERIC = frozenset(
    listed("""
    author authors op-ed report paper article post blog essay writer writers document memo study they he
    she it we some critics speaker brief piece text
""")
)
_FIRST = frozenset(["we", "i", "our", "my", "us"])
_SUBJECT = re.compile(r"[,;:“\"]|\b(?:while|but|although|though|whereas|because|that|which|and)\b")
_PASSIVE_BY = re.compile(r"\bby\s+(?P<holder>(?:the\s+|a\s+|some\s+)?[\w’'-]+(?:\s[\w’'-]+){0,4})", re.I)


@dataclass(frozen=True, slots=True)
class View:
    """An attribution: stems of the holder's words, stems of what is held."""

    holder: frozenset[str]
    holder_text: str
    held: frozenset[str]
    weak: bool = False


def views(sentence: str) -> tuple[View, ...]:
    """The attributions of a sentence."""
    found = []
    for match in _OPINION.finditer(sentence):
        view = _view(sentence, match)
        found.append(replace(view, weak=match["weak"] is not None) if view else None)
    for pattern in (_PREPOSED, _POSSESSIVE):
        for match in pattern.finditer(sentence):
            if re.search(r"\d", sentence):
                continue  # the source of a figure is not the owner of a view
            rest = sentence[: match.start()] + " " + sentence[match.end() :]
            found.append(_made(match["holder"], rest))
    return tuple(view for view in found if view is not None)


def _made(holder: str, held: str) -> View | None:
    pronouns = frozenset(word.lower for word in words(holder))
    named = content_stems(holder) or pronouns & _FIRST
    if "you" in pronouns or len(words(holder)) > 12:
        return None
    if not named and not pronouns & (_GENERIC | _FIRST):
        return None
    return View(named or pronouns & (_GENERIC | _FIRST), holder.strip(), content_stems(held) - named)


def _view(sentence: str, match: re.Match[str]) -> View | None:
    """The view around an attributing verb: its subject in front or, after a quotation, behind it."""
    before, after = sentence[: match.start()], sentence[match.end() :]
    if re.search(r"[,”\"]\s*(?:as\s+)?$", before):
        return _made(re.split(r"[,.;]", after)[0], before)
    passive = re.search(r"\b(?:was|were|is|are|been|be)\s+(?:\w+ly\s+)?$", before)
    if passive:
        by = _PASSIVE_BY.search(after)
        return _made(by["holder"], before + after) if by else None
    subject = _SUBJECT.split(before)[-1]
    if re.search(r"\b(?:not|could|can|cannot|may|might|would|to)\s*$|n't\s*$", subject, re.I):
        return None
    if not words(subject):
        subject = before
    trailing = not re.search(r"\w{2,}", after)
    held = before[: len(before) - len(subject)] if trailing else after
    return _made(subject, held)


def check_owners(claim: str, sentences: Sequence[str], context: str) -> list[Finding]:
    """Views that the claim states as facts, or gives to somebody else."""
    wanted = content_stems(claim)
    mine = views(claim)
    for sentence in sentences:
        theirs = [
            view
            for view in views(sentence)
            if len(wanted & view.held) >= 2 and shared(wanted, view.held) >= 0.4
        ]
        if not theirs or _plainly_said(claim, sentences, sentence):
            continue
        view = max(theirs, key=lambda item: len(wanted & item.held))
        if not mine and not _ACCORDING.search(claim):
            if not view.weak and not _by_a_rule(view) and not _reported(claim, view):
                return [_fact(claim, view)]
        elif mine and not any(_same_holder(one, view, context) for one in mine):
            return [_other(mine[0], view)]
    return []


def _plainly_said(claim: str, sentences: Sequence[str], but: str) -> bool:
    """Whether another quote sentence says the same without attributing it."""
    wanted = content_stems(claim)
    return any(
        shared(wanted, content_stems(text)) >= 0.7 and not views(text)
        for text in sentences
        if text is not but
    )


def _by_a_rule(view: View) -> bool:
    """Whether the holder is a document whose word is the rule itself ("the memo recommends")."""
    return bool(view.holder & {stem(word) for word in _DOCUMENTS})


def _reported(claim: str, view: View) -> bool:
    """Whether the claim names the holder together with a word that reports, not states."""
    lower = claim.lower()
    return bool(view.holder & content_stems(claim)) and bool(re.search(rf"\b{_VERBS}\w*", lower))


def _same_holder(one: View, other: View, context: str) -> bool:
    common = one.holder & other.holder
    if other.holder & _FIRST or (common and (common in (one.holder, other.holder))):
        return True
    if common & {word.stem for word in words(other.holder_text)[1:] if word.text[0].isupper()}:
        return True
    if _initials(one) in other.holder or _initials(other) in one.holder:
        return True
    if (one.holder | other.holder) & {form for word in _GENERIC for form in (word, stem(word))}:
        return True
    return bool(one.holder & content_stems(context))


def _initials(view: View) -> str:
    return "".join(word.text[0] for word in words(view.holder_text) if word.text[0].isupper()).lower()


def _fact(claim: str, view: View) -> Finding:
    message = f"This is stated as a fact, but the quotes give it as the view of “{view.holder_text}”."
    return Finding(kind=Kind.OWNER, message=message, text=claim, owner=view.holder_text)


def _other(mine: View, theirs: View) -> Finding:
    message = f"The quotes give this view to “{theirs.holder_text}”, not to “{mine.holder_text}”."
    return Finding(kind=Kind.OWNER, message=message, text=mine.holder_text)

"""From the model's words to claims: each sentence with the quotes it rests on, checked against them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.asked import questions_in
from rag.answering.evidence import Sentence
from rag.answering.words import content_words
from rag.checks import check_claim
from rag.sentences import sentence_spans
from rag.types import Block, BlockKind, Support

_ENOUGH = 0.95
_WORTH_ANOTHER = 0.2
_MOST_QUOTES = 3
_LONGEST_OWNER = 60
_SUPPORTED, _PARTLY = 0.6, 0.4
_AUXILIARIES = """
is are was were does do did has have had can could may must shall should will would
"""
_YES_OR_NO = frozenset(_AUXILIARIES.split())
_NAME = re.compile(r"\b[A-Z][\w’'-]*|\d[\w.,]*")
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded:
    """A claim before it has markers: `quotes` index into the sentences it was checked against.

    `covered` is the share of the claim's content words that its quotes hold.
    """

    text: str
    quotes: tuple[int, ...]
    covered: float
    support: Support
    checks: tuple[str, ...]


def split_claims(text: str) -> tuple[str, ...]:
    """The sentences and list items of an answer, without list marks."""
    claims: list[str] = []
    for line in text.splitlines():
        line = _LIST_MARK.sub("", line).strip()
        if line:
            block = Block(start=0, end=len(line), kind=BlockKind.PARAGRAPH)
            claims += [line[start:end] for start, end in sentence_spans(line, [block])]
    return tuple(claim for claim in claims if content_words(claim) or any(c.isdigit() for c in claim))


def ground(claim: str, question: str, sentences: Sequence[Sentence]) -> Grounded:
    """Find the quotes of one claim and check it against them.

    The sentence that shares most with the claim, and then with the question, comes first; a second and a
    third are taken where they add what is missing, and a title where no sentence has the words. A view that
    the claim states as a fact gets its owner.
    """
    quotes = _find_quotes(claim, question, sentences)
    texts = [sentences[index].text for index in quotes]
    findings = check_claim(claim, texts, context=question) if texts else ()
    owners = [finding.owner for finding in findings if finding.owner]
    if owners and (told := _attributed(claim, owners[0])):
        claim, findings = told, check_claim(told, texts, context=question)
    covered = 0.0 if _only_repeats(claim, question) else _coverage(claim, question, texts)
    return Grounded(
        text=claim,
        quotes=tuple(quotes),
        covered=covered,
        support=_support(covered, bool(findings), bool(texts)),
        checks=tuple(finding.message for finding in findings),
    )


def adds_to(claim: Grounded, others: Sequence[Grounded], question: str) -> bool:
    """Whether a claim says something that neither the others nor the question say."""
    said = " ".join([question, *(other.text for other in others)])
    return bool(set(content_words(claim.text)) - set(content_words(said)))


def repaired(claim: Grounded, sentences: Sequence[Sentence]) -> Grounded:
    """The claim as it may be shown: one that the checks found wrong is told in its quote's own words."""
    if not claim.checks or claim.support is Support.NO:
        return claim
    told = f"In the document's own words: “{sentences[claim.quotes[0]].text}”"
    return replace(claim, text=told, quotes=claim.quotes[:1], support=Support.YES, checks=())


def _attributed(claim: str, owner: str) -> str | None:
    """The claim with the owner of the view it states; None where the quotes do not name one."""
    if not content_words(owner) or len(owner) > _LONGEST_OWNER:
        return None
    return f"{claim.rstrip('. ')}, according to {owner}."


def _find_quotes(claim: str, question: str, sentences: Sequence[Sentence]) -> list[int]:
    words = _own_words(claim, question)
    asked = set(content_words(question))
    bags = [set(content_words(sentence.text)) for sentence in sentences]
    told = [index for index, sentence in enumerate(sentences) if not sentence.title]
    titles = [
        index
        for index, sentence in enumerate(sentences)
        if sentence.title and _names(sentence.text, claim, words)
    ]

    def worth(index: int) -> float:
        shared = len(words & bags[index]) / len(words)
        about = len(asked & bags[index]) / max(1, len(asked))
        return shared + 0.5 * about

    def share(held: set[str]) -> float:
        return len(words & held) / len(words)

    if not words:
        return []
    quotes: list[int] = []
    held = set[str]()
    while told and len(quotes) < _MOST_QUOTES and share(held) < _ENOUGH:
        best = max(told, key=lambda index: (len(words & (bags[index] - held)) if quotes else 0, worth(index)))
        if quotes and share(bags[best] - held) < _WORTH_ANOTHER:
            break
        quotes.append(best)
        held |= bags[best]
    if share(held) < _SUPPORTED and titles:
        return [max(titles, key=worth)]
    return quotes if words & held else []


def _names(title: str, claim: str, words: set[str]) -> bool:
    """Whether a title bears out the words by itself: they are names, numbers or dates there and in the claim.

    Anything else a title only raises, as a question, an option or a proposal.
    """

    def named(text: str) -> set[str]:
        return {word for part in _NAME.findall(text) for word in content_words(part)}

    return words <= named(title) & named(claim) and not title.rstrip().endswith("?")


def _own_words(claim: str, question: str) -> set[str]:
    """What the claim says beyond the question; all its words if it only repeats the question."""
    words = set(content_words(claim))
    return (words - set(content_words(question))) or words


def _only_repeats(claim: str, question: str) -> bool:
    """Whether a claim says nothing that the question did not; to a yes-or-no question that is an answer."""
    first = questions_in(question)[-1].split(maxsplit=1)[:1]
    if first and first[0].lower() in _YES_OR_NO:
        return False
    return not set(content_words(claim)) - set(content_words(question))


def _coverage(claim: str, question: str, quotes: Sequence[str]) -> float:
    words = _own_words(claim, question)
    held = set(content_words(" ".join(quotes)))
    return len(words & held) / len(words) if words else 0.0


def _support(covered: float, found_wrong: bool, quoted: bool) -> Support:
    if not quoted or covered < _PARTLY:
        return Support.NO
    if found_wrong:
        return Support.NO if covered < _SUPPORTED else Support.PARTLY
    return Support.YES if covered >= _SUPPORTED else Support.PARTLY

"""Whether words of a model that nobody checks decline the question: by what such models write.

What is said first decides. "The fee is 14 crowns. The date is not in the documents." answers in part; "I do
not know. It may be 14 crowns." declines. What this misses counts as an answer, so it knows the wordings that
the prompts ask for, and those that small models write instead.
"""

from __future__ import annotations

import re

from eval.text_match import plain_signs
from rag.answering.claims import split_claims
from rag.types import Status

_SOURCES = r"(?:documents?|passages?|texts?|context|sources?|information|excerpts?)"
_DECLINING = re.compile(
    rf"""
      \bnot\ (?:stated\ |mentioned\ |given\ |found\ |included\ |provided\ |specified\ |contained\ )?
        in\ (?:any\ of\ )?the\ (?:\w+\ )?{_SOURCES}
    | \bi\ (?:do\ not|don't|can\ ?not|can't)\ (?:know|answer|find|say|determine)\b
    | \b{_SOURCES}\ (?:above\ |provided\ |given\ )?(?:do(?:es)?\ not|don't|doesn't)\ (?:\w+ly\ )?
        (?:say|state|mention|contain|provide|include|specify|answer|give|address)\b
    | \bno\ (?:\w+\ )?(?:information|mention|answer)\b[^.]*\b(?:in|from)\ the\ (?:\w+\ )?{_SOURCES}
    | \bthere\ is\ no\ (?:\w+\ )?(?:information|mention)\b
    | \b(?:can\ ?not|can't)\ be\ (?:answered|determined|found)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def declines(sentence: str) -> bool:
    """Whether a sentence says that there is no answer."""
    return _DECLINING.search(" ".join(plain_signs(sentence).split())) is not None


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of an answer; a text without a word of content, such as "No.", is one."""
    return split_claims(text) or ((text.strip(),) if any(map(str.isalnum, text)) else ())


def status_of(text: str) -> tuple[Status, str]:
    """How a plain answer ended, and why it is seen so."""
    said = sentences(text)
    if not said:
        return Status.ABSTAINED, "it wrote nothing"
    if declines(said[0]):
        return Status.ABSTAINED, "it says that there is no answer"
    if any(declines(sentence) for sentence in said[1:]):
        return Status.PARTIAL, "it says that a part has no answer"
    return Status.ANSWERED, ""

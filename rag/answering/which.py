"""Which document is meant where a question names only its kind: "What does the memo advise?", of two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.answering.versions import versions_of
from rag.answering.words import content_words
from rag.types import DocumentInfo, Hit

_KINDS = """
act agreement article bill brief charter decision directive essay framework guidance guideline handbook law
letter memo memorandum opinion order paper playbook policy primer regulation report statute strategy study
"""
_BARE_KIND = re.compile(
    rf"\b(?:the|this|that)\s+(?P<kind>{'|'.join(_KINDS.split())})\b(?!['’-])"
    # "the act on data", "the order 14110", "the Policy Office": these say which, or name something else.
    r"(?!\s+(?:of|on|for|about|against|by|from|to|in|that|which|who|between|with|version|v?\d|(?-i:[A-Z§])))",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_SAME = {"memorandum": "memo"}
_PAGE = " | "
_NEAR = 3
"""Two documents compete where each has one of so many first passages."""


def could_be_meant(
    question: str, hits: Sequence[Hit], among: Iterable[DocumentInfo]
) -> tuple[DocumentInfo, ...]:
    """The documents between which the question does not choose, the nearest first; () where it does.

    Versions of one document do not compete: where they differ, the answer quotes both. Nor do pages of one,
    as web sites have them ("Source Code Policy | Scope").
    """
    asked = _BARE_KIND.search(question)
    if not asked:
        return ()
    infos = {info.doc_id: info for info in among}
    near = [infos[doc_id] for doc_id in dict.fromkeys(hit.passage.span.doc_id for hit in hits[:_NEAR])]
    kind = _kind(asked["kind"])
    candidates = [info for info in near if kind in map(_kind, _WORD.findall(info.title))]
    if not candidates or candidates[0] is not near[0]:
        return ()
    words = set(content_words(question))
    named = [len(words & set(content_words(info.title))) for info in candidates]
    rivals = [info for info, shared in zip(candidates, named, strict=True) if shared == max(named)]
    whole: dict[str, DocumentInfo] = {}
    for info in rivals:
        whole.setdefault(_work(info.title, kind), info)
    rivals = list(whole.values())
    distinct = [info for i, info in enumerate(rivals) if not versions_of(info, rivals[:i])]
    return tuple(distinct) if len(distinct) > 1 else ()


def _work(title: str, kind: str) -> str:
    """The part of a page's title that names a document of the kind, the rest being its page or its site."""
    parts = [part for part in title.split(_PAGE) if kind in map(_kind, _WORD.findall(part))]
    return parts[0] if len(parts) == 1 else title


def _kind(word: str) -> str:
    singular = word.casefold().removesuffix("s")
    return _SAME.get(singular, singular)

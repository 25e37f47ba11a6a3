"""What people do without us: a chat model, a prompt with the passages in it, and trust in what comes back.

The same with no passages is the closed book: what the model knows by heart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from eval.cases import Case
from eval.metrics.observed import markers_in
from eval.systems.contexts import Context, queries
from eval.systems.declining import sentences, status_of
from eval.systems.system import Watch, plain_answer
from eval.text_match import without_markers
from rag.answering.answerer import PASSAGES
from rag.answering.citations import resolve
from rag.index import Index
from rag.llm.generator import ANSWER_TOKENS
from rag.types import Answer, Citation, Claim, Hit, Status, Support, Usage

WITH_PASSAGES = (
    "You are a helpful assistant. Answer the user's question in one or two sentences, using only the "
    "documents that you are given. After each sentence, cite the documents it is from by their numbers in "
    "square brackets, such as [1]. If the answer is not in the documents, reply: Not in the documents."
)
BY_HEART = (
    "You are a helpful assistant. Answer the user's question in one or two sentences. If you do not know the "
    "answer, reply: I do not know."
)
_BEFORE_STOP = re.compile(r" (?=[.,;!?])")
_BEHIND_STOP = re.compile(r"([.!?][\"'”’)]*)((?:[ \t]*\[\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*\](?!\())+)")

Message = dict[str, str]


class Chat(Protocol):
    """A chat model as others offer it: messages in, text out."""

    name: str
    usage: Usage
    """Tokens of the last answer."""

    def fits(self, messages: Sequence[Message], max_tokens: int) -> bool:
        """Whether the messages leave room for an answer; True where it cannot be known beforehand."""

    def say(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        """The answer, piece by piece, at temperature 0."""

    def close(self) -> None:
        """Frees the model."""


class NaivePrompt:
    """The passages found, numbered, in one prompt; the markers that come back are taken at their word."""

    reads_passages = True

    def __init__(self, chat: Chat, context: Context) -> None:
        self._chat = chat
        self._context = context

    def answer(self, case: Case) -> Answer:
        """The text as it came; a marker cites the whole passage of its number, if there is one."""
        watch = Watch()
        found = self._context.retriever(case).search(*queries(case), k=PASSAGES).hits
        hits = list(found)
        while hits and not self._chat.fits(self._messages(case, hits), ANSWER_TOKENS):
            hits.pop()
        watch.retrieved = watch.now()
        text = _said(self._chat, self._messages(case, hits), watch)
        status, reason = status_of(text)
        claims = tuple(_claims(text)) if status is not Status.ABSTAINED else ()
        return plain_answer(
            case,
            self._chat.name,
            status,
            text,
            watch,
            reason=reason,
            claims=claims,
            citations=_citations(claims, hits, self._context.index),
            hits=hits,
            usage=self._chat.usage,
            dropped=len(found) - len(hits),
        )

    def close(self) -> None:
        """Frees the model."""
        self._chat.close()

    def _messages(self, case: Case, hits: Sequence[Hit]) -> list[Message]:
        index = self._context.index
        documents = "".join(
            f"[{number}] {index.document(hit.passage.span.doc_id).title}\n{hit.passage.text}\n\n"
            for number, hit in enumerate(hits, start=1)
        )
        system = WITH_PASSAGES if hits else BY_HEART
        asked = f"Documents:\n\n{documents}Question: {case.question}" if hits else case.question
        return [_message("system", system), *_earlier(case), _message("user", asked)]


class ClosedBook:
    """The question alone: what the model has learnt by heart."""

    reads_passages = False

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def answer(self, case: Case) -> Answer:
        """The text as it came, without citations."""
        watch = Watch()
        messages = [_message("system", BY_HEART), *_earlier(case), _message("user", case.question)]
        text = _said(self._chat, messages, watch)
        status, reason = status_of(text)
        claims = tuple(
            Claim(text=_bare(sentence), citations=(), support=Support.UNSCORED)
            for sentence in (sentences(text) if status is not Status.ABSTAINED else ())
        )
        return plain_answer(
            case, self._chat.name, status, text, watch, reason=reason, claims=claims, usage=self._chat.usage
        )

    def close(self) -> None:
        """Frees the model."""
        self._chat.close()


def _said(chat: Chat, messages: Sequence[Message], watch: Watch) -> str:
    text = ""
    for piece in chat.say(messages, ANSWER_TOKENS):
        watch.first = watch.first or watch.now()
        text += piece
    return text.strip()


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


def _earlier(case: Case) -> list[Message]:
    return [
        message
        for turn in case.turns
        for message in (_message("user", turn.question), _message("assistant", turn.answer))
    ]


def _claims(text: str) -> Iterator[Claim]:
    """The sentences with the markers in and behind them, also those that lead nowhere."""
    for sentence in sentences(_BEHIND_STOP.sub(r" \2\1 ", text)):
        markers = tuple(dict.fromkeys(markers_in(sentence)))
        if any(map(str.isalnum, bare := _bare(sentence))):
            yield Claim(text=bare, citations=markers, support=Support.UNSCORED)


def _bare(sentence: str) -> str:
    """A sentence without its markers, and without the space that they leave before a full stop."""
    return _BEFORE_STOP.sub("", " ".join(without_markers(sentence).split()))


def _citations(claims: Sequence[Claim], hits: Sequence[Hit], index: Index) -> tuple[Citation, ...]:
    cited = dict.fromkeys(marker for claim in claims for marker in claim.citations)
    return tuple(
        resolve(hits[marker - 1].passage.span, index.document(hits[marker - 1].passage.span.doc_id), marker)
        for marker in sorted(cited)
        if 1 <= marker <= len(hits)
    )

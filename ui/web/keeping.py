"""Between the conversation on the page and the one that is kept."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from rag.errors import GreenpaperError
from rag.types import Answer, Timings, Usage
from ui.kept.values import Conversation, Kept, KeptAnswer
from ui.web.pages.page import Shared
from ui.web.show.phrases import told
from ui.web.state import Exchange

_log = logging.getLogger(__name__)


class Keeper:
    """Keeps what was answered on one tab, if the reader wants that."""

    def __init__(self, shared: Shared) -> None:
        self.words, self.store = shared.words, shared.store

    def kept(
        self, before: Sequence[Exchange], exchange: Exchange, replaced: Sequence[Exchange] = ()
    ) -> Exchange:
        """`exchange`, kept after `before` and in place of `replaced`; a failure is said beside it."""
        if exchange.record is None:
            return exchange
        conversation = next((one.kept.conversation_id for one in (*replaced, *before) if one.kept), None)
        instead_of = [one.kept.answer_id for one in replaced if one.kept]
        try:
            kept = self.store.append(exchange.record, conversation, instead_of=instead_of)
        except GreenpaperError as error:
            _log.warning("an answer was not kept: %s", error)
            return replace(exchange, note=told(self.words, error))
        return replace(exchange, kept=kept)


def as_exchanges(conversation: Conversation) -> list[Exchange]:
    """A kept conversation as it is shown and gone on with."""
    return [
        _exchange(number, answer, conversation.conversation_id)
        for number, answer in enumerate(conversation.answers, start=1)
    ]


def _exchange(number: int, kept: KeptAnswer, conversation_id: int) -> Exchange:
    (entry,) = kept.record.entries
    answer = Answer(
        question=entry.question,
        query=entry.query,
        status=entry.status,
        reason=entry.reason,
        text=entry.text,
        claims=entry.claims,
        citations=entry.citations,
        hits=(),
        timings=Timings(total_s=entry.seconds),
        usage=Usage(),
        model=entry.model,
        fingerprint=entry.fingerprint,
        dropped=entry.dropped,
    )
    return Exchange(
        number=number,
        question=entry.question,
        text=entry.text,
        citations=entry.citations,
        nearest=entry.nearest,
        answer=answer,
        documents=len(entry.searched),
        read=entry.read,
        record=kept.record,
        kept=Kept(conversation_id=conversation_id, answer_id=kept.answer_id),
        opinion=kept.opinion,
    )

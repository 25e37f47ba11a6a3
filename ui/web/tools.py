"""What the reader does with an answer that stands there: copy, export, rate, note."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from rag.errors import GreenpaperError
from ui.kept.values import Opinion, Rating
from ui.records.export import WRITERS
from ui.records.record import Record, joined
from ui.records.to_text import to_text
from ui.web.components import Update
from ui.web.pages.page import Shared
from ui.web.show.phrases import told
from ui.web.show.tools import said_at
from ui.web.state import Exchange
from ui.web.wire import File, Reply, Wanted, Wire

_MEDIA_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".md": "text/markdown;charset=utf-8",
    ".pdf": "application/pdf",
}


class Tools:
    """The buttons under every answer of one tab."""

    def __init__(self, shared: Shared) -> None:
        self.words, self.store, self.exchanges = shared.words, shared.store, shared.exchanges
        self.wire = Wire("tools")

    def connect(self) -> None:
        """Connect the buttons."""
        self.wire.connect(self.used, [self.exchanges], [])

    def used(self, sent: str, exchanges: list[Exchange]) -> Update:
        """Do what a button wants; whatever can be mended is said under the answer."""
        wanted = Wanted.read(sent)
        exchange = next((one for one in exchanges if one.number == wanted.number("turn")), None)
        if exchange is None or exchange.record is None:
            return {self.wire.reply: Reply().to_json()}
        try:
            reply = self._done(wanted, exchange, exchange.record, exchanges)
        except GreenpaperError as error:
            reply = Reply(said=told(self.words, error))
        return {self.wire.reply: replace(reply, at=said_at(exchange.number)).to_json()}

    def _done(
        self, wanted: Wanted, exchange: Exchange, record: Record, exchanges: Sequence[Exchange]
    ) -> Reply:
        match wanted.text("do"):
            case "copy":
                return Reply(text=to_text(record), said=self.words("tools.copied"))
            case "export":
                return exported(record, wanted.text("format"), self.words("tools.exported"))
            case "export-all":
                records = [one.record for one in exchanges if one.record]
                whole = joined(records, records[0].title)
                return exported(whole, wanted.text("format"), self.words("tools.exported"))
            case "rate" | "note":
                return self._opinion(wanted, exchange)
        return Reply()

    def _opinion(self, wanted: Wanted, exchange: Exchange) -> Reply:
        if exchange.kept is None:
            return Reply(said=self.words("tools.not_kept"))
        opinion = self.store.opinion(exchange.kept.answer_id)
        if opinion is None:
            return Reply(said=self.words("tools.gone"))
        changed = _changed(wanted, opinion)
        self.store.think(exchange.kept.answer_id, changed)
        pressed = (exchange.kept.answer_id, changed.rating.value if changed.rating else "")
        return Reply(said=self.words("tools.noted"), pressed=pressed)


def _changed(wanted: Wanted, opinion: Opinion) -> Opinion:
    """A thumb that is pressed again is taken back; a note leaves the thumb as it is, unless it says more."""
    if wanted.text("do") == "rate":
        given = next((rating for rating in Rating if rating.value == wanted.text("rating")), None)
        return replace(opinion, rating=None if given is opinion.rating else given)
    unanswerable = wanted.ticked("unanswerable")
    kept = None if opinion.rating is Rating.UNANSWERABLE else opinion.rating
    return Opinion(
        rating=Rating.UNANSWERABLE if unanswerable else kept,
        note=wanted.text("note"),
        right=wanted.text("right", 400),
    )


def exported(record: Record, suffix: str, said: str) -> Reply:
    """A record as a file to save; nothing for a format that there is not."""
    if suffix not in WRITERS:
        return Reply()
    data = WRITERS[suffix](record)
    name = f"{file_name(record.title)}{suffix}"
    return Reply(file=File(name=name, media_type=_MEDIA_TYPES[suffix], data=data), said=said)


def file_name(title: str) -> str:
    """A title as the name of a file on any system, without its ending."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return f"greenpaper-{name.lower()}" if name else "greenpaper"

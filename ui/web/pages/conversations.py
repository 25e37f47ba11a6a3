"""The kept conversations: whether there are any, found, opened, renamed, pinned, taken away, deleted."""

from __future__ import annotations

from typing import Any, ClassVar

import gradio as gr

from rag.errors import GreenpaperError
from ui.kept.cases import cases
from ui.records.record import joined
from ui.web.components import QUIET, Update, html
from ui.web.keeping import as_exchanges
from ui.web.pages.page import Shared, Shown
from ui.web.show.conversations import SAID, extent, heading, listing
from ui.web.show.phrases import told
from ui.web.tools import exported
from ui.web.wire import File, Reply, Wanted, Wire


class ConversationsPage:
    """The switch, the search and the list."""

    name: ClassVar[str] = "conversations"

    def __init__(self, shared: Shared) -> None:
        self.words, self.store, self.sessions = shared.words, shared.store, shared.sessions
        self.exchanges, self.another = shared.exchanges, shared.opened
        html(heading(self.words))
        self.switch = gr.Checkbox(label=self.words("conversations.keep"), elem_id="gp-keep")
        self.extent = html(elem_id="gp-extent")
        self.search = gr.Textbox(
            label=self.words("conversations.search"), elem_id="gp-search", lines=1, max_lines=1
        )
        self.list = html(elem_id="gp-conversations")
        self.wire = Wire("conversations")

    def connect(self, shown: Shown) -> None:
        """Connect the switch, the search and the buttons of the list."""
        shown(self.opened, inputs=[self.search], outputs=[self.switch, self.extent, self.list], **QUIET)
        listed: dict[str, Any] = {"outputs": [self.extent, self.list], **QUIET}
        self.switch.input(self.switched, inputs=[self.switch, self.search], **listed)
        self.search.change(self.found, inputs=[self.search], **listed, trigger_mode="always_last")
        self.wire.connect(
            self.used, [self.search, self.another], [self.exchanges, self.another, self.extent, self.list]
        )

    def opened(self, search: str) -> Update:
        """Everything, as it is kept at this moment."""
        try:
            return {self.switch: self.store.keeping, **self._listed(search)}
        except GreenpaperError as error:
            return self._failed(error)

    def switched(self, on: bool, search: str) -> Update:
        """Keep from now on, or no more."""
        try:
            self.store.keep(on)
            return self._listed(search)
        except GreenpaperError as error:
            return self._failed(error)

    def found(self, search: str) -> Update:
        """The conversations in which the words stand."""
        try:
            return self._listed(search)
        except GreenpaperError as error:
            return self._failed(error)

    def used(self, sent: str, search: str, opened: int, request: gr.Request) -> Update:
        """Do what a button wants."""
        wanted = Wanted.read(sent)
        try:
            if wanted.text("do") == "open":
                return self._opened(wanted.number("id"), opened, request)
            update = self._done(wanted, wanted.number("id"))
            return {**self._listed(search), **update}
        except GreenpaperError as error:
            return {self.wire.reply: Reply(at=SAID, said=told(self.words, error)).to_json()}

    def _done(self, wanted: Wanted, conversation_id: int) -> Update:
        words, reply = self.words, self.wire.reply
        match wanted.text("do"):
            case "export":
                return self._taken(wanted, conversation_id)
            case "rename":
                self.store.rename(conversation_id, wanted.text("title", 200))
                return {reply: Reply(at=SAID, said=words("conversations.renamed")).to_json()}
            case "pin" | "unpin":
                self.store.pin(conversation_id, wanted.text("do") == "pin")
            case "delete":
                self.store.delete(conversation_id)
                return self._deleted()
            case "delete-all":
                self.store.delete_all()
                return self._deleted()
            case "cases":
                return {reply: self._cases().to_json()}
        return {reply: Reply(at=SAID).to_json()}

    def _opened(self, conversation_id: int, opened: int, request: gr.Request) -> Update:
        """The conversation on the page of questions, where it can be gone on with."""
        conversation = self.store.conversation(conversation_id)
        if self.sessions.is_asking(request) or conversation is None:
            key = "conversations.gone" if conversation is None else "conversations.busy"
            return {self.wire.reply: Reply(at=SAID, said=self.words(key)).to_json()}
        return {
            self.exchanges: as_exchanges(conversation),
            self.another: opened + 1,
            self.wire.reply: Reply(at=SAID, page="ask").to_json(),
        }

    def _taken(self, wanted: Wanted, conversation_id: int) -> Update:
        conversation = self.store.conversation(conversation_id)
        if conversation is None:
            return {self.wire.reply: Reply(at=SAID, said=self.words("conversations.gone")).to_json()}
        whole = joined([answer.record for answer in conversation.answers], conversation.title)
        reply = exported(whole, wanted.text("format"), self.words("tools.exported"))
        return {self.wire.reply: Reply(at=SAID, said=reply.said, file=reply.file).to_json()}

    def _deleted(self) -> Update:
        return {self.wire.reply: Reply(at=SAID, said=self.words("conversations.deleted")).to_json()}

    def _cases(self) -> Reply:
        found = cases(self.store.all())
        if not found.count:
            return Reply(at=SAID, said=self.words("conversations.no_cases"))
        said = self.words("conversations.cases_saved", cases=self.words.count("case", found.count))
        file = File(name="greenpaper-cases.jsonl", media_type="application/jsonl", data=found.lines)
        return Reply(at=SAID, said=said, file=file)

    def _failed(self, error: GreenpaperError) -> Update:
        return {self.extent: extent(told(self.words, error)), self.list: ""}

    def _listed(self, search: str) -> Update:
        lines = self.store.conversations(search)
        told_extent = self.words("conversations.where", path=str(self.store.path))
        return {
            self.extent: extent(told_extent),
            self.list: listing(self.words, lines, search, keeping=self.store.keeping),
        }

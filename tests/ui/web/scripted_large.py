"""The scripted page over 500 documents, with a kept conversation of 100 questions. Run as a module."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.ui.web import scripted
from ui.kept.store import Store
from ui.records.build import record_of

DOCUMENTS, TURNS = 500, 100
ASKED = datetime(2026, 3, 1, tzinfo=UTC)


def library() -> scripted.Library:
    """The script's documents, and as many more with the same text as make 500."""
    held = scripted.library().held
    for number in range(len(held), DOCUMENTS):
        held[f"n{number}"] = scripted.document(f"n{number}", f"n{number:03}.pdf", f"Report {number:03}")
    return scripted.Library(held)


def keep(shelf: scripted.Library, model: scripted.Scripted) -> None:
    """Write the conversation as if it had been had, a minute a question."""
    store = Store()
    store.keep(True)
    conversation = None
    for number in range(1, TURNS + 1):
        question = f"What is open, asked for the {number}th time?"
        *_, answer = replace(model, pause_s=0, stage_s=0).stream(question)
        record = record_of(
            answer,
            shelf,
            asked=ASKED + timedelta(minutes=number),
            model_sha256=model.model_sha256,
        )
        kept = store.append(record, conversation)
        assert kept is not None
        conversation = kept.conversation_id


def main() -> None:
    """Serve until the standard input ends."""
    shelf = library()
    model = scripted.Scripted(shelf)
    keep(shelf, model)
    scripted.run(lambda name: model)


if __name__ == "__main__":
    main()

"""What an exported record says besides the answers: the same words in every format.

A note is two paragraphs: the quote between “ and ”, and its source, which ends with a locator in square
brackets. The source holds no ”, so that the quote is always what stands between the first “ and the last ”.
"""

from __future__ import annotations

import re
from datetime import datetime

from rag.types import Citation, Status, Support
from ui.ocr_note import ocr_note
from ui.records.record import Entry, Note, Record, Source

OPEN, CLOSE = "“", "”"
LOCATOR = re.compile(r"\[(?P<doc_id>[0-9a-f]{8,64}):(?P<start>\d{1,12})-(?P<end>\d{1,12})\]")
STATUS = {
    Status.ANSWERED: "",
    Status.PARTIAL: "Partly answered.",
    Status.ABSTAINED: "The documents do not say.",
    Status.CLARIFY: "The question was not clear.",
}
SUPPORT = {
    Support.YES: "",
    Support.PARTLY: "partly supported",
    Support.NO: "not supported",
    Support.UNSCORED: "unchecked",
}
SUBJECT = "Answers from documents, with their quotes"
CHECKS = "What the checks found"
NEAREST = "Nearest passages, which may not answer the question"
SOURCES = "Quotes"
DOCUMENTS = "Documents quoted"
DOCUMENT_COLUMNS = ("Title", "File", "Version, date", "SHA-256")
HOW = "How to check this"
HOW_TEXT = (
    "Every quote stands in its document to the character. The code in brackets behind each source says "
    "where: the first digits of the document’s SHA-256, then the first and the last position in its text. "
    "With the same documents in the library, “greenpaper verify” and the name of this file check every "
    "quote as it stands in this file now. The sentences that rest on the quotes were written by a language "
    "model: read the quotes."
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def day(moment: datetime) -> str:
    """`28 November 2026`."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def subtitle(record: Record) -> str:
    """What kind of paper it is, and when it was made."""
    days = list(dict.fromkeys(day(entry.asked) for entry in record.entries))
    span = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    questions = "an answer" if len(record.entries) == 1 else f"{len(record.entries)} answers"
    return f"Greenpaper: {questions} with quotes, {span}"


def quoted(note: Note) -> str:
    """The first paragraph of a note."""
    return f"{OPEN}{note.citation.quote}{CLOSE}"


def sourced(note: Note) -> str:
    """The second paragraph of a note: document, place, and what the answer was made with."""
    where = ", ".join([_document(note.source), *place(note.citation)])
    entry, span = note.entry, note.citation.span
    made = f"Greenpaper, {day(entry.asked)}, {entry.model}, {entry.fingerprint}"
    locator = f"[{span.doc_id}:{span.start}-{span.end}]"
    return one_line(f"{where}. {made}. {locator}")


def _document(source: Source) -> str:
    """`AI Act (act.pdf, version 2, 2026-03-01)`."""
    version = f"version {source.version}" if source.version else ""
    known = ", ".join(filter(None, (source.name, version, source.date)))
    return f"{source.title} ({known})" if source.title != source.name else known


def place(citation: Citation) -> list[str]:
    """Page with its printed label, section, how sure text recognition was; as far as there are any."""
    parts = []
    if citation.page is not None:
        printed = citation.page_label
        label = f" (printed {printed})" if printed and printed != str(citation.page) else ""
        parts.append(f"page {citation.page}{label}")
    return [*parts, *filter(None, (citation.section, ocr_note(citation)))]


def nearest(citation: Citation) -> str:
    """A passage that was found and does not answer: where it stands."""
    return one_line(", ".join([citation.title or citation.document, *place(citation)]))


def made_with(entry: Entry) -> str:
    """What was searched, and with what the answer was made."""
    searched = count(len(entry.searched), "document", "documents")
    read = f"Searched {searched}, read {count(entry.read, 'passage', 'passages')}"
    left_out = f" ({entry.dropped} more did not fit)" if entry.dropped else ""
    query = f" Looked for: {entry.query}." if entry.query not in ("", entry.question) else ""
    asked = f"{day(entry.asked)}, {entry.asked:%H:%M %Z}".rstrip()
    digest = entry.model_sha256[:16]
    model = f"{entry.model} (SHA-256 {digest}…)" if digest else entry.model
    return one_line(
        f"{read}{left_out}.{query} Asked on {asked}, of {model}, fingerprint {entry.fingerprint}."
    )


def documents(record: Record) -> list[tuple[str, str, str, str]]:
    """The rows below `DOCUMENT_COLUMNS`: every document that is quoted."""
    cited = {citation.span.doc_id for entry in record.entries for citation in entry.citations}
    return [
        (
            one_line(source.title),
            one_line(source.name),
            ", ".join(filter(None, (source.version, source.date))),
            source.sha256,
        )
        for source in record.sources
        if source.doc_id in cited
    ]


def count(number: int, singular: str, plural: str) -> str:
    """`1 passage`, `19 documents`."""
    return f"{number:,} {singular if number == 1 else plural}"


def one_line(text: str) -> str:
    """Text of a title or a section as one line in which no ” ends a quote too late."""
    return flat(text.replace(OPEN, "‘").replace(CLOSE, "’"))


def flat(text: str) -> str:
    """`text` on one line."""
    return " ".join(text.split())

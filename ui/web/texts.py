"""Every word the chat says of its own accord, in one place."""

from __future__ import annotations

from rag.types import Status, Support
from rag.warming import WarmState, Warmth

TITLE = "Greenpaper"
TAGLINE = "Answers from your policy documents, every claim tied to a quote."

OFFLINE = "Offline"
OFFLINE_WHY = "Everything runs on this computer. Connections to any other are refused."
NOT_OFFLINE = "Network not guarded"
NOT_OFFLINE_WHY = "Greenpaper's network guard is not active in this process."

MODEL_LOADING = "Loading the model"
MODEL_FAILED = "The model could not be loaded."
LOADING_HINT = "You can already type: your question starts as soon as the model is loaded."

READ_AHEAD = {
    WarmState.READING: "reading ahead: {done} of {passages}",
    WarmState.DONE: "{passages} read ahead",
    WarmState.FULL: "{done} of {passages} read ahead",
    WarmState.UNWRITABLE: "{done} of {passages} read ahead",
}
"""A passage that was read ahead is not read again when a question needs it."""

START = "What would you like to know?"
START_EMPTY = "There are no documents yet. Add some with: greenpaper ingest FOLDER"
QUESTION_LABEL = "Your question"
QUESTION_PLACEHOLDER = "Ask about your documents"
ASK = "Ask"
STOP = "Stop"
AGAIN = "Ask again"
CLEAR = "Clear"
YOU = "You asked"

PROOF = "Citations"
PROOF_EMPTY = "The quotes behind an answer appear here, each with its document and page."
PROOF_NONE = "This answer cites nothing."
NEAREST = "Nearest passages"
NEAREST_HINT = "The closest the documents come. They may not answer the question."
CLAIMS = "Claims"
QUESTION_NUMBER = "Question {number}"
BACK = "Back to the answer"
DOCUMENTS = "Documents"

PAGE = "page {page}"
PAGE_LABEL = "page {page} (printed {label})"

STAGES = {
    "load": MODEL_LOADING,
    "wait": "Waiting for the question before this one to end",
    "search": "Searching the documents",
    "read": "Reading",
    "write": "Writing",
    "check": "Checking every claim against its quotes",
}
"""Stage names of the pipeline in the reader's words; an unknown name is shown as it is."""

STATUS = {
    Status.ANSWERED: "",
    Status.PARTIAL: "Partly answered",
    Status.ABSTAINED: "The documents do not say",
    Status.CLARIFY: "Please say more",
}

SUPPORT = {
    Support.YES: "supported",
    Support.PARTLY: "partly supported",
    Support.NO: "not supported",
    Support.UNSCORED: "unchecked",
}

QUERY = "Searched for: {query}"
DROPPED = "{passages} left out, because {they} would not have fitted."
STOPPED = "Stopped. What stands here was not checked."
TOO_LONG = (
    "This question has {length:,} characters; at most {limit:,} can be asked at once. Please shorten it."
)
FAILED = "Something went wrong while answering. The details are in the log of the terminal. Please ask again."

SUGGEST_SECTION = "What does “{title}” say about “{section}”?"
SUGGEST_TITLE = "What are the main points of “{title}”?"


def count(number: int, singular: str, plural: str) -> str:
    """`1 passage`, `19 documents`."""
    return f"{number:,} {singular if number == 1 else plural}"


def read_ahead(warmth: Warmth) -> str:
    """How much the model has read ahead, in a few words; "" where there is nothing to tell."""
    words = READ_AHEAD.get(warmth.state, "") if warmth.total else ""
    return words.format(done=f"{warmth.done:,}", passages=count(warmth.total, "passage", "passages"))


def searched(documents: int, passages: int) -> str:
    """What an answer rests on, said under every one."""
    return (
        f"Searched {count(documents, 'document', 'documents')}, read {count(passages, 'passage', 'passages')}"
    )


def stage(name: str, total: int) -> str:
    """What is going on, in a few words."""
    words = STAGES.get(name, name)
    return f"{words} {count(total, 'passage', 'passages')}" if name == "read" and total else words


def dropped(passages: int) -> str:
    """Passages that were found and not read."""
    return DROPPED.format(
        passages=count(passages, "passage was", "passages were"), they="it" if passages == 1 else "they"
    )


def place(page: int | None, label: str | None) -> str:
    """A page for the reader; its printed label only where it differs."""
    if page is None:
        return ""
    if label and label != str(page):
        return PAGE_LABEL.format(page=page, label=label)
    return PAGE.format(page=page)

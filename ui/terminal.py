"""An answer in the terminal: progress on stderr, the answer and its quotes on stdout."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import indent

from rich.console import Console
from rich.text import Text

from rag.index import Index
from rag.types import Answer, Citation, Event, Hit, Stage, Status, Support, TextDelta
from ui.ocr_note import ocr_note

_STAGES = {
    "search": "searching the documents",
    "read": "reading passage {done} of {total}",
    "write": "writing",
    "check": "checking every claim against its quotes",
}
_LABELS = {Support.PARTLY: "partly supported", Support.NO: "not supported", Support.UNSCORED: "unchecked"}
_NEAREST = 3


def show_answer(events: Iterable[Event], index: Index) -> Answer:
    """Show an answer as it is written (on a terminal, on stderr), then print text, quotes and a summary."""
    out, err = Console(highlight=False, soft_wrap=True), Console(stderr=True, highlight=False)
    written = ""
    with err.status("") as status:
        for event in events:
            if isinstance(event, Stage):
                status.update(_STAGES[event.name].format(done=event.done, total=event.total))
            elif isinstance(event, TextDelta):
                written += event.text
                status.update(Text(written.strip()))  # a preview: it is checked before it is printed
            elif isinstance(event, Answer):
                status.stop()
                _print_answer(out, event, index)
                return event
    raise AssertionError("a stream always ends with an answer")


def _print_answer(out: Console, answer: Answer, index: Index) -> None:
    out.print(Text(answer.text, style="bold"))
    for claim in answer.claims:
        if label := _LABELS.get(claim.support):
            out.print(Text(f"  {label}: {claim.text} {' '.join(claim.checks)}", style="yellow"))
    out.print()
    for citation in answer.citations:
        out.print(Text(f"[{citation.marker}] {where(citation)}", style="cyan"))
        if note := ocr_note(citation):
            out.print(Text(f"    {note}", style="yellow"))
        out.print(Text(indent(f"“{citation.quote}”", "    ")))
    if answer.status is Status.ABSTAINED:
        for hit in answer.hits[:_NEAREST]:
            _print_hit(out, hit, index)
    out.print(Text(_summary(answer, index), style="dim"))


def _print_hit(out: Console, hit: Hit, index: Index) -> None:
    document = index.document(hit.passage.span.doc_id)
    page = document.page_at(hit.passage.span.start)
    place = f"{document.name}{f', page {page.number}' if page else ''}"
    out.print(Text(f"nearest {hit.rank}: {place}", style="cyan"))
    out.print(Text(indent(hit.passage.text, "    ")))


def where(citation: Citation) -> str:
    """Where a quote stands, for a reader: document, page and printed label, section."""
    parts = [citation.document]
    if citation.page is not None:
        printed = citation.page_label
        label = f' (printed "{printed}")' if printed and printed != str(citation.page) else ""
        parts.append(f"page {citation.page}{label}")
    if citation.section:
        parts.append(citation.section)
    return ", ".join(parts)


def _summary(answer: Answer, index: Index) -> str:
    searched, read = len(index.documents()), answer.read
    dropped = f", {answer.dropped} more did not fit" if answer.dropped else ""
    seconds = f"{answer.timings.ttft_s:.1f} s to the first word, {answer.timings.total_s:.1f} s in all"
    reason = f"{answer.status.value}: {answer.reason}\n" if answer.reason else ""
    other = answer.query not in ("", answer.question) and answer.query not in answer.reason
    looked = f"Looked for: {answer.query} (--query changes that)\n" if other else ""
    read_all = f"Searched {searched} documents, read {read} passages{dropped}."
    return f"{reason}{looked}{read_all} {answer.model}, {seconds}."

"""The page over documents of the starter library, read for real: `python -m tests.ui.web.scripted_library`.

Every question gets the same answer, whose citations are of each kind that the viewer knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.answering.citations import resolve
from rag.load import Loaded, load
from rag.places import Places
from rag.types import (
    Answer,
    Claim,
    Document,
    DocumentInfo,
    Hit,
    Origin,
    Passage,
    Span,
    Status,
    Support,
    Timings,
    Usage,
)
from tests.ui.infos import info_of
from tests.ui.web.scripted import HOSTILE, Scripted, run

LIBRARY = Path(__file__).resolve().parents[3] / "corpus" / "library"
MODELS = "state-of-open-models.pdf"
POLICY = "harbour-agency-ai-policy-v2.docx"
EARLIER = "harbour-agency-ai-policy-v1.docx"
MOVED = "regulation-on-shared-models.pdf"
CARDS = "model-cards-and-benchmarks.html"
HOSTILE_NAME = "hostile.txt"
QUOTES = (
    (
        MODELS,
        "The second answer was public. BigScience was a workshop of one year with more than a thousand "
        "researchers from more than 70 countries.",
    ),
    (
        MODELS,
        "With the making of the machines and the power they take when idle, BLOOM comes to 50.5 tonnes.",
    ),
    (
        POLICY,
        "4.1 Before a model is used, its model owner must test it with at least 200 examples from the "
        "intended use.",
    ),
    (MOVED, "Those who put a model to use know the use."),
    (CARDS, ""),
    (HOSTILE_NAME, "onerror"),
)
"""What each marker cites: a document, and words of the sentence; "" for its first table row."""
CLAIMS = (
    "The first large open model made in public was BLOOM: BigScience brought together more than a thousand "
    "researchers from more than 70 countries [1].",
    "Training it came to 50.5 tonnes of carbon dioxide, the machines and their idle power included [2].",
    "A harbour agency that uses such a model must first test it with 200 examples at least [3], for those "
    "who put a model to use know the use [4].",
    "Model cards tell what a benchmark asked [5], and a file may hold what only looks like words [6].",
)


@dataclass
class Shelf:
    """An index that is a dictionary of loaded files."""

    held: dict[str, Loaded]

    def documents(self) -> tuple[DocumentInfo, ...]:
        """A line for each document."""
        return tuple(
            info_of(loaded.document, pages=loaded.page_count, passages=3) for loaded in self.held.values()
        )

    def document(self, id_or_name: str, /) -> Document:
        """By its id only."""
        return self.held[id_or_name].document

    def places(self, doc_id: str, /) -> Places:
        """As loading told them."""
        return self.held[doc_id].places

    def named(self, name: str) -> Document:
        """By its file's name."""
        return next(one.document for one in self.held.values() if one.document.name == name)


def shelf(folder: Path) -> Shelf:
    """The documents; one of them was moved away since, and one is hostile (it is written into `folder`)."""
    (folder / HOSTILE_NAME).write_text(f"{HOSTILE}\n\n{HOSTILE}\n", "utf-8")
    paths = [LIBRARY / name for name in (MODELS, POLICY, EARLIER, MOVED, CARDS)] + [folder / HOSTILE_NAME]
    held = {}
    for path in paths:
        loaded = load(path, name=path.name)
        if path.name == MOVED:
            moved = replace(loaded.document, source="/documents/elsewhere.pdf")
            loaded = replace(loaded, document=moved)
        held[loaded.document.doc_id] = loaded
    return Shelf(held)


def span(document: Document, quote: str) -> Span:
    """Where the words of a quote stand; the first row of a table for no words."""
    if quote:
        start = document.text.index(quote)
        return Span(doc_id=document.doc_id, start=start, end=start + len(quote))
    row = next(block for block in document.blocks if block.kind.value == "table_row")
    return Span(doc_id=document.doc_id, start=row.start, end=row.end)


class Proven(Scripted):
    """Answers everything alike; what is about the weather with the nearest passages only."""

    index: Shelf  # type: ignore[assignment]

    def _answer(self, question: str) -> Answer:
        spans = [span(self.index.named(name), quote) for name, quote in QUOTES]
        citations = [
            resolve(place, self.index.document(place.doc_id), marker)
            for marker, place in enumerate(spans, start=1)
        ]
        answer = Answer(
            question=question,
            query=question,
            status=Status.ANSWERED,
            reason="",
            text=" ".join(CLAIMS),
            claims=(Claim(text=CLAIMS[0][:-5], citations=(1,), support=Support.YES),),
            citations=tuple(citations),
            hits=_hits(self.index, spans),
            timings=Timings(total_s=2.4),
            usage=Usage(prompt_tokens=90),
            model=self.model_name,
            fingerprint="f" * 8,
        )
        if "weather" not in question:
            return answer
        said = "The documents do not say. The nearest passages are listed below."
        return replace(answer, status=Status.ABSTAINED, text=said, claims=(), citations=())


def _hits(index: Shelf, spans: Sequence[Span]) -> tuple[Hit, ...]:
    return tuple(
        Hit(
            passage=Passage(
                passage_id=f"p{rank}",
                span=place,
                text=index.document(place.doc_id).text[place.start : place.end],
                heading_path=index.document(place.doc_id).heading_path(place.start),
            ),
            score=1.0 / rank,
            rank=rank,
            origin=Origin.FUSED,
        )
        for rank, place in enumerate(spans, start=1)
    )


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        library = shelf(Path(scratch))
        run(lambda model: Proven(library))

"""The scripted page over documents that are payloads through and through. Run as a module.

What begins with the number of a payload is answered with it, in every field that others can write, and
refused with it as the reason when it is asked again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rag.answering.citations import resolve
from rag.errors import GreenpaperError
from rag.types import (
    Answer,
    Block,
    BlockKind,
    Claim,
    Document,
    Hit,
    Origin,
    PageRun,
    Passage,
    Section,
    Span,
    Support,
)
from tests.ui.web import scripted
from tests.ui.web.payloads import PAYLOADS


def document(number: int, payload: str) -> Document:
    """A page whose name, title, heading and text are the payload."""
    return Document(
        doc_id=f"p{number}",
        name=f"{payload}.pdf",
        title=payload,
        text=payload,
        blocks=(Block(start=0, end=len(payload), kind=BlockKind.PARAGRAPH, level=0),),
        pages=(PageRun(start=0, number=1, label=payload[:40]),),
        sections=(Section(start=0, level=1, title=payload),),
        sha256=f"{number:064}",
        source=f"/documents/{number}.pdf",
        media_type="application/pdf",
    )


@dataclass
class Hostile(scripted.Scripted):
    """Answers with payloads."""

    pause_s: float = 0.0
    stage_s: float = 0.0
    asked: set[str] = field(default_factory=set)

    def _answer(self, question: str) -> Answer:
        number = int(question.split()[0])
        held = self.index.document(f"p{number}")
        payload = held.text
        if question in self.asked:
            raise GreenpaperError(payload)
        self.asked.add(question)
        span = Span(doc_id=held.doc_id, start=0, end=len(payload))
        passage = Passage(passage_id=held.doc_id, span=span, text=payload, heading_path=(payload,))
        claim = Claim(text=payload, citations=(1,), support=Support.NO, checks=(payload,))
        return replace(
            scripted.answered(
                f"See [1].\n\n{payload}",
                (claim,),
                (resolve(span, held, 1),),
                (Hit(passage=passage, score=1.0, rank=1, origin=Origin.FUSED),),
            ),
            reason=payload,
        )

    def _query(self, question: str, history: object) -> str:
        return f"{question} {question}"


def main() -> None:
    """Serve until the standard input ends."""
    held = {f"p{number}": document(number, text) for number, text in enumerate(PAYLOADS.values())}
    scripted.run(lambda model: Hostile(scripted.Library(held), model_name=next(iter(PAYLOADS.values()))))


if __name__ == "__main__":
    main()

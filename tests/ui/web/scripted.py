"""The page over a hand-written answerer: `python -m tests.ui.web.scripted` serves it and prints its address.

What is answered depends on a word in the question; hostile text is in everything that others can write.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.errors import GreenpaperError
from rag.places import NOWHERE, Places
from rag.types import (
    Answer,
    Block,
    BlockKind,
    Citation,
    Cited,
    Claim,
    Document,
    DocumentInfo,
    Event,
    Hit,
    Origin,
    PageRun,
    Passage,
    Section,
    Span,
    Stage,
    Status,
    Support,
    TextDelta,
    Timings,
    Turn,
    Usage,
)
from rag.warming import WarmState, Warmth
from tests.ui.infos import info_of
from tests.ui.web.shelf_fake import FakeShelf
from ui.web.state import Offer

PARAGRAPHS = (
    "Open-weight models",
    "A model is open when its weights, its code and enough information about its training data are "
    "available under terms that allow everyone to use, study, change and share it.",
    "Publishing weights alone does not allow others to reproduce the training.",
    "Duties of public bodies",
    "A public body that buys a system with machine learning shall publish a plain description of it "
    "within 30 days, and shall name the person who answers for its decisions.",
    "Small municipalities may share one description among themselves.",
)
TEXT = "\n\n".join(PARAGRAPHS)
START = [TEXT.index(paragraph) for paragraph in PARAGRAPHS]
HOSTILE = (
    "<img src=http://evil.example/i.png onerror=alert(1)><script>alert(2)</script> "
    "![x](http://evil.example/m.png) [y](javascript:alert(3)) ${alert(4)} {{alert(5)}} `${alert(6)}` "
    "@children ![z](/gradio_api/file=http://evil.example/f.png) www.evil.example \"'> <svg/onload=alert(7)>"
)


def document(doc_id: str, name: str, title: str) -> Document:
    """A document of two pages with the paragraphs above; only its names differ."""
    return Document(
        doc_id=doc_id,
        name=name,
        title=title,
        text=TEXT,
        blocks=tuple(
            Block(
                start=start,
                end=start + len(paragraph),
                kind=BlockKind.HEADING if number in (0, 3) else BlockKind.PARAGRAPH,
                level=1 if number in (0, 3) else 0,
            )
            for number, (start, paragraph) in enumerate(zip(START, PARAGRAPHS, strict=True))
        ),
        pages=(PageRun(start=0, number=1, label="iv"), PageRun(start=START[3], number=2, label="2")),
        sections=(
            Section(start=START[0], level=1, title=PARAGRAPHS[0]),
            Section(start=START[3], level=1, title=PARAGRAPHS[3]),
        ),
        sha256="0" * 64,
        source="/documents/" + name,
        media_type="application/pdf",
    )


@dataclass
class Library:
    """An index that is a dictionary."""

    held: dict[str, Document]

    def documents(self) -> tuple[DocumentInfo, ...]:
        """A line for each document."""
        return tuple(info_of(held, pages=2, passages=4) for held in self.held.values())

    def document(self, id_or_name: str, /) -> Document:
        """By its id only."""
        return self.held[id_or_name]

    def places(self, doc_id: str, /) -> Places:
        """The documents above were printed nowhere."""
        return NOWHERE

    def citation(self, marker: int, paragraph: int, doc_id: str = "a") -> Citation:
        """Marker `marker`, which cites a whole paragraph."""
        held, start = self.held[doc_id], START[paragraph]
        page = held.page_at(start)
        assert page is not None
        return Citation(
            marker=marker,
            span=Span(doc_id=doc_id, start=start, end=start + len(PARAGRAPHS[paragraph])),
            document=held.name,
            title=held.title,
            page=page.number,
            page_label=page.label,
            section=held.heading_path(start)[-1],
            quote=PARAGRAPHS[paragraph],
        )

    def hits(self, doc_id: str = "a") -> tuple[Hit, ...]:
        """Three passages, the best first."""
        return tuple(
            Hit(
                passage=Passage(
                    passage_id=f"{doc_id}{paragraph}",
                    span=Span(
                        doc_id=doc_id,
                        start=START[paragraph],
                        end=START[paragraph] + len(PARAGRAPHS[paragraph]),
                    ),
                    text=PARAGRAPHS[paragraph],
                    heading_path=self.held[doc_id].heading_path(START[paragraph]),
                ),
                score=1.0 / rank,
                rank=rank,
                origin=Origin.FUSED,
            )
            for rank, paragraph in enumerate((1, 4, 2), start=1)
        )


@dataclass
class Scripted:
    """Answers by the script above: `pause_s` seconds between words, `stage_s` in a stage."""

    index: Library
    model_name: str = "Scripted-1.5B"
    model_sha256: str = "9d" * 32
    pause_s: float = 0.02
    stage_s: float = 0.03
    asked_at: float = 0.0
    closed: bool = False

    def close(self) -> None:
        """From now on nothing may be asked."""
        self.closed = True

    @property
    def warmth(self) -> Warmth:
        """All nine passages are read ahead one second after somebody first asked."""
        self.asked_at = self.asked_at or time.monotonic()
        if time.monotonic() < self.asked_at + 1:
            return Warmth(state=WarmState.READING, done=3, total=9, bytes=2_500_000)
        return Warmth(state=WarmState.DONE, done=9, total=9, bytes=7_500_000)

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        scope: frozenset[str] | None = None,
        stop: Callable[[], bool] | None = None,
        query: str | None = None,
    ) -> Iterator[Event]:
        """Stages, then text and citations, then the answer."""
        assert not self.closed, "the model is gone"
        stop = stop or (lambda: False)
        yield Stage(name="search", detail=question)
        self._sleep(1.0 if "steady" in question else self.stage_s, stop)
        for done in range(3):
            yield Stage(name="read", done=done, total=3)
            self._sleep(30.0 if "slow" in question else 0.2 if "steady" in question else self.stage_s, stop)
            if stop():
                _say("engine stopped")
                raise InterruptedError
        yield Stage(name="write")
        answer = replace(
            self._answer(question),
            question=question,
            query=query or self._query(question, history),
            model=self.model_name,
        )
        for word in answer.text.split(" "):
            self._sleep(0.4 if "steady" in question else self.pause_s, stop)
            if stop():
                _say("engine stopped")
                raise InterruptedError
            yield TextDelta(text=word + " ")
        for citation in answer.citations:
            yield Cited(citation=citation)
        yield Stage(name="check")
        self._sleep(30.0 if "doubtful" in question else 0.0, stop)
        if stop():
            _say("engine stopped")
            raise InterruptedError
        yield answer

    def rest(self) -> None:
        """Nothing is read ahead."""

    def reopen(self) -> None:
        """The dictionary is the index."""

    def _query(self, question: str, history: Sequence[Turn]) -> str:
        return f"{question} (after: {history[-1].question})" if history else question

    def _sleep(self, seconds: float, stop: Callable[[], bool]) -> None:
        """Looks at the flag every 20 ms, as an engine does between tokens."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not stop():
            time.sleep(0.02)

    def _answer(self, question: str) -> Answer:
        if "crash" in question:
            raise RuntimeError("secret detail of the program")
        if "mend" in question:
            raise GreenpaperError(f"The model file is damaged. Pull it again. {HOSTILE}")
        if "hostile" in question:
            return _hostile(self.index)
        if "payload:" in question:
            return answered(question.partition("payload:")[2], (), (), self.index.hits())
        if "weather" in question:
            return replace(
                answered(
                    "The documents do not say. The nearest passages are listed below.",
                    (),
                    (),
                    self.index.hits(),
                ),
                status=Status.ABSTAINED,
                reason="the passages found do not seem to answer this",
            )
        return _open(self.index)


def _open(library: Library) -> Answer:
    first = (
        "A model counts as **open** when its weights, its code and enough information about its training "
        "data are available for everyone to use, study, change and share [1]."
    )
    second = "Weights alone are not enough, because others could not reproduce the training [2]."
    third = "A public body that buys such a system must describe it in plain words within 60 days [3]."
    claims = (
        Claim(text=first.replace("**", ""), citations=(1,), support=Support.YES),
        Claim(
            text=second,
            citations=(2,),
            support=Support.PARTLY,
            checks=("The quote does not say “not enough”.",),
        ),
        Claim(
            text=third,
            citations=(3,),
            support=Support.NO,
            checks=("60 days is not in the quote, which says 30 days.",),
        ),
    )
    text = (
        f"{first} {second}\n\n{third} It also asks for:\n\n- a **named person** who answers for decisions [3]"
        "\n- nothing more from small municipalities [9]"
    )
    citations = (library.citation(1, 1), library.citation(2, 2), library.citation(3, 4, "b"))
    return answered(text, claims, citations, library.hits())


def _hostile(library: Library) -> Answer:
    citation = replace(library.citation(1, 1, "h"), quote=HOSTILE, section=HOSTILE)
    claims = (Claim(text=HOSTILE, citations=(1,), support=Support.NO, checks=(HOSTILE,)),)
    return answered(f"{HOSTILE} [1]", claims, (citation,), library.hits("h"))


def answered(
    text: str, claims: tuple[Claim, ...], citations: tuple[Citation, ...], hits: tuple[Hit, ...]
) -> Answer:
    """An answer with these parts; who asked and which model answered is put in when it is streamed."""
    return Answer(
        question="",
        query="",
        status=Status.ANSWERED,
        reason="",
        text=text,
        claims=claims,
        citations=citations,
        hits=hits,
        timings=Timings(total_s=2.4),
        usage=Usage(prompt_tokens=90),
        model="",
        fingerprint="f" * 8,
    )


OFFERS = (
    Offer(
        name="Scripted-1.5B",
        bytes=1_100_000_000,
        memory=2_000_000_000,
        licence="MIT",
        reads=90.4,
        writes=11.6,
    ),
    Offer(name="Scripted-0.5B", bytes=490_000_000, memory=1_000_000_000, licence=None),
    Offer(name="Damaged-9B", bytes=9_000_000_000, memory=None, licence="MIT"),
)


def library() -> Library:
    """Two documents, and one whose names are hostile."""
    return Library(
        {
            "a": document("a", "briefs/open-weights.pdf", "What open means for a model"),
            "b": document("b", "briefs/public-bodies.pdf", "Machine learning in public bodies"),
            "h": document("h", f"{HOSTILE}.pdf", HOSTILE),
        }
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(open_answerer: Callable[[str | None], Scripted]) -> None:
    """Serve until the standard input ends; the address is printed first."""
    from rag.offline import guard

    guard()

    from tests.ui.web.scripted_evaluations import evaluations
    from ui.web.app import serve
    from ui.web.engine import Engine

    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(open_answerer, lambda: OFFERS)
        page, address = serve(engine, FakeShelf(engine), evaluations(engine, Path(folder)))
        _say(address)
        sys.stdin.read()
        page.close(verbose=False)


def main() -> None:
    """The model takes a moment to load."""

    def open_answerer(model: str | None) -> Scripted:
        time.sleep(1.0)
        if model == "Damaged-9B":
            raise GreenpaperError(f"The file of Damaged-9B is damaged. Pull it again. {HOSTILE}")
        return Scripted(library(), model_name=model or "Scripted-1.5B")

    run(open_answerer)


if __name__ == "__main__":
    main()

"""Systems without a model. A model that is not clearly better than these is of no use."""

from __future__ import annotations

from eval.cases import Case
from eval.systems.contexts import Context, queries
from eval.systems.system import Watch, plain_answer
from rag.answering.answerer import PASSAGES
from rag.answering.citations import resolve
from rag.answering.evidence import passage_sentences
from rag.types import Answer, Claim, Span, Status, Support

SAYS_NOTHING = "The documents do not say."


class AlwaysAbstain:
    """Declines every question."""

    reads_passages = False

    def answer(self, case: Case) -> Answer:
        """The same words for every case."""
        return plain_answer(
            case, "always-abstain", Status.ABSTAINED, SAYS_NOTHING, Watch(), reason="it declines everything"
        )

    def close(self) -> None:
        """Nothing to free."""


class FirstSentence:
    """Answers every question with the first sentence of the first passage, which it cites."""

    reads_passages = True

    def __init__(self, context: Context) -> None:
        self._context = context

    def answer(self, case: Case) -> Answer:
        """The sentence as its own quote; it abstains only where no passage is found."""
        watch = Watch()
        retriever = self._context.retriever(case)
        hits = retriever.search(*queries(case), k=PASSAGES).hits
        watch.retrieved = watch.now()
        if not hits:
            return plain_answer(
                case, "first-sentence", Status.ABSTAINED, SAYS_NOTHING, watch, reason="no passage was found"
            )
        passage = hits[0].passage
        document = self._context.index.document(passage.span.doc_id)
        sentences = passage_sentences(document, passage.span.start, passage.span.end)
        start, end = sentences[0] if sentences else (passage.span.start, passage.span.end)
        citation = resolve(Span(doc_id=document.doc_id, start=start, end=end), document, 1)
        text = " ".join(citation.quote.split())
        claim = Claim(text=text, citations=(1,), support=Support.YES)
        return plain_answer(
            case,
            "first-sentence",
            Status.ANSWERED,
            f"{text} [1]",
            watch,
            claims=(claim,),
            citations=(citation,),
            hits=hits,
        )

    def close(self) -> None:
        """Nothing to free."""

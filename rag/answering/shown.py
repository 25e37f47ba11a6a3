"""What the reader is shown: claims with markers, the other versions' words, the rest of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.answering.citations import resolve
from rag.answering.claims import Grounded, split_claims
from rag.answering.lists import asks_for_all, coverage, new_points, points_beside
from rag.answering.versions import label, otherwise, versions_of
from rag.answering.work import Work
from rag.index import Index
from rag.types import Answer, Citation, Claim, Document, Span, Status, Support


class Shown:
    """Claims and the quotes they rest on, numbered in the order in which they are first needed."""

    def __init__(self, index: Index, document: Callable[[str], Document], work: Work) -> None:
        self._index = index
        self._document = document
        self._work = work
        self._claims: list[Claim] = []
        self._markers: dict[Span, int] = {}

    def add(self, claims: Sequence[Grounded]) -> None:
        """Claims of the model, with their quotes; what two of them say in the same words is said once."""
        for claim in {claim.text: claim for claim in claims}.values():
            spans = [self._work.sentences[quote].span for quote in claim.quotes]
            self._add(claim.text, spans, claim.support, claim.checks)

    def add_other_versions(self) -> None:
        """Where another version of a quoted document rules otherwise: its sentence, and which it is."""
        infos = self._index.documents()
        for span in list(self._markers):
            document = self._document(span.doc_id)
            for info in versions_of(document, infos):
                other = self._document(info.doc_id)
                quote = document.text[span.start : span.end]
                found = otherwise(quote, other)
                if found is not None and found not in self._markers:
                    words = other.text[found.start : found.end]
                    told = f"That is {label(document)}; {label(other)} says otherwise: “{words}”"
                    self._add(told, [span, found])

    def add_rest_of_lists(self) -> None:
        """The points of a quoted list that no claim has told yet, in the document's own words."""
        for span in list(self._markers):
            document = self._document(span.doc_id)
            points = points_beside(document, span)
            for point in new_points(document, points, [claim.text for claim in self._claims]):
                self._add(document.text[point.start : point.end], [point])

    def citations(self) -> list[Citation]:
        """The quotes of everything added."""
        return [resolve(span, self._document(span.doc_id), marker) for span, marker in self._markers.items()]

    def answer(self) -> Answer:
        """Everything added, as an answer; a part of one where sentences of the model had no quote."""
        text = " ".join(claim.text + "".join(f" [{n}]" for n in claim.citations) for claim in self._claims)
        if asks_for_all(self._work.question):
            cited = {span.doc_id for span in self._markers}
            text += f"\n\n{coverage(len(cited), self._work.searched)}"
        status, reason = Status.ANSWERED, ""
        if left_out := self._work.left_out:
            status, of = Status.PARTIAL, len(split_claims(self._work.text))
            reason = f"{left_out} of {of} sentences were left out: no quote bears them out"
        return self._work.answer(status, reason, text, claims=self._claims, citations=self.citations())

    def _add(
        self,
        text: str,
        spans: Sequence[Span],
        support: Support = Support.YES,
        checks: tuple[str, ...] = (),
    ) -> None:
        markers = [self._markers.setdefault(span, len(self._markers) + 1) for span in spans]
        self._claims.append(
            Claim(text=text, citations=tuple(sorted(set(markers))), support=support, checks=checks)
        )

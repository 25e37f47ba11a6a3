"""Do the citations lead to the evidence, and are the quotes what the documents say?

Precision and recall follow ALCE (Gao et al. 2023, "Enabling Large Language Models to Generate Text with
Citations", section 3), with one difference: ALCE asks a model whether a cited passage entails the claim; here
a citation supports its claim when it overlaps a gold span of the case. So a sentence that stands in two
documents counts only in the one that the suite names.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.metrics.evidence import Corpus, Gold, overlaps
from eval.metrics.observed import MadeClaim, Observed, Place, ShownCitation
from eval.text_match import find_quote


def citation_scores(golds: Sequence[Gold] | None, seen: Observed, corpus: Corpus) -> dict[str, float | None]:
    """All of this file's scores. Unscored (None) for what was not answered, and as each function says."""
    valid = {
        citation.marker: citation.place for citation in seen.citations if resolves(citation.place, corpus)
    }
    claims, citations = (seen.claims, seen.citations) if seen.answered else ((), ())
    return {
        "citation_valid": _validity(claims, seen.loose_markers, valid),
        "citation_coverage": _share([any(m in valid for m in claim.markers) for claim in claims]),
        "citation_precision": _precision(claims, valid, golds, corpus),
        "citation_recall": _recall(claims, valid, golds, corpus),
        "page_right": page_right(golds, citations, corpus),
        "quotes_verbatim": _share([_verbatim(citation, corpus) for citation in citations]),
        "quotes_normalised": _share([_found(citation, corpus) for citation in citations]),
    }


def resolves(place: Place, corpus: Corpus) -> bool:
    """Whether a citation points at characters that are there."""
    text = corpus.text(place.document)
    return text is not None and 0 <= place.start < place.end <= len(text)


def _validity(claims: Sequence[MadeClaim], loose: Sequence[int], valid: dict[int, Place]) -> float | None:
    """The share of markers that resolve, counted once a claim; markers outside all claims count as well."""
    if not claims:
        return None
    return _share([m in valid for m in (*(m for claim in claims for m in claim.markers), *loose)])


def _precision(
    claims: Sequence[MadeClaim], valid: dict[int, Place], golds: Sequence[Gold] | None, corpus: Corpus
) -> float | None:
    """The share of citations that overlap a gold span; a marker that leads nowhere supports nothing.

    A claim that cites the same range twice cites it once. Unscored without gold and without any citation
    (ALCE gives 0; here `citation_coverage` says it).
    """
    if not golds:
        return None
    judged: list[bool] = []
    for claim in claims:
        cited = {valid.get(marker, marker) for marker in claim.markers}
        judged += [isinstance(place, Place) and _supports(place, golds, corpus) for place in cited]
    return _share(judged)


def _recall(
    claims: Sequence[MadeClaim], valid: dict[int, Place], golds: Sequence[Gold] | None, corpus: Corpus
) -> float | None:
    """The share of claims with at least one citation that overlaps a gold span; unscored without gold."""
    if not golds:
        return None
    return _share(
        [any(m in valid and _supports(valid[m], golds, corpus) for m in claim.markers) for claim in claims]
    )


def _supports(place: Place, golds: Sequence[Gold], corpus: Corpus) -> bool:
    return any(overlaps(place, gold, corpus) for gold in golds)


def page_right(
    golds: Sequence[Gold] | None, citations: Sequence[ShownCitation], corpus: Corpus
) -> float | None:
    """The share of citations of the evidence that state the page the suite does.

    Where a page turns within the one or the other, the page on which the citation begins is right as well.
    Unscored where no citation overlaps a gold span with a page.
    """
    judged = []
    for citation in citations:
        golden = [gold for gold in golds or () if gold.page and overlaps(citation.place, gold, corpus)]
        if golden:
            begins = corpus.page_of(citation.place.document, citation.place.start)
            judged.append(citation.page in (begins, *(gold.page for gold in golden)))
    return _share(judged)


def _verbatim(citation: ShownCitation, corpus: Corpus) -> bool:
    """Whether the quote is, to the character, what stands at its offsets."""
    place = citation.place
    text = corpus.text(place.document)
    return bool(citation.quote) and text is not None and text[place.start : place.end] == citation.quote


def _found(citation: ShownCitation, corpus: Corpus) -> bool:
    """Whether the quote stands anywhere in its document, white space and typographic signs forgiven."""
    return bool(find_quote(corpus.text(citation.place.document) or "", citation.quote))


def _share(judged: Sequence[bool]) -> float | None:
    return sum(judged) / len(judged) if judged else None

"""An answer as one JSON object: the shape that `greenpaper ask --json` prints and the evaluation stores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from rag.types import Answer, Citation, Document, Hit


def answer_to_json(answer: Answer, document: Callable[[str], Document]) -> dict[str, Any]:
    """Plain values only; `document` gives a document by its id. Offsets count characters of its text."""
    return {
        "question": answer.question,
        "query": answer.query,
        "status": answer.status.value,
        "reason": answer.reason,
        "text": answer.text,
        "claims": [
            {
                "text": claim.text,
                "citations": list(claim.citations),
                "support": claim.support.value,
                "checks": list(claim.checks),
            }
            for claim in answer.claims
        ],
        "citations": [_citation(citation) for citation in answer.citations],
        "passages": [_passage(hit, document(hit.passage.span.doc_id)) for hit in answer.hits],
        "dropped_passages": answer.dropped,
        "confidence": answer.confidence,
        "timings": asdict(answer.timings),
        "usage": asdict(answer.usage),
        "model": answer.model,
        "fingerprint": answer.fingerprint,
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "marker": citation.marker,
        "document": citation.document,
        "doc_id": citation.span.doc_id,
        "title": citation.title,
        "page": citation.page,
        "page_label": citation.page_label,
        "section": citation.section,
        "quote": citation.quote,
        "ocr": citation.ocr,
        "verbatim": citation.verbatim,
        "start": citation.span.start,
        "end": citation.span.end,
    }


def _passage(hit: Hit, document: Document) -> dict[str, Any]:
    span = hit.passage.span
    page = document.page_at(span.start)
    return {
        "passage_id": hit.passage.passage_id,
        "document": document.name,
        "page": page.number if page else None,
        "start": span.start,
        "end": span.end,
        "text": hit.passage.text,
        "rank": hit.rank,
        "score": hit.score,
    }

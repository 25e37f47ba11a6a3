"""A line of `results.jsonl` with its scores, as the report shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.cases import Case
from eval.metrics.observed import observe
from eval.report.outcomes import outcome
from eval.report.values import ClaimReport, QuoteReport, ResultReport


def result_report(case: Case, line: Mapping[str, Any], scores: Mapping[str, float | None]) -> ResultReport:
    """What one system said to `case`, from its line of `results.jsonl` and its scores (`eval.scoring`)."""
    answer: Mapping[str, Any] = line.get("answer") or {}
    seen = observe(line)
    return ResultReport(
        system=line["system"],
        outcome=outcome(answerable=case.answerable, status=seen.status or "", scores=scores),
        status=seen.status or "",
        text=answer.get("text") or "",
        reason=answer.get("reason") or "",
        error=line.get("error") or "",
        confidence=seen.confidence,
        claims=tuple(
            ClaimReport(
                text=claim["text"],
                support=claim.get("support") or "unscored",
                checks=tuple(claim.get("checks") or ()),
            )
            for claim in answer.get("claims") or ()
        ),
        quotes=tuple(
            QuoteReport(
                marker=citation["marker"],
                document=citation["document"],
                page=citation.get("page"),
                quote=citation.get("quote") or "",
            )
            for citation in answer.get("citations") or ()
        ),
        read=tuple(passage["document"] for passage in answer.get("passages") or ()),
        scores=dict(scores),
    )

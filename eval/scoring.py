"""From results to scores: one case with one system, and all results of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from eval.cases import Case
from eval.metrics.abstention import abstention_scores
from eval.metrics.citations import citation_scores
from eval.metrics.correctness import correctness_scores
from eval.metrics.evidence import Corpus, Gold, resolve_evidence
from eval.metrics.grounding import grounding_scores
from eval.metrics.observed import Observed, observe
from eval.metrics.retrieval import all_evidence_in_context, retrieval_scores

Scores = dict[str, float | None]

SHARES = (
    *("healthy", "answered", "correct", "exact", "f1", "nuggets_vital", "nuggets_all"),
    *("recall@10", "ndcg@10", "rr@10", "all_evidence_in_context"),
    *("citation_valid", "citation_coverage", "citation_precision", "citation_recall", "page_right"),
    *("quotes_verbatim", "quotes_normalised", "numbers_in_quotes", "dates_in_quotes", "names_in_quotes"),
    *("false_answer", "false_abstention", "resolved"),
)
"""Scores from 0 to 1."""
QUANTITIES = ("ttft_s", "tokens_per_s", "seconds", "peak_memory_bytes", "joules")
"""Scores from 0 on, in the unit of their name."""
LESS_IS_BETTER = frozenset(("false_answer", "false_abstention", "ttft_s", *QUANTITIES[2:]))


def score_case(case: Case, result: Mapping[str, Any], corpus: Corpus) -> Scores:
    """Every score of SHARES and QUANTITIES for one line of `results.jsonl`; None is unscored.

    A pure function: the same case, result and documents give the same scores.
    """
    return _score(case, observe(result), resolve_evidence(case, corpus), corpus)


def score_results(
    cases: Iterable[Case], results: Iterable[Mapping[str, Any]], corpus: Corpus
) -> Iterator[dict[str, Any]]:
    """A line of `scores.jsonl` for each result: {"case", "system", "scores"}.

    Raises KeyError for a result whose case is not among `cases`.
    """
    known = {case.case_id: case for case in cases}
    golds: dict[str, tuple[Gold, ...] | None] = {}
    for result in results:
        case = known[result["case"]]
        if case.case_id not in golds:
            golds[case.case_id] = resolve_evidence(case, corpus)
        scores = _score(case, observe(result), golds[case.case_id], corpus)
        yield {"case": case.case_id, "system": result["system"], "scores": scores}


def score_run(folder: Path) -> int:
    """Score the run in `folder` from what it holds, without asking anything again; how many results.

    Writes `scores.jsonl` whole or not at all: scoring twice is scoring once. The caller holds the run's lock.
    Raises RunError where the documents are no longer those that were asked, since places in them would be
    others; LinesError or IndexUnusableError for a run or an index that cannot be read.
    """
    from eval.corpus_texts import CorpusTexts
    from eval.provenance import fingerprint
    from eval.store import RunError, read_run, write_scores
    from rag.index import Index

    run = read_run(folder)
    with Index.open(Path(run.info.index)) as index:
        now = fingerprint(run.cases, index)["index"]
        if run.info.fingerprint.get("index", now) != now:
            raise RunError(
                f"The index {run.info.index} has changed since the run in {folder}, so its quotes cannot be "
                "looked up. Run the suite again with another --out."
            )
        rows = list(score_results(run.cases, run.results, CorpusTexts(index)))
    write_scores(folder, rows)
    return len(rows)


def _score(case: Case, seen: Observed, golds: tuple[Gold, ...] | None, corpus: Corpus) -> Scores:
    correctness = correctness_scores(case, seen)
    found: Scores = {
        **abstention_scores(case, seen, correctness["correct"]),
        **correctness,
        **retrieval_scores(golds, seen.retrieved, corpus),
        "all_evidence_in_context": (
            None if seen.failed else all_evidence_in_context(golds, seen.context, seen.retrieved, corpus)
        ),
        **citation_scores(golds, seen, corpus),
        **grounding_scores(seen),
        **{name: getattr(seen, name) for name in QUANTITIES},
    }
    scores = {name: found[name] for name in (*SHARES, *QUANTITIES)}
    for name, value in scores.items():
        assert value is None or (isfinite(value) and 0 <= value <= (1 if name in SHARES else value)), name
    return scores

"""How well the evidence was found, before any model wrote a word.

A retrieved passage is relevant when it overlaps a gold span that none above it did: a second passage around
the same quote neither helps nor harms. The measures are those of ir-measures (MacAvaney et al. 2022).
"""

from __future__ import annotations

from collections.abc import Sequence

import ir_measures
from ir_measures import RR, Qrel, R, ScoredDoc, nDCG

from eval.metrics.evidence import Corpus, Gold, covers, overlaps
from eval.metrics.observed import Place

DEPTH = 10


def retrieval_scores(
    golds: Sequence[Gold] | None, retrieved: Sequence[Place] | None, corpus: Corpus
) -> dict[str, float | None]:
    """recall@10, ndcg@10 and rr@10 of the `retrieved` passages, best first; unscored without gold or search.

    - recall@10: the share of gold spans that the first ten passages overlap.
    - ndcg@10 (Jarvelin and Kekalainen 2002): gains of 1 discounted by log2(rank + 1), against the ideal order
      of the relevant passages found and of one more for each gold span not found.
    - rr@10: 1 / rank of the first relevant passage, 0 without; its mean is MRR.
    """
    if not golds or retrieved is None:
        return dict.fromkeys(("recall@10", "ndcg@10", "rr@10"))
    first_rank, relevant = _judge(golds, retrieved[:DEPTH], corpus)
    missed = [f"missed {at}" for at in range(len(golds)) if at not in first_rank]
    passages = [ScoredDoc("q", f"passage {rank}", -rank) for rank in range(len(retrieved[:DEPTH]))]
    wanted = [Qrel("q", name, 1) for name in (*(f"passage {rank}" for rank in relevant), *missed)]
    order = _calculate([nDCG @ DEPTH, RR @ DEPTH], wanted, passages)
    every = max(DEPTH, len(golds))  # ranks are cut off above: here each gold span found is an item of its own
    spans = [ScoredDoc("q", f"gold {at}", -rank) for at, rank in first_rank.items()]
    found = _calculate([R @ every], [Qrel("q", f"gold {at}", 1) for at in range(len(golds))], spans)
    return {"recall@10": found[0], "ndcg@10": order[0], "rr@10": order[1]}


def _judge(
    golds: Sequence[Gold], retrieved: Sequence[Place], corpus: Corpus
) -> tuple[dict[int, int], list[int]]:
    """For each gold span found the first rank (from 0) that overlaps it, and the ranks that are relevant."""
    first_rank: dict[int, int] = {}
    relevant = []
    for rank, place in enumerate(retrieved):
        new = [at for at, gold in enumerate(golds) if at not in first_rank and overlaps(place, gold, corpus)]
        first_rank |= dict.fromkeys(new, rank)
        if new:
            relevant.append(rank)
    return first_rank, relevant


def _calculate(
    measures: Sequence[ir_measures.Measure], qrels: Sequence[Qrel], run: Sequence[ScoredDoc]
) -> list[float]:
    values = {metric.measure: metric.value for metric in ir_measures.iter_calc(measures, qrels, run)}
    return [float(values[measure]) for measure in measures]


def all_evidence_in_context(
    golds: Sequence[Gold] | None,
    context: Sequence[Place],
    retrieved: Sequence[Place] | None,
    corpus: Corpus,
) -> float | None:
    """1 when the passages in the prompt hold every gold span whole, else 0; unscored without gold or any."""
    if not golds or (retrieved is None and not context):
        return None
    return float(all(covers(context, gold, corpus) for gold in golds))

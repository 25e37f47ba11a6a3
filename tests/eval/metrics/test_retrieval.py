"""Retrieval scores against an implementation written independently here, and by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from math import log2
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.cases import GoldSpan
from eval.metrics.evidence import resolve_evidence
from eval.metrics.observed import observe
from eval.metrics.retrieval import all_evidence_in_context, retrieval_scores
from tests.eval.made import APPEAL, CORPUS, FEE, OTHER, REGISTER, RULES, at, case, found, gold, result

NAMES = ("recall@10", "ndcg@10", "rr@10")
MISS = {"document": "other.md", "start": 0, "end": 5}


def scores(evidence: Sequence[GoldSpan], places: Sequence[Mapping[str, Any]]) -> list[float | None]:
    golds = resolve_evidence(case(evidence=evidence), CORPUS)
    seen = observe(result("x", retrieved=found(*places)))
    values = retrieval_scores(golds, seen.retrieved, CORPUS)
    return [values[name] for name in NAMES]


@pytest.mark.parametrize(
    ("evidence", "places", "expected"),
    [
        # Hostile rows first.
        ([], [at(FEE)], [None, None, None]),
        ([gold("Nowhere to be found.")], [at(FEE)], [None, None, None]),
        ([gold(FEE, "unknown.pdf")], [at(FEE)], [None, None, None]),
        ([gold(FEE), gold("Nowhere to be found.")], [at(FEE)], [None, None, None]),
        ([gold(FEE)], [], [0, 0, 0]),
        ([gold(FEE)], [MISS] * 10 + [at(FEE)], [0, 0, 0]),
        ([gold("A licence costs 900 euros", "other.md")], [at(FEE)], [0, 0, 0]),
        # Ranges that touch without a letter in common.
        ([gold(FEE)], [{"document": "rules.pdf", "start": 0, "end": RULES.index(FEE)}], [0, 0, 0]),
        (
            [gold(FEE)],
            [{"document": "rules.pdf", "start": RULES.index(FEE), "end": RULES.index(FEE) + 1}],
            [1, 1, 1],
        ),
        # By hand.
        ([gold(FEE)], [at(FEE)], [1, 1, 1]),
        ([gold(FEE)], [MISS, at(FEE)], [1, 1 / log2(3), 1 / 2]),
        ([gold(FEE)], [MISS] * 9 + [at(FEE)], [1, 1 / log2(11), 1 / 10]),
        ([gold(FEE), gold(APPEAL)], [at(APPEAL)], [0.5, 1 / (1 + 1 / log2(3)), 1]),
        ([gold(FEE), gold(APPEAL)], [at(APPEAL), at(FEE)], [1, 1, 1]),
        # One passage around both; a second one around the same is neither rewarded nor punished.
        ([gold(FEE), gold(APPEAL)], [{"document": "rules.pdf", "start": 0, "end": len(RULES)}], [1, 1, 1]),
        ([gold(FEE)], [at(FEE), MISS, at(FEE), at(FEE)], [1, 1, 1]),
        # Either place of a sentence that stands twice.
        ([gold(REGISTER)], [at(REGISTER, nth=1)], [1, 1, 1]),
        # On its page where the suite names one, and anywhere if that page does not have it.
        ([gold(REGISTER, page=1)], [at(REGISTER, nth=1)], [0, 0, 0]),
        ([gold(REGISTER, page=3)], [at(REGISTER, nth=1)], [1, 1, 1]),
        ([gold(REGISTER, page=9)], [at(REGISTER, nth=1)], [1, 1, 1]),
        ([gold(FEE, "folder/rules.pdf")], [{**at(FEE), "document": "elsewhere/rules.pdf"}], [1, 1, 1]),
        ([gold('The holder\'s "appeal"  is made')], [at(APPEAL)], [1, 1, 1]),
    ],
)
def test_by_hand(
    evidence: Sequence[GoldSpan], places: Sequence[Mapping[str, Any]], expected: list[float | None]
) -> None:
    assert scores(evidence, places) == [
        value if value is None else pytest.approx(value) for value in expected
    ]


def test_a_system_that_does_not_retrieve_is_unscored() -> None:
    golds = resolve_evidence(case(evidence=[gold(FEE)]), CORPUS)
    assert set(retrieval_scores(golds, None, CORPUS).values()) == {None}


def naive(golds: Sequence[str], ranked: Sequence[frozenset[str]]) -> list[float]:
    """The same three measures from their definitions; a passage is the set of gold spans it overlaps."""
    known: set[str] = set()
    gains = []
    for passage in ranked[:10]:
        gains.append(1.0 if passage - known else 0.0)
        known |= passage
    ideal = [1.0] * (int(sum(gains)) + len(set(golds) - known))
    best = sum(gain / log2(rank + 2) for rank, gain in enumerate(ideal[:10]))
    dcg = sum(gain / log2(rank + 2) for rank, gain in enumerate(gains))
    first = next((1 / (rank + 1) for rank, gain in enumerate(gains) if gain), 0.0)
    return [len(known) / len(set(golds)), dcg / best, first]


SPANS = {"fee": FEE, "appeal": APPEAL, "scope": "Scope.", "notes": "Notes."}
PLACES = {
    frozenset[str](): MISS,
    frozenset(["fee"]): at(FEE),
    frozenset(["appeal"]): at(APPEAL),
    frozenset(["scope"]): at("Scope."),
    frozenset(["fee", "appeal"]): {
        "document": "rules.pdf",
        "start": RULES.index(FEE),
        "end": RULES.index("Notes"),
    },
}


@given(
    st.lists(st.sampled_from(sorted(SPANS)), min_size=1, max_size=4, unique=True),
    st.lists(st.sampled_from(sorted(PLACES, key=sorted)), max_size=14),
)
def test_against_the_definitions(golds: list[str], ranked: list[frozenset[str]]) -> None:
    wanted = naive(golds, [passage & frozenset(golds) for passage in ranked])
    assert scores([gold(SPANS[name]) for name in golds], [PLACES[passage] for passage in ranked]) == [
        pytest.approx(value) for value in wanted
    ]


def test_a_better_order_is_never_worth_less() -> None:
    places = [MISS, at(FEE), at(APPEAL)]
    by_order = {
        order: scores([gold(FEE), gold(APPEAL)], [places[number] for number in order])[1]
        for order in permutations(range(3))
    }
    assert by_order[1, 2, 0] == by_order[2, 1, 0] == pytest.approx(1)
    values = [by_order[order] or 0 for order in ((0, 1, 2), (1, 0, 2), (1, 2, 0))]
    assert values == sorted(values)


@pytest.mark.parametrize(
    ("evidence", "context", "expected"),
    [
        ([], [at(FEE)], None),
        ([gold("Nowhere to be found.")], [at(FEE)], None),
        ([gold(FEE)], [], 0),
        ([gold(FEE)], [{"document": "other.md", "start": 0, "end": len(OTHER)}], 0),
        ([gold(FEE)], [at("A permit costs 1,600 euros")], 0),
        ([gold(FEE)], [at("A permit costs 1,600 euros"), at("and lasts six years")], 1),
        ([gold(FEE), gold(APPEAL)], [at(FEE)], 0),
        ([gold(FEE), gold(APPEAL)], [at(FEE), at(APPEAL)], 1),
        ([gold(REGISTER)], [at(REGISTER, nth=1)], 1),
    ],
)
def test_all_evidence_in_context(
    evidence: Sequence[GoldSpan], context: Sequence[Mapping[str, Any]], expected: float | None
) -> None:
    golds = resolve_evidence(case(evidence=evidence), CORPUS)
    seen = observe(result("x", passages=context))
    assert all_evidence_in_context(golds, seen.context, seen.retrieved, CORPUS) == expected


def test_a_closed_book_has_no_context_to_judge() -> None:
    golds = resolve_evidence(case(evidence=[gold(FEE)]), CORPUS)
    assert all_evidence_in_context(golds, (), None, CORPUS) is None

"""Citation scores by hand: markers that lead nowhere and quotes that are not there first."""

from __future__ import annotations

from typing import Any

import pytest

from eval.cases import GoldSpan
from eval.metrics.citations import citation_scores
from eval.metrics.evidence import resolve_evidence
from eval.metrics.observed import observe
from tests.eval.made import APPEAL, CORPUS, FEE, OTHER, REGISTER, case, cite, gold, result

VALID, COVERAGE, PRECISION, RECALL = (
    *("citation_valid", "citation_coverage", "citation_precision", "citation_recall"),
)
PAGE, VERBATIM, NORMALISED = "page_right", "quotes_verbatim", "quotes_normalised"


def scores(seen: dict[str, Any], *evidence: GoldSpan) -> dict[str, float | None]:
    golds = resolve_evidence(case(evidence=evidence or (gold(FEE),)), CORPUS)
    return citation_scores(golds, observe(seen), CORPUS)


@pytest.mark.parametrize(
    "seen",
    [
        result(error="out of memory"),
        result(""),
        result("The documents do not say.", status="abstained", claims=[]),
        result("Which permit?", status="clarify", claims=[]),
        result("Six years.", status="abstained", citations=[cite(1, FEE)]),
    ],
)
def test_without_an_answer_nothing_is_scored(seen: dict[str, Any]) -> None:
    assert set(scores(seen).values()) == {None}


@pytest.mark.parametrize(
    ("claims", "valid", "coverage", "precision", "recall"),
    [
        # Nothing cited; out of range; [0]; all of these are claims without support.
        ([("Six years.", [])], None, 0, None, 0),
        ([("Six years.", [9])], 0, 0, 0, 0),
        ([("Six years.", [0])], 0, 0, 0, 0),
        ([("Six years.", [-1])], 0, 0, 0, 0),
        ([("Six years [7].", [])], 0, 0, 0, 0),
        # Duplicates count once a claim, whether by marker or by place (3 is the same place as 1).
        ([("Six years.", [1, 1, 1])], 1, 1, 1, 1),
        ([("Six years.", [1, 3])], 1, 1, 1, 1),
        ([("Six years.", [1, 1, 2])], 1, 1, 1 / 2, 1),
        ([("Six years.", [1, 3, 2])], 1, 1, 1 / 2, 1),
        ([("Six years.", [1]), ("It costs 1,600.", [1])], 1, 1, 1, 1),
        # Right and wrong places, and a marker that leads nowhere beside a good one.
        ([("Six years.", [2])], 1, 1, 0, 0),
        ([("Six years.", [1, 9])], 1 / 2, 1, 1 / 2, 1),
        ([("Six years.", [1]), ("Two years.", [2]), ("Ten years.", [])], 1, 2 / 3, 1 / 2, 1 / 3),
    ],
)
def test_by_hand(
    claims: list[tuple[str, list[int]]],
    valid: float | None,
    coverage: float,
    precision: float | None,
    recall: float,
) -> None:
    citations = [cite(1, FEE), cite(2, "A licence costs 900 euros", "other.md"), cite(3, FEE)]
    found = scores(result("Some text.", claims=claims, citations=citations))
    assert [found[name] for name in (VALID, COVERAGE, PRECISION, RECALL)] == [
        value if value is None else pytest.approx(value) for value in (valid, coverage, precision, recall)
    ]


def test_a_marker_of_the_text_that_no_claim_has_leads_nowhere() -> None:
    found = scores(result("Six years [1]. And [5].", claims=[("Six years.", [1])], citations=[cite(1, FEE)]))
    assert found[VALID] == 1 / 2
    assert found[PRECISION] == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"document": "unknown.pdf"},
        {"start": 10_000, "end": 10_010},
        {"start": 30, "end": 20},
        {"start": -5, "end": 20},
    ],
)
def test_a_citation_that_points_outside_its_document_is_not_valid(changed: dict[str, Any]) -> None:
    found = scores(result("Six years.", citations=[cite(1, FEE, **changed)]))
    assert (found[VALID], found[COVERAGE], found[PRECISION], found[RECALL]) == (0, 0, 0, 0)
    assert found[VERBATIM] == 0


def test_without_gold_only_what_needs_none_is_scored() -> None:
    seen = result("Six years.", citations=[cite(1, FEE)])
    found = citation_scores(None, observe(seen), CORPUS)
    assert (found[PRECISION], found[RECALL], found[PAGE]) == (None, None, None)
    assert (found[VALID], found[COVERAGE], found[VERBATIM]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("quote", "verbatim", "normalised"),
    [
        ("", 0, 0),
        ("…", 0, 0),
        ("The holder may appeal within 30 days.", 0, 0),
        ("within 31 days of 4 May 2023", 0, 0),
        ('The holder\'s "appeal" is made within 30 days of 4 May 2023.', 0, 1),
        ("The holder’s  “appeal”\nis made", 0, 1),
        ("is made within", 0, 1),  # it stands there, but not at these offsets
        (APPEAL, 1, 1),
    ],
)
def test_quotes(quote: str, verbatim: float, normalised: float) -> None:
    found = scores(result("Thirty days.", citations=[cite(1, APPEAL, quote=quote)]))
    assert (found[VERBATIM], found[NORMALISED]) == (verbatim, normalised)


def test_half_of_the_quotes() -> None:
    citations = [cite(1, FEE), cite(2, FEE, quote="A permit costs 1,700 euros")]
    found = scores(result("Six years.", citations=citations))
    assert (found[VERBATIM], found[NORMALISED]) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("cited", "evidence", "expected"),
    [
        (cite(1, FEE, page=None), gold(FEE, page=2), 0),
        (cite(1, REGISTER, page=None), gold(REGISTER, page=1), 0),
        (cite(1, REGISTER, page=3), gold(REGISTER, page=1), 0),
        (cite(1, FEE, page=1), gold(FEE, page=2), 0),
        (cite(1, FEE, page=2), gold(FEE, page=2), 1),
        (cite(1, FEE, page=2), gold(FEE), None),
        (cite(1, APPEAL, page=2), gold(FEE, page=2), None),
        # A citation that begins on the page before, with either page or another.
        (cite(1, f"{REGISTER} Fees. {FEE}", page=1), gold(FEE, page=2), 1),
        (cite(1, f"{REGISTER} Fees. {FEE}", page=2), gold(FEE, page=2), 1),
        (cite(1, f"{REGISTER} Fees. {FEE}", page=3), gold(FEE, page=2), 0),
    ],
)
def test_pages(cited: dict[str, Any], evidence: GoldSpan, expected: float | None) -> None:
    assert scores(result("Six years.", citations=[cited]), evidence)[PAGE] == expected


def test_the_wrong_document_supports_nothing_however_well_it_is_quoted() -> None:
    seen = result("900 euros.", citations=[cite(1, OTHER[:52], "other.md")])
    found = scores(seen)
    assert (found[PRECISION], found[RECALL]) == (0, 0)
    assert (found[VALID], found[COVERAGE], found[VERBATIM]) == (1, 1, 1)

"""What is read from a result: hostile lines first."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import pytest

from eval.metrics.observed import last_part, markers_in, observe, quantity
from tests.eval.made import FEE, cite, found, result


def test_a_failed_case_has_nothing() -> None:
    seen = observe(result(error="the model crashed"))
    assert seen.failed
    assert (seen.status, seen.text, seen.claims, seen.answered) == (None, "", (), False)
    assert observe({**result("Six years."), "error": "late"}).failed
    assert observe({"case": "c1", "system": "ours", "answer": None}).failed


@pytest.mark.parametrize("text", ["", "   ", "[1]", "...", "\n"])
@pytest.mark.parametrize("status", ["answered", "partial"])
def test_an_answer_without_a_word_is_no_answer(text: str, status: str) -> None:
    seen = observe(result(text, status=status))
    assert not seen.answered
    assert not seen.failed


@pytest.mark.parametrize("status", ["abstained", "clarify"])
def test_an_abstention_with_text_is_no_answer(status: str) -> None:
    assert not observe(result("A permit costs 1,600 euros.", status=status)).answered


@pytest.mark.parametrize("value", [nan, inf, -inf, -1, -0.5, True, False, None, "3", [3]])
def test_what_is_no_measurement_is_unscored(value: Any) -> None:
    assert quantity(value) is None
    seen = observe({**result("Yes."), "seconds": value, "peak_memory_bytes": value, "joules": value})
    assert (seen.seconds, seen.peak_memory_bytes, seen.joules) == (None, None, None)


def test_measurements() -> None:
    seen = observe({**result("Yes."), "peak_memory_bytes": 0, "joules": 2.5})
    assert (seen.seconds, seen.peak_memory_bytes, seen.joules) == (3.0, 0.0, 2.5)
    assert (seen.ttft_s, seen.tokens_per_s) == (0.5, 15.0)
    unmeasured = observe(result("Yes.", answer={"timings": {"ttft_s": 0.0, "decode_s": 0.0}, "usage": {}}))
    assert (unmeasured.ttft_s, unmeasured.tokens_per_s) == (None, None)


@pytest.mark.parametrize(
    ("confidence", "read"), [(nan, None), (1.5, None), (-1, None), ("0.5", None), (0.0, None), (0.5, 0.5)]
)
def test_confidence_is_a_share_or_nothing(confidence: object, read: float | None) -> None:
    assert observe(result("Yes.", answer={"confidence": confidence})).confidence == read
    assert observe(result("Yes.")).confidence is None


@pytest.mark.parametrize(
    ("text", "markers"),
    [
        ("", ()),
        ("[0]", (0,)),
        ("[]", ()),
        ("[a] [1a] [1.5]", ()),
        ("[2019] [1](http://a)", ()),
        ("One [1] [1], two [ 2 ; 3 ].", (1, 1, 2, 3)),
    ],
)
def test_markers(text: str, markers: tuple[int, ...]) -> None:
    assert markers_in(text) == markers


def test_markers_are_counted_once_a_claim_and_leave_the_text() -> None:
    seen = observe(result("Six years [1] [1]. Also [4].", claims=[("Six years [1].", [1, 1, 2])]))
    assert [(claim.text, claim.markers) for claim in seen.claims] == [("Six years  .", (1, 2))]
    assert seen.loose_markers == (4,)
    assert "[" not in seen.text


def test_a_text_that_is_not_parted_is_one_claim() -> None:
    seen = observe(result("Six years [1].", claims=[], citations=[cite(1, FEE)]))
    assert [claim.markers for claim in seen.claims] == [(1,)]
    assert observe(result("Sorry.", claims=[], status="abstained")).claims == ()


def test_retrieved_passages_stand_by_rank_and_may_be_missing() -> None:
    first, second = found(cite(1, FEE), cite(2, "Scope."))
    seen = observe(result("Yes.", retrieved=[second, first]))
    assert seen.retrieved is not None
    assert [place.start for place in seen.retrieved] == [first["start"], second["start"]]
    assert observe(result("Yes.", retrieved=None)).retrieved is None
    assert observe(result("Yes.", retrieved=[])).retrieved == ()


@pytest.mark.parametrize(
    ("name", "last"),
    [("", ""), ("a.md", "a.md"), ("x/y/a.md", "a.md"), ("x\\a.md", "a.md"), ("/a.md", "a.md")],
)
def test_names_are_compared_by_their_last_part(name: str, last: str) -> None:
    assert last_part(name) == last

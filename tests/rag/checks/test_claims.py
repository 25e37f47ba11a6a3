"""What single checks read, and how a claim with several quotes and a context is judged."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.checks import Kind, check_claim, overlap
from rag.checks.dates import find_dates
from rag.checks.numbers import find_quantities
from rag.checks.words import stem

NUMBERS = {
    "thousands": ("1,200 files", 1200.0, ""),
    "narrow space": ("35\u202f000\u202f000 euros", 35e6, "eur"),
    "currency and scale": ("$8.8 trillion", 8.8e12, "usd"),
    "scale and currency": ("8.8 trillion dollars", 8.8e12, "usd"),
    "short scale": ("£2.4bn", 2.4e9, "gbp"),
    "per cent": ("7 per cent of it", 7.0, "%"),
    "sign": ("7% of it", 7.0, "%"),
    "spelled": ("thirty-seven states", 37.0, ""),
    "hundreds": ("two hundred and fifty people", 250.0, ""),
    "spelled scale": ("four million users", 4e6, ""),
    "third": ("one third of it", 1 / 3, "part"),
    "two thirds": ("two-thirds of it", 2 / 3, "part"),
    "a quarter": ("a quarter of it", 0.25, "part"),
    "half": ("half of the systems", 0.5, "part"),
    "half a year": ("half a year", 0.5, "year"),
    "and a half": ("four and a half hours", 4.5, "hour"),
    "dozen": ("a dozen agencies", 12.0, ""),
    "twice": ("twice as many", 2.0, "times"),
    "hyphen": ("a 36-month term", 36.0, "month"),
}
DATES = {
    "us": ("March 13, 2024", (2024, 3, 13)),
    "eu": ("13 March 2024", (2024, 3, 13)),
    "iso": ("2024-03-13", (2024, 3, 13)),
    "dotted": ("13.3.2024", (2024, 3, 13)),
    "slashes": ("3/13/2024", (2024, 3, 13)),
    "ordinal": ("13th of March 2024", (2024, 3, 13)),
    "short month": ("Mar. 13, 2024", (2024, 3, 13)),
    "month and year": ("in March 2024", (2024, 3, None)),
    "year": ("in 2024", (2024, None, None)),
    "fiscal year": ("FY2024", (2024, None, None)),
    "day and month": ("by 31 March of each year", (None, 3, 31)),
}


@pytest.mark.parametrize(("text", "value", "unit"), NUMBERS.values(), ids=NUMBERS.keys())
def test_numbers_are_read(text: str, value: float, unit: str) -> None:
    (found,) = (item for item in find_quantities(text) if item.value != 1)
    assert found.value == pytest.approx(value)
    assert found.unit == unit


@pytest.mark.parametrize(("text", "date"), DATES.values(), ids=DATES.keys())
def test_dates_are_read(text: str, date: tuple[int | None, int | None, int | None]) -> None:
    (found,) = find_dates(text)
    assert (found.year, found.month, found.day) == date


@pytest.mark.parametrize("text", ["1,999 files", "2024 euros cannot be: 2024%", "$2024", "12.2024.5"])
def test_other_numbers_are_no_dates(text: str) -> None:
    assert find_dates(text.split(":")[-1]) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("regulation", "regulated"), ("requires", "requirement"), ("agencies", "agency"), ("banned", "bans")],
)
def test_stems_meet(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_a_finding_says_what_is_wrong() -> None:
    (finding,) = check_claim("The fine is 9 million euros.", ["The fine is 7 million euros."])
    assert finding.kind is Kind.NUMBER
    assert finding.text == "9 million euros"
    assert finding.message == "The quotes do not give the number “9 million euros”."


def test_a_claim_may_rest_on_several_quotes() -> None:
    quotes = ["The Act has 113 articles.", "It was adopted on 13 March 2024."]
    assert check_claim("The Act, adopted on March 13, 2024, has 113 articles.", quotes) == ()


def test_context_lends_names_dates_and_numbers() -> None:
    claim, quotes = "In 2013, OMB told agencies to list their data.", ["Agencies shall list their data."]
    assert check_claim(claim, quotes) != ()
    assert check_claim(claim, quotes, context="OMB Memorandum M-13-13, 2013") == ()


def test_a_negation_elsewhere_in_the_quote_does_not_matter() -> None:
    quotes = ["Agencies must publish their code, but they need not publish code that is secret."]
    assert check_claim("Agencies must publish their code.", quotes) == ()


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Citizens must be informed.", "Citizens have the right to be heard and to be informed."),
        ("Data must be deleted.", "People can ask for data to be corrected or to be deleted."),
        ("The model must be audited.", "The government wants the model to be shared and to be audited."),
        ("Agencies must be open.", "Agencies are encouraged to be transparent and to be open."),
    ],
)
def test_a_right_a_wish_and_advice_are_no_obligation(claim: str, quote: str) -> None:
    assert [finding.kind for finding in check_claim(claim, [quote])] == [Kind.MODALITY]


def test_markers_and_list_marks_are_no_part_of_a_claim() -> None:
    assert check_claim("3. **Fines** reach 7 million euros [2].", ["Fines reach 7 million euros."]) == ()


def test_a_claim_without_quotes_is_checked_for_its_facts_alone() -> None:
    assert {finding.kind for finding in check_claim("It cost $5 in 2020.", [])} == {Kind.NUMBER, Kind.DATE}


def test_overlap_counts_stems() -> None:
    quotes = ["The regulation bans scoring."]
    assert overlap("Regulations ban dogs.", quotes) == pytest.approx(2 / 3)
    assert overlap("It is.", quotes) == 0.0


_TEXT = st.text(
    st.one_of(st.sampled_from(list("AaBe 10.,%$-()“”'’")), st.characters(codec="utf-8")), max_size=80
)


@settings(max_examples=80, deadline=None)
@given(_TEXT, _TEXT)
def test_any_text_is_checked_without_error(claim: str, quote: str) -> None:
    for finding in check_claim(claim, [quote], context=claim):
        assert finding.message


@pytest.mark.parametrize(
    "unit", ["a", "according to aaaa ", "not ", "1,", "May ", "A", "no more than ", "one and "]
)
def test_hostile_text_takes_no_long_time(unit: str) -> None:
    text = unit * (2000 // len(unit))
    started = time.perf_counter()
    check_claim(text, [text])
    assert time.perf_counter() - started < 2

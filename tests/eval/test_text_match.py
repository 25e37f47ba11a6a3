"""Matching forgives typesetting and number words, never a different number; finding gives exact offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.text_match import contains, find_quote, match_tokens, without_markers


@pytest.mark.parametrize(
    ("text", "wanted", "there"),
    [
        # Hostile rows first.
        ("", "six", False),
        ("It takes six days.", "", False),
        ("It takes six days.", " ,. ", False),
        ("the", "the", False),
        ("It takes 16 days.", "6", False),
        ("It takes 6.5 days.", "6", False),
        ("Section 4.2.1 applies.", "4.2", False),
        ("It takes 60 days.", "6 days", False),
        ("sixteen days", "six", False),
        ("It cost 1,600 euros.", "600", False),
        ("It cost 1 600 euros.", "600", False),
        ("Annex B applies.", "Annex A", False),
        ("the regulators", "regulator", False),
        # What is forgiven.
        ("It takes six days.", "6 days", True),
        ("It takes 6 days.", "Six days", True),
        ("TWELVE members", "12 members", True),
        ("It cost 1,600,000 euros.", "1600000", True),
        ("It cost 1 600 euros.", "1,600", True),
        ("It cost 1\u202f600 euros.", "1,600", True),
        ("6 per cent of all", "6%", True),
        ("6 percent of all", "6 %", True),
        ("the agency’s “high risk” list", 'agency\'s "high risk" list', True),
        ("risk–based approach", "risk-based approach", True),
        ("the Chief Data Officer decides", "Chief Data Officer", True),
        ("Chief Data Officer decides", "the Chief Data Officer", True),
        ("asks the agency’s head", "agency", True),
        ("Annex A applies.", "annex A", True),
        ("point (a) of it", "point (a)", True),
        ("A committee decides.", "a committee", True),
        ("a committee decides.", "A committee", True),
        ("an eﬀective remedy", "effective remedy", True),
        ("Straße", "STRASSE", True),
        ("co\u00adoperation", "cooperation", True),
        ("$4 million", "4 million", True),
        ("two  line\nbreaks", "line breaks", True),
    ],
)
def test_contains(text: str, wanted: str, there: bool) -> None:
    assert contains(text, wanted) is there


def test_a_year_before_a_number_is_no_thousand() -> None:
    assert match_tokens("in 2019 300 people") == ("in", "2019", "300", "people")
    assert match_tokens("1,000.50 or 12,34") == ("1000.50", "or", "12", "34")


def test_markers_go_and_links_and_years_stay() -> None:
    assert without_markers("Four [1] years [2, 3].").split() == ["Four", "years", "."]
    assert without_markers("[6](http://a) in [2019]") == "[6](http://a) in [2019]"
    assert not contains(without_markers("Four years [6]."), "6")


TEXT = (
    "The  agency’s head “must\nreport” it \u2013 within 3 days. The  eﬀect: a co\u00adoperation. must report"
)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        # Hostile rows first.
        ("", []),
        (" … ", []),
        ("must not report", []),
        ("MUST report", []),
        ("within 13 days", []),
        # Exact, then forgiven.
        ("within 3 days", ["within 3 days"]),
        ('The agency\'s head "must report"', ["The  agency’s head “must\nreport”"]),
        ("it - within", ["it \u2013 within"]),
        ("effect: a cooperation", ["eﬀect: a co\u00adoperation"]),
        ("  head “must\nreport” ", ["head “must\nreport”"]),
        ("The", ["The", "The"]),
    ],
)
def test_a_quote_is_found_to_the_character(quote: str, found: list[str]) -> None:
    assert [TEXT[start:end] for start, end in find_quote(TEXT, quote)] == found


def test_offsets_survive_whatever_unicode_expands_or_drops() -> None:
    text = "\ufeffA ½ share of ﬁve “oﬃces”\u200b and  \u00a0 more"
    for quote in ('share of five "offices" and more', "ﬁve “oﬃces”"):
        ((start, end),) = find_quote(text, quote)
        assert text[start:end] in ("share of ﬁve “oﬃces”\u200b and  \u00a0 more", "ﬁve “oﬃces”")


_PIECES = [
    "a",
    "B",
    "6",
    " ",
    "  ",
    "\n",
    "\u00a0",
    "’",
    "'",
    "“",
    "–",
    "-",
    "ﬁ",
    "½",
    "\u00ad",
    "\u200b",
    "`",
    "é",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=12), st.data())
def test_whatever_is_cut_out_and_typeset_anew_is_found(pieces: list[str], data: st.DataObject) -> None:
    """Offsets by an independent way: a place is right when its words are those of the quote."""
    text = "".join(pieces)
    first = data.draw(st.integers(0, len(pieces)))
    last = data.draw(st.integers(first, len(pieces)))
    quote = "".join(
        {"’": "'", "“": '"', "–": "-", "\n": " ", "\u200b": ""}.get(p, p) for p in pieces[first:last]
    )
    places = find_quote(text, quote)
    assert bool(places) == any(map(str.isalnum, quote))
    for start, end in places:
        assert match_tokens(text[start:end]) == match_tokens(quote)
        assert 0 <= start < end <= len(text)

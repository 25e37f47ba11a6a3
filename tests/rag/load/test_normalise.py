"""Normalisation: what a reader cannot see goes, what the author wrote stays."""

from __future__ import annotations

import unicodedata
from collections import Counter
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.load.normalise import PAGE_BREAK, normalise, superscript, vocabulary


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        pytest.param("ig\U000e0069\U000e0067nore", "ignore", id="tag-characters-hide-instructions"),
        pytest.param("pay\u200bload\u2060s\ufeff", "payloads", id="zero-width"),
        pytest.param("\u202eevil\u202c text", "evil text", id="bidi-override"),
        pytest.param("a\x07b\x1b[31mc", "ab[31mc", id="control"),
        pytest.param("\ud800bad\uffff", "bad", id="lone-surrogate-and-noncharacter"),
        pytest.param("g\ufe01o\U000e0101", "go", id="variation-selectors"),
        pytest.param("cafe\u0301", "café", id="nfc"),
        pytest.param("e\ufb03cient", "efficient", id="ligature"),
        pytest.param("a\u00a0 \t\n\u2028b", "a b", id="white-space"),
        pytest.param("co\u00adopera\u00ad\ntion", "cooperation", id="soft-hyphens"),
        pytest.param("m² and x⁵", "m² and x⁵", id="superscripts-stay"),
        pytest.param("Scope ........................ 4", "Scope … 4", id="leaders"),
        pytest.param("Wait . . . what", "Wait . . . what", id="short-ellipsis-stays"),
    ],
)
def test_normalise(raw: str, clean: str) -> None:
    assert normalise(raw, Counter()) == clean


@pytest.mark.parametrize(
    ("raw", "elsewhere", "joined"),
    [
        pytest.param("the develop-\nment of", "", "the development of", id="part-of-a-word"),
        pytest.param("a risk-\nbased rule", "risk based", "a risk-based rule", id="two-words"),
        pytest.param("open-\nsource code", "open-source code", "open-source code", id="compound-elsewhere"),
        pytest.param("the GOV-\nERN function", "The GOVERN function", "the GOVERN function", id="capitals"),
        pytest.param("high-\nor low-risk", "", "high- or low-risk", id="suspended"),
        pytest.param("COVID-\n19 cases", "", "COVID-19 cases", id="number"),
        pytest.param("Jean-\nPaul", "", "Jean-Paul", id="name"),
        pytest.param(f"environ-\n{PAGE_BREAK}ment", "", f"environ{PAGE_BREAK}ment", id="over-a-page"),
        pytest.param(f"one\n{PAGE_BREAK}two", "", f"one {PAGE_BREAK}two", id="page-between-words"),
    ],
)
def test_line_end_hyphens(raw: str, elsewhere: str, joined: str) -> None:
    assert normalise(raw, vocabulary([raw, elsewhere])) == joined


@given(st.text(max_size=200))
def test_normalised_text_is_one_clean_line_and_stays_so(raw: str) -> None:
    words = vocabulary([raw])
    once = normalise(raw.replace(PAGE_BREAK, ""), words)
    assert once == once.strip(" ")
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in once)
    assert "  " not in once
    assert normalise(once, words) == once


@pytest.mark.parametrize(
    ("raised", "shown"),
    [("5", "⁵"), ("[12]", "¹²"), ("3, 4", "³, ⁴"), ("-2", "⁻²"), ("st", "st"), ("*", "*"), ("", "")],
)
def test_superscript(raised: str, shown: str) -> None:
    assert superscript(raised) == shown


def test_a_run_without_spaces_takes_no_longer_than_its_length() -> None:
    began = process_time()
    assert len(normalise("QUJD" * 50_000, Counter())) == 200_000
    assert process_time() - began < 5

"""Sentences of legal English: each case is the sentences themselves, joined by one space."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.sentences import LONG_BLOCK, sentence_spans
from rag.types import Block, BlockKind

CASES: dict[str, tuple[str, ...]] = {
    "usc section": ("Providers are immune under 47 U.S.C. § 230(c)(1).", "The court agreed."),
    "usc at the end": ("The rule is codified at 47 U.S.C.", "The other title is silent."),
    "usc appendix": ("The Act appears in 5 U.S.C. App. 3 as amended.", "It has been moved."),
    "cfr": ("Part 200 of 2 C.F.R. § 200.1 defines the term.", "Grants follow it."),
    "house bill": ("The bill, H.R. 6580, died in committee.", "Its sponsor retired."),
    "house bill first": ("H.R. 6580 is a bill.", "H.R. 1 is another."),
    "senate bill": ("S. 1177 passed the Senate.", "S. 3312 did not."),
    "joint resolution": ("S.J. Res. 42 and H.J. Res. 7 were joined.", "Both failed."),
    "section point": ("Sec. 4(a)(1) applies to grants.", "Sec. 5 does not."),
    "sections": ("See Secs. 12 and 13 for the terms.", "They are short."),
    "section sign": ("This follows from § 4.", "The duty in § 5 is new."),
    "public law": ("Pub. L. No. 117-263 was signed in 2022.", "It has ten divisions."),
    "public law short": ("Pub. L. 104-13 requires it.", "Agencies comply."),
    "statutes at large": ("It is printed at 136 Stat. 2395 in full.", "Nobody reads it."),
    "federal register": ("The notice, 88 Fed. Reg. 75191, sets a date.", "Comments are open."),
    "executive order": ("Exec. Order No. 14110 was revoked.", "A new order followed."),
    "number slash": ("Proposal No. 2021/0106 became law.", "It took three years."),
    "numbers plural": ("Items Nos. 3 and 4 are joined.", "Item 5 stands alone."),
    "no as a word": ("Is it lawful?", "No.", "The Act forbids it."),
    "eu regulation": ("Reg. (EU) 2024/1689 entered into force.", "It applies in stages."),
    "directive": ("Dir. 2009/65/EC covers funds.", "It was recast."),
    "article": ("Under Art. 5 some practices are banned.", "Art. 6 lists the others."),
    "articles": ("Arts. 8 to 15 set duties.", "They are strict."),
    "constitution": ("See Art. I, § 8, cl. 3.", "Congress may regulate commerce."),
    "constitution inside": ("Art. I, § 8, cl. 3 of the Constitution is broad.", "Courts read it so."),
    "list in paragraph": (
        "Funds go to (1) States; (2) Tribes; and (3) cities.",
        "See Art. I, § 8, cl. 3.",
    ),
    "lettered points": ("The plan shall (a) name an owner; (b) set a date.", "It is public."),
    "points ending in stops": ("(a) The first rule holds.", "(b) The second rule holds."),
    "roman points": ("The board (i) meets; (ii) votes; and (iii) reports.", "It has nine members."),
    "versus": ("In Smith v. Jones the court ruled.", "The State appealed."),
    "versus united states": ("Trump v. United States was cited.", "It is recent."),
    "et al inside": ("Brown et al. (2020) disagree.", "Their data are old."),
    "et al and year": ("See Hoffmann et al. 2024 for the figure.", "It is an estimate."),
    "et al at the end": ("The paper is by Hoffmann et al.", "It was published in 2024."),
    "eg": ("Some states, e.g. Maine and Ohio, agree.", "Others do not."),
    "ie": ("The agency, i.e. NIST, wrote it.", "It is voluntary."),
    "cf": ("Other laws differ, cf. Canada and Japan.", "This one is new."),
    "pages": ("The table is on pp. 3-4 of the report.", "It is old."),
    "page": ("See p. 12 of the memo.", "It says why."),
    "id at": ("The duty is clear, Id. at 14.", "Nobody disputes it."),
    "chapter": ("Ch. 2 describes the risks.", "Ch. 3 describes the controls."),
    "figure": ("As Fig. 3 shows, use grew.", "Cost fell."),
    "volume": ("See Vol. 2, No. 3 of the journal.", "It is out of print."),
    "annex in bracket": ("High-risk systems (see Annex III) need a file.", "Others do not."),
    "stop inside bracket": ("Costs (see Annex I. Annex II is empty) rose.", "Then they fell."),
    "sentence in brackets": ("The plan failed.", "(It was never funded.)", "A new one came."),
    "doctor": ("Dr. Jane Smith testified.", "She was brief."),
    "titles": ("Sen. Warner and Rep. Khanna met Gov. Newsom.", "They agreed."),
    "honourable": ("The Hon. Mr. Reed spoke.", "Ms. Chen replied."),
    "initials": ("J. R. Smith wrote the brief.", "It was filed late."),
    "middle initial": ("Harry S. Truman signed it.", "The Act is old."),
    "george w": ("George W. Bush signed the Act.", "It was a surprise."),
    "appendix letter": ("The terms are in Appendix A.", "The list is short."),
    "plan letter": ("They chose Plan B.", "It was cheaper."),
    "junior": ("Harry Kalven, Jr. taught there.", "He is honoured."),
    "us adjective": ("The U.S. Department of Commerce agreed.", "It issued a rule."),
    "us at the end": ("The chips are made in the U.S.", "The machines are not."),
    "uk and us": ("The U.K. and U.S. Governments met.", "They signed."),
    "dc": ("The office is in Washington, D.C.", "It opened in 1985."),
    "inc inside": ("Google Inc. and Microsoft Corp. objected.", "The board heard them."),
    "inc at the end": ("The code was donated by Google Inc.", "It is now public."),
    "month short": ("It applies from Feb. 2, 2025.", "The rest follows on Aug. 2, 2026."),
    "date": ("The Act was adopted on March 13, 2024.", "It has 113 articles."),
    "year at the end": ("Use doubled in 2022.", "In 2023 it doubled again."),
    "pm": ("The desk closes at 6 p.m.", "Requests then wait."),
    "pm zone": ("File by 5 p.m. Eastern on Monday.", "Late files are void."),
    "am inside": ("Doors open at 9 a.m. and close at noon.", "Bring a badge."),
    "decimal": ("The share rose from 3.5 to 4.25 percent.", "It fell later."),
    "decimal at the end": ("The score was 4.2.", "The next was lower."),
    "money": ("It is worth $8.8 trillion.", "The supply side costs $4.15 billion."),
    "version": ("Version 2.1.3 is out.", "It fixes a bug."),
    "url inside": ("See https://example.org/a.b?c=d. for more.",),
    "url at the end": ("Read https://example.org/a?b=c.", "The page is old."),
    "domain": ("Data.gov and www.example.org list them.", "Both are free."),
    "email": ("Write to open.data@example.gov for help.", "Answers are slow."),
    "quoted end": ("He said it was “safe.”", "The board disagreed."),
    "quoted straight": ('She wrote "it is done."', "Then she left."),
    "quote goes on": ('"Is it legal?" asked the judge.', "Nobody knew."),
    "quoted sentences": ("“It is open.", "It is free.”", "So said the memo."),
    "footnote glued to word": ("Use grew fast.14", "The next year it fell."),
    "footnote after year": ("Use grew in 2022.14", "The next year it fell."),
    "footnote after quote": ("They call it “open.”7", "It is not."),
    "footnote after bracket": ("It is listed in Sec. 4(a)(1).5", "The list is long."),
    "footnote superscript": ("Use grew.¹²", "Cost fell."),
    "footnote brackets": ("Use grew.[12]", "Cost fell."),
    "footnote tag": ("It held open-source code.<sup>19</sup>", "Experts agree."),
    "footnotes two": ("Critics disagree.14, 15", "They cite costs."),
    "not a footnote": ("The figure is in Table 3.14 of the annex.", "It is an estimate."),
    "ellipsis inside": ("The law ... was passed.", "It is short."),
    "ellipsis at the end": ("He hesitated...", "The vote was lost."),
    "spaced ellipsis": ("The Act . . . shall apply.", "It does."),
    "question and exclamation": ("What is open?", "Everything!", "So they say."),
    "semicolon": ("It is open; it is not free.", "That is common."),
    "enumerator": ("1. Introduction and scope.", "This part says why."),
    "section heading run in": ("SEC. 4. DEFINITIONS.", "In this Act, terms have meanings."),
    "etc inside": ("Maps, tables, etc. are data.", "Prose is not."),
    "etc at the end": ("It lists maps, tables, etc.", "Prose is left out."),
    "phd": ("Ada Park, Ph.D. and J.D., led it.", "She is modest."),
    "ordinary word known to punkt": ("The panel said so.", "Agencies changed their way of life.", "Good."),
    "lower case opener": ("It runs on iOS and e.g. macOS.", "Others wait."),
    "ai rmf": ("NIST AI 100-1 has four functions.", "They are Govern, Map, Measure, and Manage."),
    "no stop": ("A line without a full stop",),
    "single letter": ("A.",),
    "ratio": ("The ratio was 3:1 vs. 2:1 before.", "It held."),
}


@pytest.mark.parametrize("expected", CASES.values(), ids=CASES.keys())
def test_sentences(expected: tuple[str, ...]) -> None:
    text = " ".join(expected)
    assert tuple(text[start:end] for start, end in sentence_spans(text, ())) == expected


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 80


def test_sentences_glued_by_a_lost_space_are_split() -> None:
    text = "That is the end.The next one starts."
    assert [text[a:b] for a, b in sentence_spans(text, ())] == ["That is the end.", "The next one starts."]


def _blocks(*pieces: tuple[BlockKind, str]) -> tuple[str, tuple[Block, ...]]:
    """The pieces, each on its own line, and their blocks."""
    text, blocks = "", []
    for kind, piece in pieces:
        blocks.append(Block(start=len(text), end=len(text) + len(piece), kind=kind))
        text += piece + "\n"
    return text, tuple(blocks)


@pytest.mark.parametrize(
    "kind", [BlockKind.HEADING, BlockKind.TABLE_ROW, BlockKind.LIST_ITEM, BlockKind.CAPTION]
)
def test_short_units_are_one_sentence(kind: BlockKind) -> None:
    text, blocks = _blocks((kind, "First part. Second part."), (BlockKind.PARAGRAPH, "One here. Two here."))
    found = [text[a:b] for a, b in sentence_spans(text, blocks)]
    assert found == ["First part. Second part.", "One here.", "Two here."]


def test_a_list_item_as_long_as_a_paragraph_is_split() -> None:
    item = " ".join(["The agency publishes its plan every year."] * (LONG_BLOCK // 40 + 1))
    text, blocks = _blocks((BlockKind.LIST_ITEM, item))
    assert len(sentence_spans(text, blocks)) == item.count(".")


def test_no_sentence_crosses_blocks() -> None:
    text, blocks = _blocks((BlockKind.PARAGRAPH, "The bill, H.R."), (BlockKind.PARAGRAPH, "6580 is here"))
    assert [text[a:b] for a, b in sentence_spans(text, blocks)] == ["The bill, H.R.", "6580 is here"]


def test_points_on_their_own_lines_are_sentences() -> None:
    text = "The plan shall:\n(a) name an owner;\n(b) set a date."
    found = [text[a:b] for a, b in sentence_spans(text, ())]
    assert found == ["The plan shall:", "(a) name an owner;", "(b) set a date."]


def test_a_very_long_sentence_is_split_at_its_points() -> None:
    point = "the head of every agency of the government and every office under it " * 4
    text = f"The plan names (a) {point}; (b) {point}; and (c) {point}. It is public."
    found = [text[a:b] for a, b in sentence_spans(text, ())]
    assert [piece[:5] for piece in found] == ["The p", "(b) t", "(c) t", "It is"]


@pytest.mark.parametrize("unit", [".", ". ", "(", "a. ", "1. ", "!?", "; (a) ", "x.1 ", "\n", "[1]", "No. "])
def test_hostile_text_takes_linear_time(unit: str) -> None:
    started = time.perf_counter()
    sentence_spans(unit * (20_000 // len(unit)), ())
    assert time.perf_counter() - started < 3


_ALPHABET = st.one_of(st.sampled_from(list(". \n()[]\"'§;:?!…abcAB19")), st.characters(codec="utf-8"))


@st.composite
def _texts(draw: st.DrawFn) -> tuple[str, tuple[Block, ...]]:
    text = draw(st.text(_ALPHABET, max_size=120))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return text, tuple(Block(start=a, end=b, kind=draw(st.sampled_from(list(BlockKind)))) for a, b in pairs)


@settings(max_examples=120, deadline=None)
@given(_texts())
def test_nothing_is_lost_and_nothing_crosses(case: tuple[str, tuple[Block, ...]]) -> None:
    text, blocks = case
    spans = sentence_spans(text, blocks)
    assert all(a < b and text[a:b] == text[a:b].strip() for a, b in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    covered = {at for a, b in spans for at in range(a, b)}
    assert all(at in covered for at, character in enumerate(text) if not character.isspace())
    for block in blocks:
        assert not any(a < edge < b for a, b in spans for edge in (block.start, block.end))

"""A case and a result become scores: every name, no NaN, and systems that nobody should trust come last."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from pathlib import Path
from statistics import fmean
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.cases import Case
from eval.flags import find_flags
from eval.provenance import fingerprint
from eval.run_info import RunInfo, SystemEntry
from eval.scoring import LESS_IS_BETTER, QUANTITIES, SHARES, score_case, score_results, score_run
from eval.statistics import shared_ranks
from eval.store import RunError, begin, locked, read_scores
from rag.errors import IndexUnusableError
from rag.index import Index
from tests.eval.made import APPEAL, CORPUS, FEE, Documents, at, case, cite, found, gold, nugget, result
from tests.rag.index_fakes import run as index_run
from tests.rag.index_fakes import write


def test_the_names_are_those_agreed_on() -> None:
    names = """
        healthy answered correct exact f1 nuggets_vital nuggets_all recall@10 ndcg@10 rr@10
        all_evidence_in_context citation_valid citation_coverage citation_precision citation_recall page_right
        quotes_verbatim quotes_normalised numbers_in_quotes dates_in_quotes names_in_quotes false_answer
        false_abstention resolved ttft_s tokens_per_s seconds peak_memory_bytes joules
    """
    assert [*SHARES, *QUANTITIES] == names.split()
    assert set(score_case(case(), result("Yes."), CORPUS)) == set(names.split())
    assert set(names.split()) >= LESS_IS_BETTER


def test_a_failure_resolves_nothing_and_is_not_called_an_abstention() -> None:
    asked = case(answers=["1,600 euros"], evidence=[gold(FEE)])
    scores = score_case(asked, result(error="out of memory", retrieved=None), CORPUS)
    known = {name: value for name, value in scores.items() if value is not None}
    assert known == {"healthy": 0, "correct": 0, "exact": 0, "f1": 0, "resolved": 0, "seconds": 3.0}
    late = score_case(asked, result(error="out of memory", retrieved=found(at(FEE))), CORPUS)
    assert (late["recall@10"], late["all_evidence_in_context"]) == (1, None)
    lost = score_case(case(answerable=False), result(error="out of memory"), CORPUS)
    assert (lost["resolved"], lost["false_answer"]) == (0, None)


def test_a_good_answer_by_hand() -> None:
    asked = case(
        answers=["1,600 euros"], evidence=[gold(FEE, page=2), gold(APPEAL)], nuggets=[nugget("1,600")]
    )
    good = result(
        "A permit costs 1600 euros [1].",
        claims=[("A permit costs 1600 euros.", [1])],
        citations=[cite(1, FEE)],
        passages=[at(FEE)],
        retrieved=found(at(FEE)),
    )
    scores = score_case(asked, good, CORPUS)
    assert scores == {
        **dict.fromkeys(("healthy", "answered", "correct", "nuggets_vital", "nuggets_all", "resolved"), 1),
        **dict.fromkeys(("citation_valid", "citation_coverage", "citation_precision", "citation_recall"), 1),
        **dict.fromkeys(
            ("page_right", "quotes_verbatim", "quotes_normalised", "numbers_in_quotes", "rr@10"), 1
        ),
        **dict.fromkeys(("exact", "all_evidence_in_context", "false_abstention"), 0),
        **dict.fromkeys(
            ("dates_in_quotes", "names_in_quotes", "false_answer", "peak_memory_bytes", "joules")
        ),
        "f1": pytest.approx(2 * (2 / 4) * (2 / 2) / (2 / 4 + 2 / 2)),
        "recall@10": 0.5,
        "ndcg@10": pytest.approx(0.6131, abs=1e-4),
        "ttft_s": 0.5,
        "tokens_per_s": 15.0,
        "seconds": 3.0,
    }


def test_a_result_of_an_unknown_case_is_no_small_matter() -> None:
    with pytest.raises(KeyError, match="c2"):
        list(score_results([case("c1")], [result("Yes.", case_id="c2")], CORPUS))


_MARKERS = st.lists(st.integers(-1, 4), max_size=3)
_TEXTS = st.sampled_from(["", "[0]", "Six years [1].", "A permit costs 1,600 euros [9].", "…", "No."])
_PLACES = st.sampled_from(
    [at(FEE), at(APPEAL), at("Fees", "other.md"), {"document": "gone.pdf", "start": 0, "end": 5}]
)
_CITATIONS = st.builds(
    lambda marker, place, quote, page: {"marker": marker, **place, "quote": quote, "page": page},
    st.integers(0, 3),
    _PLACES,
    st.sampled_from(["", FEE, 'The holder\'s "appeal"', "elsewhere"]),
    st.sampled_from([None, 1, 2]),
)


@given(
    asked=st.builds(
        case,
        answerable=st.booleans(),
        evidence=st.lists(st.sampled_from([gold(FEE, page=2), gold(APPEAL), gold("not there")]), max_size=2),
        answers=st.lists(st.sampled_from(["six years", "no", ""]), max_size=2),
        nuggets=st.lists(st.sampled_from([nugget("six"), nugget("euros", vital=False)]), max_size=2),
    ),
    seen=st.builds(
        result,
        _TEXTS,
        status=st.sampled_from(["answered", "partial", "abstained", "clarify"]),
        claims=st.lists(st.tuples(_TEXTS, _MARKERS), max_size=3),
        citations=st.lists(_CITATIONS, max_size=4),
        passages=st.lists(_PLACES, max_size=3),
        retrieved=st.none() | st.lists(_PLACES, max_size=12).map(lambda places: found(*places)),
        error=st.sampled_from([None, None, None, "late"]),
    ),
)
def test_whatever_comes_every_score_is_a_number_in_its_range_or_none(
    asked: Case, seen: dict[str, Any]
) -> None:
    scores = score_case(asked, seen, CORPUS)
    for name, value in scores.items():
        assert value is None or (isfinite(value) and value >= 0)
        assert name in QUANTITIES or value is None or value <= 1
    assert scores == score_case(asked, seen, CORPUS)


def suite() -> list[Case]:
    """Twelve answerable and eight unanswerable questions, each about a document of its own."""
    answerable = [
        case(f"a{n}", answers=["six years"], evidence=[gold(FEE)], cluster=f"d{n}") for n in range(12)
    ]
    return answerable + [case(f"u{n}", answerable=False, cluster=f"d{n + 12}") for n in range(8)]


def lines(system: str, asked: Case) -> dict[str, Any]:
    """What each system says: the good one, one that always abstains, and one with the wrong document."""
    if system == "always abstain" or (system == "good" and not asked.answerable):
        return result("The documents do not say.", status="abstained", case_id=asked.case_id, system=system)
    document, quote = ("rules.pdf", FEE) if system == "good" else ("other.md", "A licence costs 900 euros")
    text = "It lasts six years." if system == "good" else "It lasts two years."
    cited = [cite(1, quote, document)]
    return result(text, citations=cited, case_id=asked.case_id, system=system, retrieved=found(cited[0]))


def test_systems_that_nobody_should_trust_are_last_and_flagged() -> None:
    cases = suite()
    systems = ("always abstain", "wrong document", "good")
    rows = [
        row for name in systems for row in score_results(cases, [lines(name, one) for one in cases], CORPUS)
    ]
    scores = {name: {row["case"]: row["scores"] for row in rows if row["system"] == name} for name in systems}
    resolved = {name: [scores[name][one.case_id]["resolved"] for one in cases] for name in systems}
    ranked = shared_ranks(resolved, [one.cluster for one in cases])
    assert [(entry.name, entry.rank) for entry in ranked] == [
        ("good", 1),
        ("always abstain", 2),
        ("wrong document", 3),
    ]
    flagged = {(flag.system, flag.title) for flag in find_flags(cases, scores, "resolved")}
    assert flagged == {
        ("always abstain", "Answers nothing"),
        ("wrong document", "Answers everything"),
        ("wrong document", "Cites the wrong places"),
    }


def test_two_hundred_cases_are_scored_in_a_few_seconds() -> None:
    """Against documents of 60,000 characters each; without any model."""
    filler = "The authority publishes a report on its work once a year. " * 1000
    documents = Documents({f"d{n}.md": f"{filler}Rule {n}. {FEE} {filler}" for n in range(20)})
    cases = [
        case(f"c{n}", answers=["six years"], evidence=[gold(FEE, f"d{n % 20}.md")], cluster=f"d{n % 20}")
        for n in range(200)
    ]
    place = {"document": "d0.md", "start": len(filler), "end": len(filler) + 80}
    cited = {"marker": 1, **place, "quote": (documents.text("d0.md") or "")[len(filler) : len(filler) + 80]}
    results = [
        result(
            "A permit costs 1,600 euros and lasts six years [1]. It is due within 30 days of 4 May 2023 [1].",
            claims=[("A permit costs 1,600 euros and lasts six years.", [1])] * 3,
            citations=[{**cited, "document": f"d{n % 20}.md", "page": None}],
            passages=[{**place, "document": f"d{n % 20}.md"}] * 6,
            retrieved=found(*[{**place, "document": f"d{(n + k) % 20}.md"} for k in range(10)]),
            case_id=f"c{n}",
        )
        for n in range(200)
    ]
    began = process_time()
    rows = list(score_results(cases, results, documents))
    assert process_time() - began < 5
    assert fmean(row["scores"]["resolved"] for row in rows) == 1


def test_a_run_is_scored_from_its_folder_and_again_the_same(tmp_path: Path) -> None:
    """Documents in a real index, a failed case, an answered one: one line each, by hand."""
    rules = "# Fees\nA permit costs 1,600 euros.\n# Term\nIt lasts six years.\n"
    index_run(tmp_path / "index", write(tmp_path / "docs", rules=rules))
    start = rules.index("A permit")
    quote = "A permit costs 1,600 euros."
    name = next(path.name for path in (tmp_path / "docs").iterdir())
    place = {"document": name, "start": start, "end": start + len(quote)}
    asked = [
        case("c1", answers=["1,600"], evidence=[gold(quote, name, page=2)]),
        case("c2", answers=["six"], evidence=[gold("It lasts six years.", name)]),
    ]
    info = RunInfo(
        suite="rules",
        description="",
        licence="",
        primary="resolved",
        context="retrieved",
        seed=0,
        limit=None,
        split="",
        source=str(tmp_path),
        index=str(tmp_path / "index"),
        systems=(SystemEntry(name="ours", baseline=False, fingerprint={}),),
    )
    cited = {"marker": 1, "quote": quote, "page": 2, **place}
    with Index.open(tmp_path / "index") as index:
        info = replace(info, fingerprint=fingerprint(asked, index))
    with locked(tmp_path / "run"):
        folder = begin(tmp_path / "run", info, asked)
        folder.append(result("It costs 1,600 euros [1].", citations=[cited], retrieved=found(place)))
        folder.append(result(case_id="c2", error="out of memory"))
        assert score_run(tmp_path / "run") == 2
        first = (tmp_path / "run" / "scores.jsonl").read_bytes()
        assert score_run(tmp_path / "run") == 2
    assert (tmp_path / "run" / "scores.jsonl").read_bytes() == first
    one, two = (line["scores"] for line in read_scores(tmp_path / "run"))
    right = ("correct", "resolved", "recall@10", "citation_precision", "page_right", "quotes_verbatim")
    assert [one[score] for score in right] == [1] * len(right)
    assert (two["healthy"], two["resolved"], two["citation_precision"]) == (0, 0, None)
    index_run(tmp_path / "index", write(tmp_path / "docs", more="# More\nText that was not there.\n"))
    with pytest.raises(RunError, match="has changed since the run"):
        score_run(tmp_path / "run")
    (tmp_path / "moved").mkdir()
    (tmp_path / "run").rename(tmp_path / "moved" / "run")
    (tmp_path / "index").rename(tmp_path / "elsewhere")
    with pytest.raises(IndexUnusableError):
        score_run(tmp_path / "moved" / "run")

"""From a run to its report: ranks, outcomes, slices, flags, worst cases, by hand-made runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from eval.cases import Case
from eval.report.aggregate import aggregate
from eval.report.from_line import result_report
from eval.report.outcomes import WORST, outcome
from eval.report.ranking import rank
from eval.report.run_data import RunData, SystemInfo
from eval.report.values import Matrix, Outcome, Report
from eval.scoring import score_case
from eval.statistics import shared_ranks
from rag.errors import GreenpaperError
from tests.eval import made
from tests.eval.report import synthetic

FEE_CASE = made.case("fee", evidence=[made.gold(made.FEE)], answers=["1,600"])
APPEAL_CASE = made.case("appeal", evidence=[made.gold(made.APPEAL)], answers=["30 days"], question="When?")
NOWHERE = made.case("nowhere", answerable=False, question="Who is the harbour master?")
CASES = (FEE_CASE, APPEAL_CASE, NOWHERE)


def run_of(
    lines: Mapping[str, Sequence[Mapping[str, object] | None]],
    *,
    cases: Sequence[Case] = CASES,
    baselines: Sequence[str] = (),
) -> RunData:
    """A run of `cases` with the results of each system, scored as every run is; None was not run."""
    results = {}
    for system, found in lines.items():
        for case, line in zip(cases, found, strict=True):
            if line is not None:
                line = {**line, "case": case.case_id, "system": system}
                results[case.case_id, system] = result_report(case, line, score_case(case, line, made.CORPUS))
    return RunData(
        suite="rules",
        description="",
        licence="",
        primary="resolved",
        context="retrieved",
        seed=0,
        finished="",
        cases=tuple(cases),
        systems=tuple(SystemInfo(name=name, baseline=name in baselines, fingerprint=()) for name in lines),
        results=results,
        settings=(),
        machine=(),
    )


RIGHT = made.result("It costs 1,600 euros [1].", citations=[made.cite(1, made.FEE)])
APPEALS = made.result("Within 30 days [1].", citations=[made.cite(1, made.APPEAL)])
WRONG = made.result("It costs 900 euros [1].", citations=[made.cite(1, made.OTHER[6:47], "other.md")])
DECLINED = made.result("The documents do not say.", status="abstained")
ASKED = made.result("Which permit?", status="clarify")
FAILED = made.result(error="RuntimeError: out of memory")


def report_of(**lines: Sequence[Mapping[str, object] | None]) -> Report:
    return aggregate(run_of(lines))


@pytest.mark.parametrize(
    ("line", "case", "expected"),
    [
        pytest.param(FAILED, FEE_CASE, Outcome.FAILED, id="failed"),
        pytest.param(FAILED, NOWHERE, Outcome.FAILED, id="failed-unanswerable"),
        pytest.param(made.result("…"), FEE_CASE, Outcome.FALSE_ABSTENTION, id="answer-without-a-word"),
        pytest.param(made.result(""), NOWHERE, Outcome.RIGHT_ABSTENTION, id="empty-answer"),
        pytest.param(RIGHT, FEE_CASE, Outcome.RIGHT, id="right"),
        pytest.param(WRONG, FEE_CASE, Outcome.WRONG, id="wrong"),
        pytest.param(WRONG, NOWHERE, Outcome.FALSE_ANSWER, id="false-answer"),
        pytest.param(made.result("1,600", status="partial"), FEE_CASE, Outcome.RIGHT, id="partial"),
        pytest.param(
            made.result("1,600", status="abstained"),
            FEE_CASE,
            Outcome.FALSE_ABSTENTION,
            id="declined-with-text",
        ),
        pytest.param(ASKED, FEE_CASE, Outcome.ASKED_BACK, id="asked-back"),
        pytest.param(ASKED, NOWHERE, Outcome.RIGHT_ABSTENTION, id="rightly-asked-back"),
        pytest.param(RIGHT, replace(FEE_CASE, answers=()), Outcome.UNSCORED, id="no-gold-answer"),
    ],
)
def test_outcome(line: Mapping[str, object], case: Case, expected: Outcome) -> None:
    scores = score_case(case, line, made.CORPUS)
    assert result_report(case, line, scores).outcome is expected


def test_the_abstention_matrix_counts_every_case_once() -> None:
    report = report_of(a=(RIGHT, ASKED, ASKED), b=(WRONG, DECLINED, WRONG), c=(FAILED, None, FAILED))
    found = {system.name: system.matrix for system in report.systems}
    nothing = dict.fromkeys(Matrix.__slots__, 0)
    assert found["a"] == Matrix(**nothing | {"right": 1, "asked_back": 1, "rightly_asked_back": 1})
    assert found["b"] == Matrix(**nothing | {"wrong": 1, "false_abstention": 1, "false_answer": 1})
    assert found["c"] == Matrix(**nothing | {"answerable_failed": 1, "unanswerable_failed": 1})


def test_an_unfinished_run_says_so_and_counts_nothing_as_0() -> None:
    report = report_of(a=(RIGHT, None, None), b=(WRONG, DECLINED, None))
    assert "The run is not complete: 3 of 6 answers are missing" in report.verdict[0]
    a = next(system for system in report.systems if system.name == "a")
    assert a.done == 1
    assert a.score is not None
    assert (a.score.mean, a.score.n) == (1.0, 1)
    assert report.cases[2].results[0].outcome is Outcome.MISSING


def test_a_metric_tells_how_many_cases_it_could_score() -> None:
    report = report_of(a=(RIGHT, DECLINED, DECLINED))
    precision = report.systems[0].metric("citation_precision")
    assert precision is not None
    assert (precision.scored, precision.unscored) == (1, 2)
    seconds = report.systems[0].metric("seconds")
    assert seconds is not None
    assert (seconds.interval, seconds.median, seconds.greatest, seconds.scored) == (None, 3.0, 3.0, 3)
    assert report.systems[0].metric("joules") is None


def test_a_model_that_always_abstains_is_flagged_and_last() -> None:
    report = report_of(skilled=(RIGHT, APPEALS, DECLINED), silent=(DECLINED, DECLINED, DECLINED))
    assert [system.name for system in report.systems] == ["skilled", "silent"]
    assert [flag.title for flag in report.flags if flag.system == "silent"] == ["Answers nothing"]


def test_a_model_that_answers_from_the_wrong_document_is_flagged_and_last() -> None:
    elsewhere = made.result(
        "It costs 1,600 euros [1].", citations=[made.cite(1, made.OTHER[6:47], "other.md")]
    )
    report = report_of(skilled=(RIGHT, APPEALS, DECLINED), astray=(elsewhere, WRONG, WRONG))
    assert [system.name for system in report.systems] == ["skilled", "astray"]
    titles = [flag.title for flag in report.flags if flag.system == "astray"]
    assert "Cites the wrong places" in titles
    assert "Answers everything" in titles
    assert not [flag for flag in report.flags if flag.system == "skilled"]


def test_flags_of_baselines_come_last() -> None:
    run = run_of({"silent": (DECLINED,) * 3, "model": (RIGHT, APPEALS, FAILED)}, baselines=("silent",))
    assert [flag.system for flag in aggregate(run).flags] == ["model", "silent"]


def test_models_are_ranked_and_baselines_only_placed() -> None:
    report = aggregate(synthetic.run(400))
    assert [(system.letter, system.rank) for system in report.systems] == [
        *(("A", 1), ("B", 2), ("C", None), ("D", None), ("E", 3)),
    ]
    means = [system.score.mean for system in report.systems if system.score]
    assert means == sorted(means, reverse=True)
    assert [pair.other for pair in report.pairs] == [
        *("qwen2.5-coder-0.5b-instruct", "smollm2-135m-instruct", "always-abstain", "first-sentence"),
    ]
    assert all(pair.leader == report.systems[0].name for pair in report.pairs)


def test_the_pairs_say_the_same_as_the_shared_ranks() -> None:
    """Two places compute them; a reader must never see a shared rank beside "more than chance"."""
    for cases in (12, 40, 120):
        run = synthetic.run(cases, synthetic.MODELS, seed=cases)
        scores = {system.name: run.values("resolved", system.name) for system in run.systems}
        ranked = {found.name: found for found in shared_ranks(scores, run.clusters(), run.seed)}
        for pair in rank(run).pairs:
            assert pair.p is not None
            assert (pair.p >= 0.05) == (ranked[pair.other].rank == 1)
            if ranked[pair.other].rank == 1:
                assert pair.p == ranked[pair.other].p


def test_pairs_count_the_cases_that_differ() -> None:
    run = synthetic.run(60)
    first = rank(run).pairs[0]
    mine, theirs = (run.values("resolved", name) for name in (first.leader, first.other))
    assert first.better == sum(
        a > b for a, b in zip(mine, theirs, strict=True) if a is not None and b is not None
    )
    assert first.difference is not None
    assert first.difference.mean == pytest.approx((first.better - first.worse) / 60)


def test_with_no_model_the_baselines_are_ranked() -> None:
    report = aggregate(synthetic.run(40, synthetic.BASELINES))
    assert [system.rank for system in report.systems] == [1, 1] or [
        system.rank for system in report.systems
    ] == [1, 2]


def test_slices_by_tag_and_document() -> None:
    run = synthetic.run(200)
    report = aggregate(run)
    sizes = {row.name: row.cases for row in report.tags}
    assert sizes == {tag: sum(tag in case.tags for case in run.cases) for tag in synthetic.TAGS}
    assert list(sizes.values()) == sorted(sizes.values(), reverse=True)
    assert sum(row.cases for row in report.documents) == 200
    for row in (*report.tags, *report.documents):
        assert len(row.scores) == len(report.systems)
        assert all(
            score and score.n == row.cases and score.low <= score.mean <= score.high for score in row.scores
        )


def test_worst_cases_are_those_that_most_models_got_wrong() -> None:
    report = report_of(a=(RIGHT, WRONG, WRONG), b=(WRONG, WRONG, DECLINED), c=(DECLINED, DECLINED, DECLINED))
    assert report.worst == ("nowhere", "appeal", "fee"), "unanswerable first; then by how many were wrong"
    nobody = report_of(a=(RIGHT, DECLINED, DECLINED))
    assert nobody.worst == ()


def test_not_more_worst_cases_than_can_be_read() -> None:
    report = aggregate(synthetic.run(400))
    kinds = {case.case_id: case.answerable for case in report.cases}
    assert [kinds[case_id] for case_id in report.worst] == [False] * WORST + [True] * WORST


def test_baselines_do_not_make_a_case_a_worst_one() -> None:
    run = run_of({"model": (RIGHT, APPEALS, DECLINED), "first": (WRONG,) * 3}, baselines=("first",))
    assert aggregate(run).worst == ()


def test_risk_falls_with_confidence() -> None:
    report = aggregate(synthetic.run(1000))
    curve = report.systems[0].risk_coverage
    assert curve
    assert [point.coverage for point in curve] == sorted(point.coverage for point in curve)
    assert curve[len(curve) // 5].risk < curve[-1].risk, "the made-up models know when they are unsure"
    answered = report.systems[0].metric("answered")
    assert answered is not None
    assert answered.interval is not None
    assert curve[-1].coverage == pytest.approx(answered.interval.mean)


def test_the_digest_is_of_what_is_asked_and_expected() -> None:
    def digest(case: Case) -> str:
        return aggregate(run_of({"a": (RIGHT,)}, cases=(case,))).cases[0].digest

    same = digest(FEE_CASE)
    assert digest(replace(FEE_CASE, tags=("number",), split="test", cluster="x")) == same
    for changed in (
        replace(FEE_CASE, question="What?"),
        replace(FEE_CASE, answers=("900",)),
        replace(FEE_CASE, answerable=False),
        replace(FEE_CASE, evidence=()),
    ):
        assert digest(changed) != same


@pytest.mark.parametrize("primary", ["false_answer", "seconds", "nonsense", ""])
def test_what_cannot_rank_is_refused(primary: str) -> None:
    with pytest.raises(GreenpaperError, match="cannot rank systems"):
        aggregate(replace(synthetic.run(3), primary=primary))


def test_nothing_to_report_is_said() -> None:
    with pytest.raises(GreenpaperError, match="nothing to report"):
        aggregate(replace(synthetic.run(3), cases=()))


def test_an_outcome_needs_no_more_than_scores() -> None:
    assert outcome(answerable=True, status="answered", scores={}) is Outcome.FAILED

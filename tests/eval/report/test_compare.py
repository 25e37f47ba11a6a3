"""Two runs paired case by case, and the gate that holds one against the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eval.report.aggregate import aggregate
from eval.report.compare import compare, pair_cases, pair_systems
from eval.report.gate import gate
from eval.report.run_data import RunData
from eval.report.values import Outcome, Report
from rag.errors import GreenpaperError
from tests.eval.report import synthetic

MODEL = synthetic.MODELS[0].name
OTHER = synthetic.MODELS[1].name


def made(cases: int = 40) -> RunData:
    return synthetic.run(cases, synthetic.MODELS[:2])


def changed(run: RunData, number: int, system: str = MODEL, **scores: float | None) -> RunData:
    """`run` with other scores for one case."""
    case = run.cases[number].case_id
    old = run.results[case, system]
    new = replace(old, scores={**old.scores, **scores})
    return replace(run, results={**run.results, (case, system): new})


def resolved(run: RunData, value: float, count: int, system: str = MODEL) -> list[int]:
    """Numbers of the first cases that have this value."""
    found = [
        number
        for number, case in enumerate(run.cases)
        if run.results[case.case_id, system].scores["resolved"] == value
    ]
    return found[:count]


def flipped(run: RunData, up: int, down: int) -> RunData:
    """`run` with so many cases got better and so many got worse."""
    better, worse = resolved(run, 0.0, up), resolved(run, 1.0, down)
    for number in better:
        run = changed(run, number, resolved=1.0)
    for number in worse:
        run = changed(run, number, resolved=0.0)
    return run


def both(before: RunData, after: RunData) -> tuple[Report, Report]:
    return aggregate(before), aggregate(after)


def test_better_and_worse_cases_are_counted_and_named() -> None:
    run = made()
    before, after = both(run, flipped(run, 5, 2))
    (found,) = compare(pair_cases(before, after), [(MODEL, MODEL)], "resolved", 0)
    assert found.difference is not None
    assert found.difference.mean == pytest.approx(3 / 40)
    assert [change.case_id for change in found.better] == [
        run.cases[n].case_id for n in resolved(run, 0.0, 5)
    ]
    assert [change.case_id for change in found.worse] == [run.cases[n].case_id for n in resolved(run, 1.0, 2)]
    assert {(change.before, change.after) for change in found.worse} == {(1.0, 0.0)}
    assert found.p is not None
    assert found.p > 0.05


def test_a_great_change_is_told_from_chance() -> None:
    run = made(100)
    before, after = both(run, flipped(run, 20, 0))
    (found,) = compare(pair_cases(before, after), [(MODEL, MODEL)], "resolved", 0)
    assert found.p is not None
    assert found.p < 0.01
    assert found.difference is not None
    assert found.difference.low > 0


def test_less_of_what_is_bad_is_better() -> None:
    run = made()
    number = next(
        n
        for n, case in enumerate(run.cases)
        if run.results[case.case_id, MODEL].scores["false_answer"] == 1.0
    )
    before, after = both(run, changed(run, number, false_answer=0.0))
    (found,) = compare(pair_cases(before, after), [(MODEL, MODEL)], "false_answer", 0)
    assert (len(found.better), len(found.worse)) == (1, 0)
    assert found.difference is not None
    assert found.difference.mean < 0


def test_a_correction_is_made_for_several_systems() -> None:
    run = made(100)
    after = flipped(run, 8, 0)
    for number in resolved(run, 0.0, 8, OTHER):
        after = changed(after, number, OTHER, resolved=1.0)
    cases = pair_cases(*both(run, after))
    (alone,) = compare(cases, [(MODEL, MODEL)], "resolved", 0)
    together = compare(cases, [(MODEL, MODEL), (OTHER, OTHER)], "resolved", 0)
    assert alone.p is not None
    assert together[0].p is not None
    assert together[0].p >= alone.p


def test_cases_are_paired_by_id_and_by_what_they_ask() -> None:
    run = made(10)
    later = list(run.cases)
    later[0] = replace(later[0], question="Something else?")
    new = replace(later[1], case_id="new")
    after = replace(
        run,
        cases=(*later[:1], *later[2:], new),
        results={
            **run.results,
            **{("new", name): run.results[later[1].case_id, name] for name in (MODEL, OTHER)},
        },
    )
    cases = pair_cases(*both(run, after))
    assert len(cases.both) == 8
    assert cases.changed == (run.cases[0].case_id,)
    assert cases.only_before == (run.cases[1].case_id,)
    assert cases.only_after == ("new",)


def test_runs_of_different_suites_are_refused() -> None:
    run = made(5)
    other = replace(run, cases=tuple(replace(case, question="Else?") for case in run.cases))
    with pytest.raises(GreenpaperError, match="no case in common"):
        pair_cases(*both(run, other))


def test_systems_are_paired_by_name_or_as_the_only_models() -> None:
    two = aggregate(made(5))
    with_baselines = aggregate(synthetic.run(5))
    assert set(pair_systems(two, with_baselines)) == {(MODEL, MODEL), (OTHER, OTHER)}
    assert pair_systems(two, with_baselines, [OTHER]) == ((OTHER, OTHER),)
    one, another = (aggregate(synthetic.run(5, synthetic.MODELS[n : n + 1])) for n in (0, 2))
    assert pair_systems(one, another) == ((MODEL, synthetic.MODELS[2].name),)
    with pytest.raises(GreenpaperError, match="is not in both runs"):
        pair_systems(two, with_baselines, ["gpt-5"])
    with pytest.raises(GreenpaperError, match="no model in common"):
        pair_systems(two, another)


def test_the_gate_is_open_for_the_same_run() -> None:
    report = aggregate(made())
    found = gate(report, report)
    assert found.open
    assert (found.worse, found.missing, found.cases) == ((), (), 40)
    assert {(result.system_after, result.metric) for result in found.compared} == {
        (system, metric)
        for system in (MODEL, OTHER)
        for metric in ("resolved", "citation_valid", "quotes_verbatim")
    }


def test_the_gate_names_each_case_that_got_worse_however_many_got_better() -> None:
    run = made()
    found = gate(*both(run, flipped(run, 10, 1)))
    assert not found.open
    assert [(worse.system, worse.metric, worse.change.case_id) for worse in found.worse] == [
        (MODEL, "resolved", run.cases[resolved(run, 1.0, 1)[0]].case_id)
    ]
    assert gate(*both(run, flipped(run, 10, 1)), allowed=1).open
    assert gate(*both(run, flipped(run, 10, 1)), systems=[OTHER]).open


def test_a_broken_promise_closes_the_gate_though_the_answer_is_right() -> None:
    run = made()
    number = next(
        n
        for n, case in enumerate(run.cases)
        if run.results[case.case_id, MODEL].scores["quotes_verbatim"] == 1.0
    )
    found = gate(*both(run, changed(run, number, quotes_verbatim=0.5)))
    assert [worse.metric for worse in found.worse] == ["quotes_verbatim"]
    assert gate(*both(run, changed(run, number, quotes_verbatim=None))).open, (
        "nothing quoted breaks no promise"
    )


def test_what_failed_or_was_not_run_got_worse() -> None:
    run = made()
    case = run.cases[resolved(run, 1.0, 1)[0]].case_id
    rest: dict[Any, Any] = {key: result for key, result in run.results.items() if key != (case, MODEL)}
    found = gate(*both(run, replace(run, results=rest)))
    assert not found.open
    assert {(worse.change.case_id, worse.change.outcome_after) for worse in found.worse} == {
        (case, Outcome.MISSING)
    }


def test_a_case_that_is_gone_or_changed_closes_the_gate() -> None:
    run = made()
    gone = replace(run, cases=run.cases[1:])
    found = gate(*both(run, gone))
    assert not found.open
    assert found.missing == (run.cases[0].case_id,)


def test_the_gate_refuses_what_it_cannot_hold() -> None:
    report = aggregate(made(5))
    with pytest.raises(GreenpaperError, match='This run has no "'):
        gate(report, aggregate(synthetic.run(5, synthetic.MODELS[:1])))
    with pytest.raises(GreenpaperError, match='The baseline has no "gpt-5"'):
        gate(report, report, systems=["gpt-5"])
    with pytest.raises(GreenpaperError, match='no metric "seconds" to compare by'):
        gate(report, report, metrics=["seconds"])

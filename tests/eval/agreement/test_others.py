"""Our scores of answers against those of SQuAD's own functions, of Inspect AI and of ragas.

60 made-up pairs of an answer and a gold answer, most of them hostile, each judged by a person: is the gold
answer given? Where two disagree, this file says why; a disagreement that is not explained here fails.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.metrics.correctness import correctness_scores
from eval.metrics.observed import observe
from tests.eval import made

HERE = Path(__file__).parent
PAIRS: list[dict[str, Any]] = json.loads((HERE / "pairs.json").read_text("utf-8"))
RECORDED: dict[str, dict[str, dict[str, float]]] = json.loads((HERE / "recorded.json").read_text("utf-8"))[
    "scores"
]

OURS = {
    pair["name"]: correctness_scores(made.case(answers=[pair["gold"]]), observe(made.result(pair["answer"])))
    for pair in PAIRS
}
RIGHT = {pair["name"] for pair in PAIRS if pair["right"]}

TYPOGRAPHY = {
    *("curly apostrophe", "straight apostrophe", "curly quotes", "quotes in gold only", "en dash"),
    "soft hyphen",
}
"""We make typographic signs plain before we compare; they strike out ASCII punctuation alone."""
MARKERS = {"marker inside", "marker at end"}
"""We take citation markers out: they are not part of what is said."""
NOTHING = {"both empty"}
"""An empty answer matches nothing with us, not even an empty gold answer."""
SPACES = {"line break", "no-break space"}
"""Inspect parts words at blanks and hyphens only, and joins what other white space parts."""
HYPHEN = {"hyphen or space"}
"""Inspect makes two words of "dual-use"; SQuAD, and we with it, make one of it, which "dual use" is not."""
FOLDED = {"ligature", "sharp s"}
"""Inspect folds letters (casefold); SQuAD only lowers them, and so do we in F1, to be comparable with it."""

EXPLAINED = [
    ("exact", "squad", "exact", NOTHING),
    ("f1", "squad", "f1", TYPOGRAPHY | MARKERS | NOTHING),
    ("exact", "inspect", "exact", set()),
    ("f1", "inspect", "f1", TYPOGRAPHY | MARKERS | SPACES | HYPHEN | FOLDED),
    ("exact", "ragas", "exact", {"punctuation in gold"} | NOTHING),
]


def differing(ours: str, framework: str, theirs: str) -> set[str]:
    """The pairs on which the two differ by more than Inspect's rounding to two digits."""
    return {
        name
        for name, scores in OURS.items()
        if abs((scores[ours] or 0.0) - RECORDED[name][framework][theirs]) > 0.006
    }


@pytest.mark.parametrize(("ours", "framework", "theirs", "explained"), EXPLAINED)
def test_exact_match_and_f1_differ_only_where_it_is_explained(
    ours: str, framework: str, theirs: str, explained: set[str]
):
    assert differing(ours, framework, theirs) == explained


def called_right(framework: str) -> set[str]:
    return {name for name in OURS if RECORDED[name][framework]["contained"]}


def test_a_contained_answer_is_where_a_person_finds_it_but_for_six():
    correct = {name for name, scores in OURS.items() if scores["correct"]}
    # What no comparison of words can see: what is denied, what is only mentioned, the sign before a number.
    assert correct - RIGHT == {"denied", "denied number", "abstention with text", "minus"}
    # What we do not fold: points in abbreviations, raised figures.
    assert RIGHT - correct == {"abbreviation", "power superscript"}


def test_the_others_look_for_characters_and_are_further_from_the_person():
    assert len(OURS) == len(PAIRS) == 60
    away = {framework: called_right(framework) ^ RIGHT for framework in ("inspect", "ragas")}
    assert {framework: len(names) for framework, names in away.items()} == {"inspect": 38, "ragas": 41}
    correct = {name for name, scores in OURS.items() if scores["correct"]}
    assert {framework: (correct ^ RIGHT) - names for framework, names in away.items()} == {
        "inspect": set(),
        "ragas": set(),
    }

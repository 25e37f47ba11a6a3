"""The bars: at least 90 % of altered claims caught at no more than 5 % false alarms on faithful ones."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from rag.checks import check_claim

_HERE = Path(__file__).parent


def _table(name: str, entry: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = tomllib.loads((_HERE / name).read_text("utf-8"))[entry]
    return rows


TUNED = _table("pairs_tuned.toml", "pair")
HELD_OUT = _table("pairs_held_out.toml", "pair")
PARAPHRASES = _table("paraphrases.toml", "paraphrase")


@cache
def _kinds(claim: str, quote: str) -> frozenset[str]:
    """The kinds of what is found wrong with the claim."""
    return frozenset(finding.kind.value for finding in check_claim(claim, [quote]))


def _figures(pairs: list[dict[str, str]]) -> tuple[float, float, str]:
    """Share of altered claims caught, share of faithful claims with a finding, and which were wrong."""
    missed = [pair for pair in pairs if not _kinds(pair["altered"], pair["quote"])]
    alarms = [pair for pair in pairs if _kinds(pair["faithful"], pair["quote"])]
    lines = [f"missed {pair['kind']}: {pair['altered']}" for pair in missed]
    lines += [f"false alarm: {pair['faithful']}" for pair in alarms]
    return 1 - len(missed) / len(pairs), len(alarms) / len(pairs), "\n".join(lines)


@pytest.mark.parametrize(
    ("pairs", "name"), [(TUNED, "tuned"), (HELD_OUT, "held out")], ids=["tuned", "held out"]
)
def test_the_bars_are_met(pairs: list[dict[str, str]], name: str) -> None:
    caught, alarms, wrong = _figures(pairs)
    assert caught >= 0.90, f"{name}: caught {caught:.1%}\n{wrong}"
    assert alarms <= 0.05, f"{name}: false alarms {alarms:.1%}\n{wrong}"


@pytest.mark.parametrize("kind", sorted({pair["kind"] for pair in TUNED}))
def test_each_kind_is_caught_in_the_held_out_pairs(kind: str) -> None:
    pairs = [pair for pair in HELD_OUT if pair["kind"] == kind]
    caught, _, wrong = _figures(pairs)
    assert caught >= 0.85, wrong


def test_findings_are_of_the_right_kind() -> None:
    found = [(pair["kind"], _kinds(pair["altered"], pair["quote"])) for pair in TUNED + HELD_OUT]
    wrong = [kind for kind, kinds in found if kinds and kind not in kinds]
    assert len(wrong) <= 0.03 * len(found)


@pytest.mark.parametrize("case", PARAPHRASES, ids=[case["claim"][:40] for case in PARAPHRASES])
def test_paraphrases_raise_nothing(case: dict[str, str]) -> None:
    assert check_claim(case["claim"], [case["quote"]]) == ()


@pytest.mark.parametrize("pairs", [TUNED, HELD_OUT], ids=["tuned", "held out"])
def test_a_quote_bears_itself_out(pairs: list[dict[str, str]]) -> None:
    assert [pair["quote"] for pair in pairs if check_claim(pair["quote"], [pair["quote"]])] == []


def test_there_are_enough_pairs_and_none_twice() -> None:
    assert len(TUNED) + len(HELD_OUT) >= 300
    assert min(Counter(pair["kind"] for pair in HELD_OUT).values()) >= 15
    quotes = Counter(pair["quote"] for pair in TUNED + HELD_OUT)
    assert [quote for quote, count in quotes.items() if count > 1] == []
    assert all(pair["faithful"] not in (pair["quote"], pair["altered"]) for pair in TUNED + HELD_OUT)

"""Prompt-lookup proposals, computed by hand."""

import pytest

from rag.llm.lookup import LONGEST, Lookup


@pytest.mark.parametrize(
    ("tokens", "following", "limit", "expected"),
    [
        pytest.param([], 1, 4, (), id="nothing before"),
        pytest.param([1, 2, 3], 9, 4, (), id="never seen"),
        pytest.param([7, 3, 4, 3], 9, 4, (), id="one token in common is not enough"),
        pytest.param([1, 2, 3, 4, 8, 1], 2, 2, (3, 4), id="continues as before"),
        pytest.param([1, 2, 5, 1, 2, 6, 1], 2, 1, (6,), id="the latest wins"),
        pytest.param([1, 2, 3, 7, 9, 2, 3, 8, 1, 2], 3, 1, (7,), id="the longest wins over the latest"),
        pytest.param([4, 5], 4, 3, (), id="a pair must lie wholly before its own copy"),
        pytest.param([1, 2, 3, 1], 2, 0, (), id="no room"),
        pytest.param([5, 5, 5], 5, 2, (5,), id="a repetition, as far as the text goes"),
    ],
)
def test_proposals(tokens: list[int], following: int, limit: int, expected: tuple[int, ...]) -> None:
    assert Lookup(tokens).propose(following, limit).tokens == expected


def test_how_much_matched_is_told_up_to_a_limit() -> None:
    run = list(range(10, 10 + 2 * LONGEST))
    assert Lookup([1, 2, 9, 1]).propose(2, 1).matched == 2
    assert Lookup([*run, 99, *run[-3:-1]]).propose(run[-1], 1).matched == 3
    assert Lookup([*run, 99, *run[:-1]]).propose(run[-1], 1).matched == LONGEST


def test_a_text_that_grew_is_as_one_that_was_whole() -> None:
    tokens = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 1, 4, 8, 3, 1]
    grown = Lookup(tokens[:4])
    for token in tokens[4:]:
        grown.extend([token])
    for following in range(10):
        assert grown.propose(following, 3) == Lookup(tokens).propose(following, 3)
    assert grown.propose(4, 3).tokens == (8, 3, 1)

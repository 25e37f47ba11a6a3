"""Prompt-lookup proposals, computed by hand."""

import pytest

from rag.llm.lookup import LONGEST, Lookup, Proposal


@pytest.mark.parametrize(
    ("tokens", "following", "limit", "expected"),
    [
        pytest.param([], 1, 4, (), id="nothing before"),
        pytest.param([1, 2, 3], 9, 4, (), id="never seen"),
        pytest.param([7, 3, 4, 3], 9, 4, (), id="what follows was never seen"),
        pytest.param([7, 9, 4, 5, 3], 9, 2, (4, 5), id="one token in common"),
        pytest.param([1, 2, 3, 4, 8, 1], 2, 2, (3, 4), id="continues as before"),
        pytest.param([1, 2, 5, 1, 2, 6, 1], 2, 1, (6,), id="the latest wins"),
        pytest.param([1, 2, 3, 7, 9, 2, 3, 8, 1, 2], 3, 1, (7,), id="the longest wins over the latest"),
        pytest.param([4, 5], 4, 3, (5, 4), id="up to the token that follows"),
        pytest.param([1, 2, 3, 1], 2, 0, (), id="no room"),
        pytest.param([5, 5, 5], 5, 2, (5,), id="a repetition, as far as the text goes"),
    ],
)
def test_proposals(tokens: list[int], following: int, limit: int, expected: tuple[int, ...]) -> None:
    assert Lookup(tokens).propose(following, limit).tokens == expected


@pytest.mark.parametrize(
    ("tokens", "following", "clear"),
    [
        pytest.param([1, 2, 9], 1, True, id="one place"),
        pytest.param([1, 2, 1, 2, 9], 1, True, id="two places that agree"),
        pytest.param([1, 2, 1, 3, 9], 1, False, id="two places that differ"),
        pytest.param([8, 1, 2, 1, 3, 8], 1, True, id="the shorter run does not count"),
        pytest.param([1, 1], 1, True, id="a repetition"),
    ],
)
def test_a_proposal_is_clear_where_nothing_else_came_next(
    tokens: list[int], following: int, clear: bool
) -> None:
    assert Lookup(tokens).propose(following, 1).clear is clear


CHEAP, USUAL, DEAR = (1.5, 2.0), (2.2, 3.6), (3.0, 6.0)


@pytest.mark.parametrize(
    ("matched", "clear", "right", "cost", "trusted"),
    [
        pytest.param(1, True, None, CHEAP, 7, id="a word that stands at one place: 1.0 - 0.7 < 1.9 - 1.4"),
        pytest.param(1, True, None, USUAL, 0, id="1.0 < 1.68"),
        pytest.param(1, True, False, CHEAP, 0, id="the proposal before was wrong: 0.6 < 0.7"),
        pytest.param(1, False, None, CHEAP, 0, id="one word that goes on in two ways: 0.4 < 0.7"),
        pytest.param(2, True, None, USUAL, 0, id="two words: 1.3 < 1.68"),
        pytest.param(2, True, False, CHEAP, 7, id="two words: 1.3 - 0.7 < 2.2 - 1.4"),
        pytest.param(5, False, True, (1.5, 2.5), 3, id="five words that go on in two ways: 0.9 - 0.7"),
        pytest.param(3, True, False, USUAL, 3, id="three words: 2.15 - 1.68 > 3.6 - 3.64"),
        pytest.param(3, True, None, DEAR, 0, id="2.15 < 2.8"),
        pytest.param(LONGEST, True, None, USUAL, 3, id="a long run, nothing proposed before"),
        pytest.param(LONGEST, True, True, USUAL, 7, id="text is being copied: 2.4 - 1.68 < 4.5 - 3.64"),
        pytest.param(LONGEST, True, True, (2.2, 5.0), 3, id="a second row that costs too much"),
        pytest.param(LONGEST, True, True, DEAR, 0, id="2.4 < 2.8"),
    ],
)
def test_as_much_is_trusted_as_pays_off(
    matched: int, clear: bool, right: bool | None, cost: tuple[float, float], trusted: int
) -> None:
    proposal = Proposal(matched=matched, clear=clear, tokens=tuple(range(9)))
    four, eight = cost
    assert proposal.trusted(7, four=four, eight=eight, right=right) == tuple(range(trusted))
    assert len(proposal.trusted(2, four=four, eight=eight, right=right)) == min(2, trusted)


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

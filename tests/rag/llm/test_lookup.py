"""Prompt-lookup proposals, computed by hand."""

import pytest

from rag.llm.lookup import propose


@pytest.mark.parametrize(
    ("tokens", "following", "limit", "expected"),
    [
        pytest.param([], 1, 4, [], id="nothing before"),
        pytest.param([1, 2, 3], 9, 4, [], id="never seen"),
        pytest.param([7, 3, 4, 3], 9, 4, [], id="one token in common is not enough"),
        pytest.param([1, 2, 3, 4, 8, 1], 2, 2, [3, 4], id="continues as before"),
        pytest.param([1, 2, 5, 1, 2, 6, 1], 2, 1, [6], id="the latest wins"),
        pytest.param([1, 2, 3, 7, 9, 2, 3, 8, 1, 2], 3, 1, [7], id="the longest wins over the latest"),
        pytest.param([4, 5], 4, 3, [], id="a run must lie wholly before its own copy"),
        pytest.param([1, 2, 3], 1, 0, [], id="no room"),
    ],
)
def test_proposals(tokens: list[int], following: int, limit: int, expected: list[int]) -> None:
    assert propose(tokens, following, limit) == expected

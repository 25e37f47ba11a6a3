"""Constrained choice, computed by hand."""

import pytest

from rag.llm.trie import build_trie, forced_run


def test_forced_run_stops_at_the_first_choice() -> None:
    root = build_trie([[1, 2, 3, 9], [1, 2, 4, 9]])
    run, node = forced_run(root)
    assert run == [1, 2]
    assert set(node.children) == {3, 4}


def test_forced_run_of_a_single_option_is_all_of_it() -> None:
    run, leaf = forced_run(build_trie([[5, 6, 7]]))
    assert run == [5, 6, 7]
    assert leaf.children == {}
    assert leaf.options == [0]


def test_equal_options_share_a_leaf_and_the_first_wins() -> None:
    _, leaf = forced_run(build_trie([[1, 2], [1, 2]]))
    assert leaf.options[0] == 0


def test_options_behind_a_node_are_known_there() -> None:
    root = build_trie([[1, 9], [2, 9], [1, 3, 9]])
    assert root.options == [0, 1, 2]
    assert root.children[1].options == [0, 2]


def test_an_empty_option_is_refused() -> None:
    with pytest.raises(ValueError, match="option 1"):
        build_trie([[1], []])

"""A trie of token sequences: decoding constrained to it can only end in one of the sequences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class TrieNode:
    """`children` by token id; `options` are the sequences that pass through or end here, in order."""

    children: dict[int, TrieNode] = field(default_factory=dict)
    options: list[int] = field(default_factory=list)


def build_trie(sequences: Sequence[Sequence[int]]) -> TrieNode:
    """The trie of `sequences`; equal sequences share a leaf, whose first option is the earliest.

    No sequence may be a proper prefix of another: end each with a token that occurs nowhere else.
    """
    root = TrieNode()
    for index, sequence in enumerate(sequences):
        if not sequence:
            raise ValueError(f"option {index} has no tokens")
        node = root
        node.options.append(index)
        for token in sequence:
            node = node.children.setdefault(token, TrieNode())
            node.options.append(index)
    return root


def forced_run(node: TrieNode) -> tuple[list[int], TrieNode]:
    """The tokens that must follow `node`, up to the next choice or a leaf, and the node they lead to."""
    tokens: list[int] = []
    while len(node.children) == 1:
        (token, node) = next(iter(node.children.items()))
        tokens.append(token)
    return tokens, node

"""Two texts that should be the same: where the like of one stands, and what differs."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

_WORD = re.compile(r"\w+|[^\w\s]")
PART = re.compile(r"\s+|\w+|[^\w\s]")
"""A word, a sign, or the blanks between two."""
LONGEST = 500
"""Parts of a text up to which differences are looked for: where only blanks are alike, the time grows with
the cube of their number, and is a second for so many."""


def nearest(text: str, quote: str) -> tuple[int, int]:
    """The stretch of `text`, as many words long as `quote`, that has most words in common with it.

    Of several, the first that begins as `quote` does; (0, 0) where there is no word in common.
    """
    words = list(_WORD.finditer(text))
    quoted = _WORD.findall(quote)
    wanted = Counter(quoted)
    size = min(len(words), len(quoted))
    seen: Counter[str] = Counter()
    shared = at = 0
    best = (0, False)
    for number, word in enumerate(words):
        seen[word[0]] += 1
        shared += seen[word[0]] <= wanted[word[0]]
        if number >= size:
            left = words[number - size][0]
            shared -= seen[left] <= wanted[left]
            seen[left] -= 1
        start = max(0, number - size + 1)
        rank = (shared, bool(shared) and words[start][0] == quoted[0])
        if rank > best:
            best, at = rank, start
    if not best[0]:
        return 0, 0
    return words[at].start(), words[at + size - 1].end()


def difference(quote: str, library: str) -> str:
    """`quote` with what it has too much as `[-...-]` and what the library has instead as `{+...+}`."""
    ours, theirs = PART.findall(quote), PART.findall(library)
    if max(len(ours), len(theirs)) > LONGEST:
        return f"[-{quote}-]{{+{library}+}}"
    shown = []
    for kind, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        taken, given = "".join(ours[a:b]), "".join(theirs[c:d])
        if kind == "equal":
            shown.append(taken)
        else:
            shown.append(f"[-{taken}-]" * bool(taken) + f"{{+{given}+}}" * bool(given))
    return "".join(shown)

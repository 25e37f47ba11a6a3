"""Whether what is reported was kept from what is tuned on: a document's evidence in both splits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from eval.checking.finding import Finding, shown, warning
from eval.checking.lines import PlacedCase

_LISTED = 5


def split_leaks(cases: Sequence[PlacedCase]) -> Iterator[Finding]:
    """A warning for each document that cases of "dev" and of "test" rest on, at the first of "test".

    A case of "test" that also needs a document which is in no case of "dev" is no leak: a comparison of both
    halves has to be somewhere, and there it shows nothing to whoever tunes.
    """
    tuned: defaultdict[str, list[PlacedCase]] = defaultdict(list)
    for placed in cases:
        if placed.case.split == "dev":
            for name in documents_of(placed):
                tuned[name].append(placed)
    leaked: defaultdict[str, list[PlacedCase]] = defaultdict(list)
    for placed in cases:
        names = documents_of(placed)
        if placed.case.split == "test" and names and names <= tuned.keys():
            for name in names:
                leaked[name].append(placed)
    for name, found in sorted(leaked.items()):
        what = (
            f"{shown(name)} is evidence of {_ids(tuned[name])} in dev and of {_ids(found)} in test, so what "
            "is tuned on dev has seen a document that test reports on."
        )
        todo = "Keep all cases of a document in one split."
        yield warning("split-leak", found[0].place, "split", what, todo)


def odd_splits(cases: Sequence[PlacedCase]) -> Iterator[Finding]:
    """A warning for each split that is neither "dev" nor "test", at its first case: it may be misspelt."""
    odd: defaultdict[str, list[PlacedCase]] = defaultdict(list)
    for placed in cases:
        if placed.case.split not in ("dev", "test", ""):
            odd[placed.case.split].append(placed)
    for name, found in odd.items():
        what = (
            f"The split {shown(name)} ({len(found)} cases) is neither dev, to tune on, nor test, to report."
        )
        yield warning(
            "odd-split", found[0].place, "split", what, "Call it one of these if it is one of these."
        )


def mixed_splits(cases: Sequence[PlacedCase]) -> Iterator[Finding]:
    """A warning where some cases have a split and others none: `--split` would leave those out."""
    without = [placed for placed in cases if not placed.case.split]
    if without and len(without) < len(cases):
        what = f"{len(without)} of {len(cases)} cases have no split: whoever asks for one leaves these out."
        yield warning("no-split", without[0].place, "split", what, "Give every case a split, or none.")


def documents_of(placed: PlacedCase) -> frozenset[str]:
    """The names of the documents that a case rests on."""
    return frozenset(PurePosixPath(span.document).name for span in placed.case.evidence)


def _ids(cases: Sequence[PlacedCase]) -> str:
    ids = [placed.case.case_id for placed in cases]
    more = f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
    return ", ".join(shown(one)[1:-1] for one in ids[:_LISTED]) + more

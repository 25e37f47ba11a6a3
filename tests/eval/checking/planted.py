"""A small suite without a fault, over two documents, and the means to plant one."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from eval.check_suite import Checked, check
from eval.checking.documents import Documents
from eval.checking.files import read_files
from rag.types import Document
from tests.rag.index_fakes import LineLoader

Raw = dict[str, Any]
Change = Callable[[list[Raw]], object]

HARBOUR = """\
# The harbour's rules
A vessel must report its arrival within 12 hours to the harbour master.
The “fee” for a night at the quay is 45 euros; it’s paid in advance.
The harbour master may refuse a vessel.
The harbour master may refuse a vessel.
Dogs are kept on a leash.
"""
FISH = """\
# The fish market
The market opens at five in the morning from Monday to Saturday.
A stall of the fish market costs 30 euros a day, and is drawn by lot.
"""

CASES: list[Raw] = [
    {
        "id": "p-1",
        "question": "How soon does a ship have to say that it has come in?",
        "evidence": [
            {"document": "harbour.txt", "quote": "must report its arrival within 12 hours", "page": 2}
        ],
        "answers": ["12 hours", "twelve hours"],
        "split": "dev",
    },
    {
        "id": "p-2",
        "question": "What does one night at the quay cost?",
        "evidence": [
            {"document": "harbour.txt", "quote": "it's paid in advance", "page": 3},
            {"document": "harbour.txt", "quote": 'The "fee" for a night at the quay is 45 euros', "page": 3},
        ],
        "nuggets": [{"text": "45 euros", "accept": ["45 euros", "€ 45"], "vital": True}],
        "split": "dev",
    },
    {
        "id": "p-3",
        "question": "Is the fish market closed on Sundays?",
        "evidence": [{"document": "fish.txt", "quote": "from Monday to Saturday", "page": 2}],
        "answers": ["yes"],
        "split": "test",
    },
    {
        "id": "p-4",
        "question": "Who was the first harbour master of Copenhagen?",
        "answerable": False,
        "split": "test",
    },
    {
        "id": "p-5",
        "question": "Why is the fish market open on Sundays?",
        "answerable": False,
        "evidence": [{"document": "fish.txt", "quote": "from Monday to Saturday", "page": 2}],
        "premise": "It is not.",
        "split": "test",
    },
]


def documents(folder: Path) -> Documents:
    """Both documents; each line is a block on a page of its own."""
    read: list[Document] = []
    for name, text in (("harbour", HARBOUR), ("fish", FISH)):
        path = folder / f"{name}.txt"
        path.write_text(text, "utf-8")
        read.append(LineLoader().load(path, name=f"papers/{path.name}").document)
    return Documents(read)


def write_suite(folder: Path, *changes: Change, head: str = 'name = "Planted"\n') -> Path:
    """The suite in a folder of its own, after the changes to its cases."""
    cases = deepcopy(CASES)
    for change in changes:
        change(cases)
    suite = folder / "suite"
    suite.mkdir()
    (suite / "suite.toml").write_text(head, "utf-8")
    lines = [json.dumps(case) for case in cases]
    (suite / "cases.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return suite


def checked(folder: Path, suite: Path) -> Checked:
    """What the check of a suite against both documents finds."""
    return check(read_files(suite), documents(folder))

"""A suite: a folder of cases, with the documents that they are asked of.

Two kinds are read: ours (`suite.toml` and any number of `*.jsonl`, a case a line) and BEIR's (`corpus.jsonl`,
`queries.jsonl`, `qrels.tsv`) with `answers.jsonl`, see `eval.beir`. Every fault is told with its file, line
and field, all of them at once.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from eval.case_json import CaseError, parse_case
from eval.cases import Case, GoldSpan
from eval.corpus_texts import CorpusTexts
from eval.text_match import find_quote
from rag.errors import GreenpaperError

SUITE = "suite.toml"
PRIMARY = "resolved"
_SHOWN = 20


class SuiteError(GreenpaperError):
    """A suite cannot be read, or does not fit its documents; the message lists what is wrong, and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Cases and what they are asked of.

    `corpus` is the folder of the documents; None where the suite names none, or brings them as `documents`
    (texts by file name). `places` says for each case id in which file and line it stands.
    """

    name: str
    folder: Path
    cases: tuple[Case, ...]
    places: Mapping[str, str]
    description: str = ""
    licence: str = ""
    primary: str = PRIMARY
    corpus: Path | None = None
    documents: Mapping[str, str] = field(default_factory=dict)


def read_suite(folder: Path) -> Suite:
    """The suite in a folder. Raises SuiteError."""
    from eval.beir import is_beir, read_beir

    if not folder.is_dir():
        raise SuiteError(f"There is no suite in {folder}: it is not a folder.")
    head = _read_head(folder)
    if is_beir(folder):
        found = read_beir(folder)
    elif head is None:
        raise SuiteError(
            f"There is no suite in {folder}: it has neither {SUITE} nor corpus.jsonl and queries.jsonl. "
            "Make one with: greenpaper eval new"
        )
    else:
        found = _read_ours(folder)
    return _with_head(found, head or {})


def select(suite: Suite, *, split: str = "", limit: int | None = None, seed: int = 0) -> tuple[Case, ...]:
    """The cases of a split ("" for all), of these `limit` drawn by `seed`, in the suite's order.

    What a smaller limit draws, a larger one draws too. Raises SuiteError where nothing is left.
    """
    cases = [case for case in suite.cases if not split or case.split == split]
    if not cases:
        splits = sorted({case.split for case in suite.cases if case.split})
        raise SuiteError(
            f"No case of {suite.folder} is in the split {split!r}. There are: {', '.join(splits) or 'none'}."
        )
    if limit is not None and limit < len(cases):
        order = list(range(len(cases)))
        random.Random(seed).shuffle(order)  # noqa: S311 - a draw that can be repeated, not a secret
        cases = [cases[number] for number in sorted(order[:limit])]
    return tuple(cases)


def complete(suite: Suite, cases: Sequence[Case], corpus: CorpusTexts) -> tuple[Case, ...]:
    """The cases with every quote as the documents have it.

    Only of a suite that brings its documents: a quote is "" there for the whole document, and the document's
    reader may have changed a sign of it.
    """
    return tuple(
        replace(case, evidence=tuple(_completed(span, suite, corpus) for span in case.evidence))
        for case in cases
    )


def _completed(span: GoldSpan, suite: Suite, corpus: CorpusTexts) -> GoldSpan:
    if span.document not in suite.documents:
        return span
    text = corpus.text(span.document) or ""
    changed = span.quote in suite.documents[span.document] and not find_quote(text, span.quote)
    return replace(span, quote=text.strip()) if changed else span


def evidence_faults(suite: Suite, cases: Sequence[Case], corpus: CorpusTexts) -> tuple[str, ...]:
    """Evidence that the documents do not have: a line each, with file, line and field."""
    faults = []
    for case in cases:
        for number, span in enumerate(case.evidence):
            where = f"{suite.places[case.case_id]}: evidence[{number}]"
            text = corpus.text(span.document)
            if text is None:
                faults.append(f"{where}.document: no document is called {span.document!r}")
                continue
            places = find_quote(text, span.quote)
            if not places:
                faults.append(f"{where}.quote: {_short(span.quote)} is not in {span.document}")
            elif span.page is not None:
                pages = {
                    corpus.page_of(span.document, at) for start, end in places for at in (start, end - 1)
                }
                if span.page not in pages:
                    known = ", ".join(sorted(str(page) for page in pages if page)) or "no page"
                    faults.append(f"{where}.page: the quote is on {known}, not on {span.page}")
    return tuple(faults)


def refuse(what: str, faults: Sequence[str], advice: str) -> SuiteError:
    """The error that lists faults, the first twenty of them."""
    shown = [*faults[:_SHOWN], *([f"and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else [])]
    return SuiteError("\n".join([what, *(f"- {fault}" for fault in shown), advice]))


def _read_ours(folder: Path) -> Suite:
    files = sorted(folder.glob("*.jsonl"))
    cases: list[Case] = []
    places: dict[str, str] = {}
    faults: list[str] = []
    for path in files:
        for number, line in enumerate(read_text(path).split("\n"), start=1):
            if not line.strip():
                continue
            where = f"{path.name}, line {number}"
            try:
                case = parse_case(line)
            except CaseError as error:
                faults.append(f"{where}: {error}")
                continue
            if case.case_id in places:
                faults.append(f"{where}: id: {case.case_id!r} is taken by {places[case.case_id]}")
            places.setdefault(case.case_id, where)
            cases.append(case)
    if faults:
        raise refuse(f"The suite {folder} cannot be read:", faults, "Mend these lines, and try again.")
    if not cases:
        raise SuiteError(f"The suite {folder} has no case: put one a line into a file called *.jsonl there.")
    return Suite(name=folder.resolve().name, folder=folder, cases=tuple(cases), places=places)


def _read_head(folder: Path) -> dict[str, Any] | None:
    path = folder / SUITE
    if not path.is_file():
        return None
    try:
        head = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise SuiteError(f"{path} is not TOML: {error}.") from error
    known = ("name", "description", "corpus", "licence", "primary")
    faults = [
        f"{path.name}: unknown key {key!r}; known are {', '.join(known)}" for key in head.keys() - {*known}
    ]
    faults += [
        f"{path.name}: {key}: it must be text" for key in known if not isinstance(head.get(key, ""), str)
    ]
    if faults:
        raise refuse(f"The suite {folder} cannot be read:", sorted(faults), f"Mend {SUITE}, and try again.")
    return head


def _with_head(suite: Suite, head: Mapping[str, str]) -> Suite:
    corpus = (suite.folder / head["corpus"]).resolve() if head.get("corpus") else None
    if corpus is not None and not corpus.exists():
        raise SuiteError(f"{suite.folder / SUITE}: corpus: there is no {corpus}.")
    return replace(
        suite,
        name=head.get("name") or suite.name,
        description=head.get("description", suite.description),
        licence=head.get("licence", suite.licence),
        primary=head.get("primary") or suite.primary,
        corpus=corpus,
    )


def read_text(path: Path) -> str:
    """A file's text. SuiteError where it cannot be read, or is not UTF-8."""
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise SuiteError(f"{path} cannot be read ({error.strerror}): check the path.") from error
    except UnicodeDecodeError as error:
        raise SuiteError(
            f"{path} is not text in UTF-8 (byte {error.start}): save it anew as UTF-8."
        ) from error


def _short(quote: str) -> str:
    shown = " ".join(quote.split())
    return repr(shown if len(shown) <= 60 else shown[:57] + "...")

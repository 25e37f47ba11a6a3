"""Suites in BEIR's layout (Thakur et al., 2021), with answers beside it.

    corpus.jsonl    {"_id", "title", "text"}: each entry becomes a plain text document of its own
    queries.jsonl   {"_id", "text", "metadata"}
    qrels.tsv       query-id, corpus-id, score; or qrels/SPLIT.tsv
    answers.jsonl   {"_id", "answers", "answerable", "expected_behaviour", "evidence"}; may be left out

Of the metadata are honoured: `history` (messages with role and text) as earlier turns, `page` or `cluster` as
the cluster, `split`, and types of questions as tags. A case that should be declined, or asked back about, is
unanswerable. Evidence without a quote is the whole entry: `eval.suite.complete` gives it the quote.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from eval.case_json import cluster_of
from eval.cases import Case, GoldSpan
from eval.suite import Suite, SuiteError, read_text, refuse
from rag.types import Turn

_ANSWERS = frozenset(("answer", "answer-with-caveat"))
_LONGEST_NAME = 120


def is_beir(folder: Path) -> bool:
    """Whether a folder has the files of this layout."""
    return (folder / "corpus.jsonl").is_file() and (folder / "queries.jsonl").is_file()


def read_beir(folder: Path) -> Suite:
    """The suite in a BEIR folder. Raises SuiteError."""
    entries = _Entries(_rows(folder / "corpus.jsonl"))
    answers = {row["_id"]: (where, row) for where, row in _rows(folder / "answers.jsonl")}
    relevant, splits = _qrels(folder)
    cases: list[Case] = []
    places: dict[str, str] = {}
    faults: list[str] = []
    for where, row in _rows(folder / "queries.jsonl"):
        case_id = row["_id"]
        if case_id in places:
            faults.append(f"{where}: _id: {case_id!r} is taken by {places[case_id]}")
            continue
        answered_at, answer = answers.get(case_id, (where, {}))
        places[case_id] = answered_at
        try:
            evidence = tuple(_evidence(answer, relevant[case_id], entries))
            cases.append(_case(row, answer, evidence, splits.get(case_id, "")))
        except KeyError as error:
            faults.append(f"{answered_at}: {error.args[0]}: it is missing")
        except (TypeError, AttributeError, ValueError) as error:
            faults.append(f"{answered_at}: {error}")
    if faults:
        raise refuse(f"The suite {folder} cannot be read:", faults, "Mend these lines, and try again.")
    if not cases:
        raise SuiteError(f"The suite {folder} has no case: queries.jsonl is empty.")
    return Suite(
        name=folder.resolve().name,
        folder=folder,
        cases=tuple(cases),
        places=places,
        documents=entries.documents,
    )


class _Entries:
    """The corpus as documents. Entries with the same text are one document, as they are for ingestion."""

    def __init__(self, rows: Iterator[tuple[str, dict[str, Any]]]) -> None:
        self.documents: dict[str, str] = {}
        self._names: dict[str, str] = {}
        by_text: dict[str, str] = {}
        taken: set[str] = set()
        for where, row in rows:
            title, body = row.get("title") or "", row.get("text")
            if not isinstance(body, str) or not isinstance(title, str) or not f"{title}{body}".strip():
                raise SuiteError(f"{where}: text: it is missing or empty.")
            text = body if body.startswith(title) else f"{title}\n\n{body}"
            text = text.encode("utf-8", "replace").decode() + "\n"
            if text not in by_text:
                by_text[text] = _name(row["_id"], taken)
                self.documents[by_text[text]] = text
            self._names[row["_id"]] = by_text[text]

    def span(self, corpus_id: str, quoted: str) -> GoldSpan:
        """The gold span in an entry; ValueError for one that is not in the corpus."""
        if corpus_id not in self._names:
            raise ValueError(f"evidence: no entry of corpus.jsonl has the _id {corpus_id!r}")
        return GoldSpan(document=self._names[corpus_id], quote=quoted.strip())


def _name(corpus_id: str, taken: set[str]) -> str:
    """A file name for an entry that every file system takes, and that no other entry has."""
    name = quote(corpus_id, safe=" #,;=@()[]")
    if len(name) > _LONGEST_NAME or name.lower() in taken or name.startswith("."):
        name = f"{name[:_LONGEST_NAME].lstrip('.')}~{hashlib.sha256(corpus_id.encode()).hexdigest()[:12]}"
    taken.add(name.lower())
    return f"{name}.txt"


def _case(
    row: Mapping[str, Any], answer: Mapping[str, Any], evidence: tuple[GoldSpan, ...], split: str
) -> Case:
    metadata = row.get("metadata") or {}
    behaviour = answer.get("expected_behaviour")
    said = answer.get("answerable", metadata.get("answerable", True))
    answerable = behaviour in _ANSWERS if behaviour else bool(said)
    tags = tuple(_tags(answer, metadata))
    case_id, question = row["_id"], row["text"].strip()
    if not question:
        raise ValueError("text: it is empty")
    cluster = metadata.get("cluster") or metadata.get("page")
    if not cluster and "history" in metadata:
        cluster = case_id.rpartition("::")[0]  # the turns of one conversation belong together
    answers = answer.get("answers", []) if answerable else []  # else they are words of refusal
    return Case(
        case_id=case_id,
        question=question,
        turns=tuple(_turns(metadata.get("history") or [])),
        answerable=answerable,
        evidence=evidence,
        answers=tuple(text.strip() for text in answers if text.strip()),
        tags=tags,
        split=metadata.get("split") or split,
        cluster=str(cluster) if cluster else cluster_of(case_id, answerable, evidence, tags),
    )


def _evidence(answer: Mapping[str, Any], relevant: list[str], entries: _Entries) -> Iterator[GoldSpan]:
    """What `answers.jsonl` says, else the relevant entries of the qrels."""
    listed = answer.get("evidence")
    if listed is None:
        listed = [{"corpus_id": corpus_id} for corpus_id in relevant]
    seen: set[GoldSpan] = set()
    for one in listed:
        span = entries.span(one["corpus_id"], one.get("quote") or "")
        if span not in seen:
            seen.add(span)
            yield span


def _turns(history: list[Mapping[str, str]]) -> Iterator[Turn]:
    """Messages, two by two; a question that was not answered is a turn with an empty answer."""
    asked: str | None = None
    for message in history:
        if message["role"] == "user":
            if asked is not None:
                yield Turn(question=asked, answer="")
            asked = message["text"]
        elif asked is not None:
            yield Turn(question=asked, answer=message["text"])
            asked = None
    if asked is not None:
        yield Turn(question=asked, answer="")


def _tags(answer: Mapping[str, Any], metadata: Mapping[str, Any]) -> Iterator[str]:
    found = [answer.get("expected_behaviour"), answer.get("answer_type")]
    found += ["conditional"] * bool(answer.get("conditional"))
    for key in ("question_type", "multi_turn"):
        value = metadata.get(key) or []
        found += [value] if isinstance(value, str) else value
    yield from dict.fromkeys(str(tag).lower() for tag in found if tag and tag != "N/A")


def _qrels(folder: Path) -> tuple[defaultdict[str, list[str]], dict[str, str]]:
    """The relevant entries of each query, and the split of each query where there is a file for each."""
    relevant: defaultdict[str, list[str]] = defaultdict(list)
    splits: dict[str, str] = {}
    single = folder / "qrels.tsv"
    files = [single] if single.is_file() else sorted((folder / "qrels").glob("*.tsv"))
    for path in files:
        for number, line in enumerate(read_text(path).splitlines(), start=1):
            cells = line.split("\t")
            if number == 1 or not line.strip():
                continue
            if len(cells) != 3 or not cells[2].strip().lstrip("-").isdigit():
                raise SuiteError(f"{path}, line {number}: it must hold query-id, corpus-id and score.")
            if int(cells[2]) > 0:
                relevant[cells[0]].append(cells[1])
            if path != single:
                splits[cells[0]] = path.stem
    return relevant, splits


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file with where they stand; none for a file that is not there."""
    if not path.is_file():
        return
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path.name}, line {number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise SuiteError(f"{path}, line {number}: it is not JSON ({error}).") from error
        if not isinstance(row, dict) or not isinstance(row.get("_id"), str) or not row["_id"]:
            raise SuiteError(f"{path}, line {number}: it is not an object with an _id.")
        yield where, row

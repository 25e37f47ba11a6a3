"""TREC's formats, which trec_eval, ir-measures and their like read: what was retrieved, and what is relevant.

    SYSTEM.run   case, Q0, passage, rank, score, system
    qrels.txt    case, 0, passage, 1

A passage is called by its document and its range of characters. All passages of the index that overlap a gold
span are relevant, found or not. So recall counts passages there, while recall@10 of our reports counts gold
spans: a quote that two passages share is two to find in one and one in the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import numpy as np

from eval.cases import Case
from eval.corpus_texts import CorpusTexts
from eval.metrics.evidence import overlaps, resolve_evidence
from eval.metrics.observed import Place
from eval.provenance import fingerprint
from eval.store import Line, RunError, StoredRun
from rag.index import Index

_SAFE = "/:#.,;+=@()[]!$&'*~"


def qrels_lines(cases: Iterable[Case], results: Sequence[Line], index: Index) -> Iterator[str]:
    """The relevant passages of each case with evidence that the documents hold; ends of lines included."""
    corpus = CorpusTexts(index)
    found: dict[str, dict[Place, None]] = {}
    for line in results:
        for hit in line["retrieved"] or ():
            found.setdefault(line["case"], {})[_place(hit)] = None
    for case in cases:
        golds = resolve_evidence(case, corpus)
        if not golds:
            continue
        relevant = {
            Place(document=_last(name), start=passage.span.start, end=passage.span.end): None
            for name in dict.fromkeys(span.document for span in case.evidence)
            if (document := corpus.document(name))
            for passage in index.passages_of(document.doc_id)
        }
        for place in {**relevant, **found.get(case.case_id, {})}:
            if any(overlaps(place, gold, corpus) for gold in golds):
                yield f"{_word(case.case_id)} 0 {_name(place)} 1\n"


def run_lines(results: Iterable[Line], system: str) -> Iterator[str]:
    """The ranking of each case that a system searched for, best first; ends of lines included.

    Readers sort by the score, in 32 bits: equal scores are set apart by the least that keeps our order.
    """
    for line in results:
        above = np.float32(np.inf)
        ranked = sorted(line["retrieved"] or (), key=lambda hit: hit["rank"])
        for rank, hit in enumerate(ranked, start=1):
            below = np.nextafter(above, np.float32(-np.inf), dtype=np.float32)
            above = min(np.float32(hit["score"]), below)
            where = f"{_word(line['case'])} Q0 {_name(_place(hit))}"
            yield f"{where} {rank} {above:.9g} {_word(system)}\n"


def open_index(run: StoredRun) -> Index:
    """The index that a run asked. RunError where it has changed since, so that places are others now."""
    index = Index.open(Path(run.info.index))
    now = fingerprint(run.cases, index)["index"]
    if run.info.fingerprint.get("index", now) != now:
        index.close()
        raise RunError(
            f"The index {run.info.index} has changed since the run in {run.folder}, so its passages cannot "
            "be told. Run the suite again with another --out."
        )
    return index


def _place(hit: Mapping[str, Any]) -> Place:
    return Place(document=_last(hit["document"]), start=hit["start"], end=hit["end"])


def _last(name: str) -> str:
    return PurePosixPath(name).name


def _name(place: Place) -> str:
    return f"{_word(place.document)}#{place.start}-{place.end}"


def _word(text: str) -> str:
    """A text without white space, which ends a field there; percent-encoded as in addresses."""
    return quote(text.encode("utf-8", "backslashreplace"), safe=_SAFE) or "_"

"""A case as one line of JSON: read with every fault named by its field, written so that it reads back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, TypeVar

from eval.cases import Case, GoldSpan, Nugget
from rag.types import Turn

_T = TypeVar("_T")
_KEYS = (
    *("id", "question", "turns", "answerable", "evidence", "answers", "nuggets", "tags", "split", "about"),
    *("premise", "note"),
)


class CaseError(ValueError):
    """What is wrong with a case, and in which field; whoever read it knows the file and the line."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field}: {what}" if field else what)
        self.field = field


def parse_case(line: str) -> Case:
    """The case in one line of a suite's `*.jsonl`; keys left out take their default. Raises CaseError.

    A key that is not known is a fault: a misspelt one would be left out without a word.
    """
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CaseError("", f"it is not JSON ({error})") from None
    fields = _object(raw, "", _KEYS)
    evidence = tuple(_list(fields, "evidence", _span))
    tags = tuple(_list(fields, "tags", _text))
    case_id = _required(fields, "id")
    answerable = fields.get("answerable", True)
    if not isinstance(answerable, bool):
        raise CaseError("answerable", "it must be true or false")
    _string(fields.get("note", ""), "note")
    return Case(
        case_id=case_id,
        question=_required(fields, "question"),
        turns=tuple(_list(fields, "turns", _turn)),
        answerable=answerable,
        evidence=evidence,
        answers=tuple(_list(fields, "answers", _text)),
        nuggets=tuple(_list(fields, "nuggets", _nugget)),
        tags=tags,
        split=_string(fields.get("split", ""), "split"),
        cluster=_string(fields.get("about", ""), "about") or cluster_of(case_id, answerable, evidence, tags),
        premise=_string(fields.get("premise", ""), "premise"),
    )


def cluster_of(case_id: str, answerable: bool, evidence: tuple[GoldSpan, ...], tags: tuple[str, ...]) -> str:
    """What a case belongs to when nobody says: its first evidence's document, else its kind, else itself."""
    if evidence:
        return PurePosixPath(evidence[0].document).name
    return tags[0] if tags and not answerable else case_id


def case_to_json(case: Case, note: str = "") -> dict[str, Any]:
    """The case as `parse_case` reads it; what is empty is left out. `note` is for people only."""
    whole = {
        "id": case.case_id,
        "question": case.question,
        "turns": [{"question": turn.question, "answer": turn.answer} for turn in case.turns],
        "answerable": case.answerable,
        "evidence": [_span_to_json(span) for span in case.evidence],
        "answers": list(case.answers),
        "nuggets": [
            {"text": nugget.text, "accept": list(nugget.accept), "vital": nugget.vital}
            for nugget in case.nuggets
        ],
        "tags": list(case.tags),
        "split": case.split,
        "about": case.cluster,
        "premise": case.premise,
        "note": note,
    }
    return {key: value for key, value in whole.items() if value not in ("", [])}


def _span_to_json(span: GoldSpan) -> dict[str, Any]:
    page = {} if span.page is None else {"page": span.page}
    return {"document": span.document, "quote": span.quote, **page}


def _span(raw: object, field: str) -> GoldSpan:
    fields = _object(raw, field, ("document", "quote", "page"))
    page = fields.get("page")
    if page is not None and (isinstance(page, bool) or not isinstance(page, int) or page < 1):
        raise CaseError(f"{field}.page", "it must be a page number, counted from 1, or left out")
    return GoldSpan(
        document=_required(fields, "document", field), quote=_required(fields, "quote", field), page=page
    )


def _nugget(raw: object, field: str) -> Nugget:
    fields = _object(raw, field, ("text", "accept", "vital"))
    vital = fields.get("vital", True)
    if not isinstance(vital, bool):
        raise CaseError(f"{field}.vital", "it must be true or false")
    text = _required(fields, "text", field)
    accept = tuple(_list(fields, "accept", _text, field)) or (text,)
    return Nugget(text=text, accept=accept, vital=vital)


def _turn(raw: object, field: str) -> Turn:
    fields = _object(raw, field, ("question", "answer"))
    return Turn(
        question=_required(fields, "question", field),
        answer=_string(fields.get("answer", ""), f"{field}.answer"),
    )


def _object(raw: object, field: str, keys: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise CaseError(field, "it must be an object, as in {...}")
    if unknown := sorted(raw.keys() - set(keys)):
        raise CaseError(field, f"unknown key {', '.join(map(repr, unknown))}; known are {', '.join(keys)}")
    return raw


def _list(
    fields: Mapping[str, Any], key: str, item: Callable[[object, str], _T], inside: str = ""
) -> list[_T]:
    field = f"{inside}.{key}" if inside else key
    raw = fields.get(key, [])
    if not isinstance(raw, list):
        raise CaseError(field, "it must be a list, as in [...]")
    return [item(one, f"{field}[{number}]") for number, one in enumerate(raw)]


def _required(fields: Mapping[str, Any], key: str, inside: str = "") -> str:
    field = f"{inside}.{key}" if inside else key
    if key not in fields:
        raise CaseError(field, "it is missing")
    return _text(fields[key], field)


def _text(raw: object, field: str) -> str:
    text = _string(raw, field)
    if not text.strip():
        raise CaseError(field, "it is empty")
    return text


def _string(raw: object, field: str) -> str:
    if not isinstance(raw, str):
        raise CaseError(field, "it must be text")
    if any("\ud800" <= letter <= "\udfff" for letter in raw):
        raise CaseError(field, "it holds half a character")
    return raw

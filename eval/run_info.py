"""What a run was begun with: `run.toml`, written once and compared whenever the run goes on."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemEntry:
    """A system of a run. `baseline` marks what models are held against; `fingerprint` says what answers."""

    name: str
    baseline: bool
    fingerprint: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """The settings of a run. `limit` and `split` say which of the suite's cases are in it (None, "": all).

    `source` is the suite's folder and `index` the index asked, as absolute paths; `fingerprint` holds what
    must not change on the way (code, index, cases, options), `machine` what it was measured on. `began` and
    `finished` are local times; `finished` is "" until every case is done.
    """

    suite: str
    description: str
    licence: str
    primary: str
    context: str
    seed: int
    limit: int | None
    split: str
    source: str
    index: str
    systems: tuple[SystemEntry, ...]
    fingerprint: Mapping[str, str] = field(default_factory=dict)
    machine: Mapping[str, str] = field(default_factory=dict)
    began: str = ""
    finished: str = ""


_TEXTS = (
    *("suite", "description", "licence", "primary", "context", "split", "source", "index"),
    *("began", "finished"),
)
_COMPARED = ("suite", "primary", "context", "seed", "limit", "split")
"""Where the suite and the index lie may change; that they are the same, their digests say."""


def info_to_toml(info: RunInfo) -> str:
    """The text of `run.toml`."""
    lines = [f"format = {FORMAT}"]
    lines += [f"{name} = {_quoted(getattr(info, name))}" for name in _TEXTS]
    lines += [f"seed = {info.seed}"] + [f"limit = {info.limit}"] * (info.limit is not None)
    for name in ("fingerprint", "machine"):
        lines += ["", f"[{name}]", *_pairs(getattr(info, name))]
    for system in info.systems:
        lines += ["", "[[systems]]", f"name = {_quoted(system.name)}"]
        lines += [f"baseline = {'true' if system.baseline else 'false'}"]
        lines += ["[systems.fingerprint]", *_pairs(system.fingerprint)]
    return "\n".join(lines) + "\n"


def info_from_toml(text: str) -> RunInfo:
    """Reads `run.toml`. ValueError says what is wrong with it."""
    raw = tomllib.loads(text)
    if raw.get("format") != FORMAT:
        raise ValueError(f"it has format {raw.get('format')!r}, and this Greenpaper reads {FORMAT}")
    try:
        return RunInfo(
            **{name: str(raw[name]) for name in _TEXTS},
            seed=int(raw["seed"]),
            limit=None if raw.get("limit") is None else int(raw["limit"]),
            fingerprint=_texts(raw["fingerprint"]),
            machine=_texts(raw["machine"]),
            systems=tuple(
                SystemEntry(
                    name=str(system["name"]),
                    baseline=bool(system["baseline"]),
                    fingerprint=_texts(system["fingerprint"]),
                )
                for system in raw.get("systems", ())
            ),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it lacks or garbles {error}") from error


def differences(before: RunInfo, now: RunInfo) -> tuple[str, ...]:
    """What would make results of `now` something else than those of `before`; a sentence's part for each."""
    found = [
        f"{name}: {_shown(getattr(before, name))} then, {_shown(getattr(now, name))} now"
        for name in _COMPARED
        if getattr(before, name) != getattr(now, name)
    ]
    found += _different("", before.fingerprint, now.fingerprint)
    then = {system.name: system for system in before.systems}
    today = {system.name: system for system in now.systems}
    found += [f"system {name}: only then" for name in then if name not in today]
    found += [f"system {name}: only now" for name in today if name not in then]
    for name in then:
        if name in today:
            found += _different(f"{name}, ", then[name].fingerprint, today[name].fingerprint)
    return tuple(found)


def _different(where: str, before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return [
        f"{where}{key}: {_shown(before.get(key))} then, {_shown(now.get(key))} now"
        for key in dict.fromkeys((*before, *now))
        if before.get(key) != now.get(key)
    ]


def _shown(value: object) -> str:
    return "none" if value in (None, "") else str(value)


def _pairs(table: Mapping[str, str]) -> list[str]:
    return [f"{_quoted(key)} = {_quoted(value)}" for key, value in table.items()]


def _texts(raw: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in raw.items()}


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's, but for the delete character and halves of characters."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007F")

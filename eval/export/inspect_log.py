"""A run as logs of Inspect AI (https://inspect.aisi.org.uk), one for each system: its EvalLog as JSON.

The fields are those of `inspect_ai.log.EvalLog`, version 2. Each of our metrics is a scorer of its own. What
is unscored is left out of a sample's scores and counted in `unscored_samples`, as Inspect does for its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from eval.cases import Case
from eval.export.scored import ScoredRun
from eval.run_info import RunInfo, SystemEntry
from eval.scoring import QUANTITIES, SHARES
from eval.statistics import interval
from eval.store import Line

_Sample = tuple[Case, Line, Mapping[str, float | None]]
NO_ANSWER = "(The documents do not answer this.)"
"""The target of a case that should be declined: Inspect's targets are texts."""


def inspect_log(scored: ScoredRun, system: SystemEntry) -> bytes:
    """The log of one system, as a JSON file."""
    info = scored.run.info
    samples = scored.system(system.name)
    whole = len(samples) == len(scored.run.cases)
    log = {
        "version": 2,
        "status": "success" if whole else "started",
        "eval": _spec(scored, system),
        "plan": {
            "name": "greenpaper",
            "steps": [{"solver": "greenpaper", "params": {"context": info.context}}],
            "config": {},
        },
        "results": {
            "total_samples": len(scored.run.cases),
            "completed_samples": sum(line["error"] is None for _, line, _ in samples),
            "scores": _results(info, samples),
        },
        "stats": _stats(info, system, samples),
        "samples": [_sample(info, system, *sample) for sample in samples],
    }
    return (json.dumps(log, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode("utf-8", "replace")


def log_name(info: RunInfo, system: str) -> str:
    """The file's name, made as Inspect makes its own: time, task and id."""
    moment = (_utc(info.began) or "1970-01-01T00:00:00+00:00").replace(":", "-")
    return f"{moment}_{system}_{_id(info, system)}.json"


def _spec(scored: ScoredRun, system: SystemEntry) -> dict[str, Any]:
    info = scored.run.info
    return {
        "eval_id": _id(info, system.name),
        "run_id": _id(info, ""),
        "created": _utc(info.began) or "1970-01-01T00:00:00+00:00",
        "task": info.suite,
        "task_id": _id(info, "task"),
        "task_version": 0,
        "task_args": {"context": info.context, "split": info.split, "limit": info.limit, "seed": info.seed},
        "dataset": {
            "name": info.suite,
            "samples": len(scored.run.cases),
            "sample_ids": [case.case_id for case in scored.run.cases],
            "shuffled": False,
        },
        "model": f"greenpaper/{system.name}",
        "model_args": dict(system.fingerprint),
        "config": {"epochs": 1, "fail_on_error": False},
        "packages": {"greenpaper": version("greenpaper")},
        "metadata": {
            "description": info.description,
            "licence": info.licence,
            "primary_metric": info.primary,
            "baseline": system.baseline,
            "fingerprint": dict(info.fingerprint),
            "machine": dict(info.machine),
        },
    }


def _results(info: RunInfo, samples: Sequence[_Sample]) -> list[dict[str, Any]]:
    """The mean of each metric with its interval over clusters, the primary metric first."""
    names = dict.fromkeys((info.primary, *SHARES, *QUANTITIES))
    clusters = [case.cluster for case, _, _ in samples]
    found = []
    for name in names:
        values = [scores.get(name) for _, _, scores in samples]
        decided = [value for value in values if value is not None]
        if not decided:
            continue
        metrics: dict[str, float] = {"mean": sum(decided) / len(decided)}
        around = interval(values, clusters, info.seed) if name in SHARES else None
        if around is not None:
            metrics |= {"ci_95_low": around.low, "ci_95_high": around.high}
        found.append(
            {
                "name": name,
                "scorer": name,
                "scored_samples": len(decided),
                "unscored_samples": len(values) - len(decided),
                "params": {},
                "metrics": {key: {"name": key, "value": value} for key, value in metrics.items()},
            }
        )
    return found


def _stats(info: RunInfo, system: SystemEntry, samples: Sequence[_Sample]) -> dict[str, Any]:
    usages = [_usage(line) for _, line, _ in samples]
    total = {
        key: sum(usage.get(key, 0) for usage in usages)
        for key in ("input_tokens", "output_tokens", "total_tokens", "input_tokens_cache_read")
    }
    return {
        "started_at": _utc(info.began),
        "completed_at": _utc(info.finished),
        "model_usage": {f"greenpaper/{system.name}": total},
    }


def _sample(
    info: RunInfo, system: SystemEntry, case: Case, line: Line, scores: Mapping[str, float | None]
) -> dict[str, Any]:
    answer: Mapping[str, Any] = line["answer"] or {}
    text = str(answer.get("text", ""))
    asked: list[dict[str, Any]] = []
    for turn in case.turns:
        asked.append({"role": "user", "content": turn.question})
        asked.append({"role": "assistant", "content": turn.answer})
    asked.append({"role": "user", "content": case.question})
    model = f"greenpaper/{system.name}"
    said = {"role": "assistant", "content": text, "source": "generate", "model": model}
    sample: dict[str, Any] = {
        "id": case.case_id,
        "epoch": 1,
        "input": asked if case.turns else case.question,
        "target": _target(case),
        "messages": [*asked, said] if answer else asked,
        "output": {
            "model": model,
            "choices": [{"message": said, "stop_reason": "stop"}] if answer else [],
            "completion": text,
            "usage": _usage(line) if answer else None,
            "time": line["seconds"],
        },
        "scores": {
            name: _score(name, value, info, text) for name, value in scores.items() if value is not None
        },
        "metadata": _metadata(case, line, answer),
        "total_time": line["seconds"],
        "working_time": line["seconds"],
    }
    if line["error"] is not None:
        sample["error"] = {
            "message": line["error"],
            "traceback": line["error"],
            "traceback_ansi": line["error"],
        }
    return sample


def _score(name: str, value: float, info: RunInfo, text: str) -> dict[str, Any]:
    return {"value": value, "answer": text} if name == info.primary else {"value": value}


def _target(case: Case) -> str | list[str]:
    if not case.answerable:
        return NO_ANSWER
    return list(case.answers or (nugget.text for nugget in case.nuggets))


def _metadata(case: Case, line: Line, answer: Mapping[str, Any]) -> dict[str, Any]:
    """What the case knows and the answer shows; passages by place, since their text is the documents'."""
    return {
        "answerable": case.answerable,
        "tags": list(case.tags),
        "split": case.split,
        "cluster": case.cluster,
        "premise": case.premise,
        "evidence": [
            {"document": one.document, "page": one.page, "quote": one.quote} for one in case.evidence
        ],
        "nuggets": [
            {"text": one.text, "accept": list(one.accept), "vital": one.vital} for one in case.nuggets
        ],
        "status": answer.get("status"),
        "reason": answer.get("reason"),
        "claims": answer.get("claims", []),
        "citations": answer.get("citations", []),
        "retrieved": line["retrieved"],
        "attempt": line["attempt"],
        "peak_memory_bytes": line["peak_memory_bytes"],
        "joules": line["joules"],
    }


def _usage(line: Line) -> dict[str, int]:
    usage: Mapping[str, int] = (line["answer"] or {}).get("usage") or {}
    prompt, cached = usage.get("prompt_tokens", 0), usage.get("cached_tokens", 0)
    written = usage.get("output_tokens", 0)
    return {
        "input_tokens": prompt - cached,
        "output_tokens": written,
        "total_tokens": prompt + written,
        "input_tokens_cache_read": cached,
    }


def _utc(local: str) -> str:
    """A local time of a run as Inspect writes times; "" for none."""
    return datetime.fromisoformat(local).astimezone(UTC).isoformat() if local else ""


def _id(info: RunInfo, part: str) -> str:
    """An id from what was run, so that the same export has the same ids."""
    said = json.dumps([info.suite, info.began, dict(info.fingerprint), part])
    return hashlib.sha256(said.encode()).hexdigest()[:22]

"""The part of Inspect AI's log format that our logs use: which keys there are, and of which types.

Written down from `inspect_ai` 0.3.285 (its `log/_log.py`, `scorer/_metric.py`, `model/_model_output.py`),
whose models ignore keys that they do not know: so a misspelt key would be lost without a word, and is refused
here. That Inspect itself reads our logs was tried in an environment of its own; docs/log.md says how.
"""

from __future__ import annotations

from typing import Any

_USAGE = {"input_tokens": int, "output_tokens": int, "total_tokens": int, "input_tokens_cache_read": int}
_USER = {"role": str, "content": str}
_ASSISTANT = {**_USER, "source": str, "model": str}
_SPEC = {
    **dict.fromkeys(("eval_id", "run_id", "created", "task", "task_id", "model"), str),
    "task_version": int,
    "task_args": dict,
    "dataset": {"name": str, "samples": int, "sample_ids": [str], "shuffled": bool},
    "model_args": dict,
    "config": {"epochs": int, "fail_on_error": bool},
    "packages": dict,
    "metadata": dict,
}
_RESULT = {
    **{"name": str, "scorer": str, "scored_samples": int, "unscored_samples": int, "params": dict},
    "metrics": {"*": {"name": str, "value": float}},
}
_SAMPLE = {
    **{"id": str, "epoch": int, "input": (str, list), "target": (str, list), "messages": list},
    "output": {
        **{"model": str, "completion": str, "usage": (dict, type(None)), "time": float},
        "choices": [{"message": _ASSISTANT, "stop_reason": str}],
    },
    "scores": {"*": {"value": float, "answer?": str}},
    **{"metadata": dict, "total_time": float, "working_time": float},
    "error?": {"message": str, "traceback": str, "traceback_ansi": str},
}
LOG = {
    **{"version": int, "status": str, "eval": _SPEC},
    "plan": {"name": str, "steps": [{"solver": str, "params": dict}], "config": dict},
    "results": {"total_samples": int, "completed_samples": int, "scores": [_RESULT]},
    "stats": {"started_at": str, "completed_at": str, "model_usage": {"*": _USAGE}},
    "samples": [_SAMPLE],
}


def faults(value: Any, shape: Any, where: str = "log") -> list[str]:
    """Where a value departs from a shape; a key "x?" may be missing, "*" stands for any key."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{where} is no object"]
        known = {key.rstrip("?"): inner for key, inner in shape.items()}
        found = [f"{where}.{key} is missing" for key in shape if key not in value and key[-1] not in "?*"]
        for key, inner in value.items():
            if key not in known and "*" not in known:
                found.append(f"{where}.{key} is unknown")
            else:
                found += faults(inner, known.get(key, known.get("*")), f"{where}.{key}")
        return found
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{where} is no list"]
        return [fault for at, one in enumerate(value) for fault in faults(one, shape[0], f"{where}[{at}]")]
    kinds = (int, float) if shape is float else shape
    fits = isinstance(value, kinds) and (shape is bool or not isinstance(value, bool))
    return [] if fits else [f"{where} is {type(value).__name__}"]

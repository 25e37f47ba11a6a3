"""Whether the passages answer the question: decided from signals, by weights chosen on a dev set."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from math import exp, log
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is known about one question when its answer is written.

    `surest` is the geometric mean probability of the tokens of the surest answer from one passage alone;
    `about` the share of the question's content words that the quotes of the claims hold; `unstated` the log
    odds of "Not stated" where that was allowed; `covered` the best claim's coverage by its quotes; `dense`
    the best cosine of question and passage.
    """

    surest: float
    about: float
    unstated: float
    covered: float
    dense: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Logistic weights of the signals that count, and the probability from which on an answer is given."""

    weights: dict[str, float]
    bias: float
    threshold: float


@cache
def calibration(model: str) -> Calibration:
    """The weights stored with the program for a model, with the numbers that chose them (`abstention.toml`).

    A model that has none of its own gets those of the model named there as the default.
    """
    table = tomllib.loads(files("rag.answering").joinpath("abstention.toml").read_text(encoding="utf-8"))
    chosen: dict[str, Any] = table["model"].get(model) or table["model"][table["default"]]
    return Calibration(weights=chosen["weights"], bias=chosen["bias"], threshold=chosen["threshold"])


def log_odds(probability: float) -> float:
    """The logarithm of p / (1 - p); beyond one in ten thousand the difference means nothing."""
    p = min(max(probability, 1e-4), 1 - 1e-4)
    return log(p / (1 - p))


def probability(signals: Signals, chosen: Calibration) -> float:
    """The estimated probability that the passages answer the question."""
    values = asdict(signals)
    score = chosen.bias + sum(weight * values[name] for name, weight in chosen.weights.items())
    return 1 / (1 + exp(-score))

"""Whether the passages answer the question: decided from signals, by weights chosen on a dev set."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from math import exp


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is known about one question when its answer is written; every value from 0 to 1 (cosine: -1).

    `dense` is the best cosine of question and passage; `fit` the best sentence's (see `evidence`);
    `confidence` the geometric mean probability of the tokens the model wrote; `covered` the best claim's
    coverage by its quotes; `names` the share of the
    question's names and numbers that occur in the passages.
    """

    dense: float
    fit: float
    confidence: float
    covered: float
    names: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Logistic weights per signal, and the probability from which on an answer is given."""

    weights: dict[str, float]
    bias: float
    threshold: float


@cache
def calibration() -> Calibration:
    """The weights stored with the program, with the numbers that chose them (`abstention.toml`)."""
    table = tomllib.loads(files("rag.answering").joinpath("abstention.toml").read_text(encoding="utf-8"))
    return Calibration(weights=table["weights"], bias=table["bias"], threshold=table["threshold"])


def probability(signals: Signals, chosen: Calibration) -> float:
    """The estimated probability that the passages answer the question."""
    score = chosen.bias + sum(chosen.weights[name] * value for name, value in asdict(signals).items())
    return 1 / (1 + exp(-score))

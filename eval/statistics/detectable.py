"""The smallest difference that a suite of this size could have noticed."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
from scipy.stats import norm

from eval.statistics.clusters import gather


def smallest_detectable(
    n: int, discordant: float, power: float = 0.8, *, alpha: float = 0.05, design: float = 1.0
) -> float | None:
    """The smallest true difference of two paired shares that a test finds with this `power`.

    `discordant` is the share of cases that the two systems decide differently; `design` the factor by which
    clusters widen the variance (`design_effect`). Solves Connor's sample size for McNemar's test (1987,
    Biometrics 43, 207-211), n d^2 = (z_a sqrt(c) + z_b sqrt(c - d^2))^2, for d, with c the discordant share
    and z the normal quantiles of 1 - alpha/2 and of `power`. None where even all discordant cases on one
    side would not be enough. Raises ValueError for shares outside [0, 1].
    """
    if not (0 <= discordant <= 1 and 0.5 <= power < 1 and 0 < alpha < 1 and design >= 1):
        raise ValueError("shares lie in [0, 1], power from 0.5 on, and a design effect is at least 1")
    cases = n / design
    z_a, z_b = float(norm.ppf(1 - alpha / 2)), float(norm.ppf(power))
    under = cases - z_a**2 + z_b**2
    if under < 0 or not discordant:
        return None
    difference = sqrt(discordant) * (sqrt(cases) * z_a + z_b * sqrt(under)) / (cases + z_b**2)
    return difference if difference <= discordant else None


def discordance(one: Sequence[float | None], other: Sequence[float | None]) -> float | None:
    """The share of cases scored by both that the two systems decide differently; None without any."""
    pairs = [(mine, theirs) for mine, theirs in zip(one, other, strict=True) if None not in (mine, theirs)]
    return sum(mine != theirs for mine, theirs in pairs) / len(pairs) if pairs else None


def design_effect(differences: Sequence[float | None], clusters: Sequence[str]) -> float:
    """By how much clusters widen the variance of a mean (Kish 1965), at least 1.

    The variance of the mean from cluster totals (a ratio estimate) over that from single cases. 1 where it
    cannot be told: one cluster only, or no spread.
    """
    data = gather(differences, clusters)
    if data is None or len(data.sums) < 2 or len(data.values) < 2:
        return 1.0
    mean = data.values.mean()
    plain = float(np.sum((data.values - mean) ** 2)) / (len(data.values) - 1)
    if not plain:
        return 1.0
    residuals = data.sums - mean * data.sizes
    count = len(data.sums)
    clustered = float(np.sum(residuals**2)) * count / (count - 1) / len(data.values)
    return max(1.0, round(clustered / plain, 12))

"""How sure a figure is: intervals, tests and ranks, paired by case and clustered by document."""

from __future__ import annotations

from eval.statistics.detectable import design_effect, discordance, smallest_detectable
from eval.statistics.intervals import Interval, interval, paired_difference
from eval.statistics.multiple import holm
from eval.statistics.paired import mcnemar_exact_p, permutation_p
from eval.statistics.ranks import Ranked, shared_ranks
from eval.statistics.roc import auroc, auroc_difference

__all__ = [
    "Interval",
    "Ranked",
    "auroc",
    "auroc_difference",
    "design_effect",
    "discordance",
    "holm",
    "interval",
    "mcnemar_exact_p",
    "paired_difference",
    "permutation_p",
    "shared_ranks",
    "smallest_detectable",
]

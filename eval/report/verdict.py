"""What was found, in plain words: a few sentences that claim what the figures bear and no more."""

from __future__ import annotations

from collections.abc import Sequence

from eval.report import numbers
from eval.report.labels import METRICS, label
from eval.report.ranking import Placed, Ranking
from eval.report.run_data import RunData
from eval.report.values import Outcome, Pair

ALPHA = 0.05
_FEW_DOCUMENTS = 10


def verdict(run: RunData, ranking: Ranking) -> tuple[str, ...]:
    """Paragraphs: what was asked, who is ahead and whether that can be told, what skill that takes."""
    return tuple(
        paragraph
        for paragraph in (
            _asked(run, ranking.placed),
            _ahead(run, ranking),
            _against_baselines(ranking),
            _limits(run),
        )
        if paragraph
    )


def _asked(run: RunData, placed: Sequence[Placed]) -> str:
    models = sum(not place.system.baseline for place in placed)
    who = [numbers.in_words(models, "model")] if models else []
    if len(placed) > models:
        who.append(numbers.in_words(len(placed) - models, "baseline"))
    answerable = sum(case.answerable for case in run.cases)
    text = (
        f"{' and '.join(who).capitalize()} got {numbers.count(len(run.cases), 'case')}: {answerable:,} that "
        f"the documents answer and {len(run.cases) - answerable:,} that they do not."
    )
    missing = sum(
        run.outcome(case, place.system.name) is Outcome.MISSING for place in placed for case in run.cases
    )
    if missing:
        total = len(placed) * len(run.cases)
        text += (
            f" The run is not complete: {missing:,} of {total:,} answers are missing, and what follows "
            "rests on the others."
        )
    return text


def _ahead(run: RunData, ranking: Ranking) -> str:
    first = next(place for place in ranking.placed if place.rank is not None)
    if first.score is None:
        return f"Nothing could be scored by {label(run.primary)}, so nothing can be said about who is ahead."
    text = (
        f"On {label(run.primary)}, the measure named before the run ({_meaning(run.primary)}), "
        f"{first.system.name} reaches {numbers.percent(first.score.mean)} (95 % interval "
        f"{numbers.span(first.score)})"
    )
    rivals = [pair for pair in ranking.pairs if _rank(ranking, pair.other) is not None]
    if not rivals:
        return f"{text}. It was the only model, so there is no other to compare it with."
    return f"{text}. {_rivals(rivals)} {_detectable(ranking)}"


def _rivals(rivals: Sequence[Pair]) -> str:
    """The leader against the next model, and against those that it can be told from."""
    next_one = rivals[0]
    apart = [pair.other for pair in rivals if pair.p is not None and pair.p < ALPHA]
    level = [pair.other for pair in rivals if pair.other not in apart]
    if next_one.difference is None:
        return f"No case was scored both for it and for {next_one.other}."
    ahead = f"It is {numbers.lead(next_one.difference)} ahead of {next_one.other}, the next"
    if not next_one.difference.mean:
        ahead = f"{next_one.other}, the next, reaches the same"
    correction = f", corrected for {numbers.count(_comparisons(rivals), 'comparison')}"
    p = f"{numbers.p_value(next_one.p)}{correction if len(rivals) > 1 else ''}"
    if not level:
        return f"{ahead}: more than chance would do ({p})."
    text = f"{ahead}: chance alone could do as much ({p})" if next_one.other in level else f"{ahead} ({p})"
    text += f", so it cannot be told from {_listed(level)}, and they share the first rank."
    return f"{text} It can be told from {_listed(apart)}." if apart else text


def _comparisons(rivals: Sequence[Pair]) -> int:
    models = len(rivals) + 1
    return models * (models - 1) // 2


def _detectable(ranking: Ranking) -> str:
    if ranking.detectable is None:
        return (
            "The two best differ on so few cases that no difference between them, however great, could be "
            "relied on to show."
        )
    return (
        f"A true difference of about {numbers.hundredths(ranking.detectable)} points between the two best "
        "would be noticed four times in five by a suite like this one; smaller ones less often."
    )


def _against_baselines(ranking: Ranking) -> str:
    baselines = [pair for pair in ranking.pairs if _rank(ranking, pair.other) is None]
    best = next((pair for pair in baselines if pair.difference), None)
    if best is None or best.difference is None:
        return ""
    lead = f"The best baseline is {best.other}: {best.leader} is {numbers.lead(best.difference)} ahead of it"
    if best.difference.mean <= 0:
        return (
            f"The best baseline, {best.other}, does as well as every model or better ({best.leader} against "
            f"it: {numbers.points(best.difference)}): this suite shows no gain over it."
        )
    if best.p is not None and best.p < ALPHA:
        return f"{lead}, more than chance would do ({numbers.p_value(best.p)})."
    return (
        f"{lead}, and chance alone could do as much ({numbers.p_value(best.p)}): this suite does not show "
        "that there is a gain over it."
    )


def _limits(run: RunData) -> str:
    """What the suite itself leaves open."""
    documents = len({case.cluster for case in run.cases if case.answerable})
    if not 0 < documents < _FEW_DOCUMENTS:
        return ""
    return (
        f"The answers are in no more than {numbers.in_words(documents, 'document')}: the intervals are "
        "rough, and other documents may give other figures."
    )


def _rank(ranking: Ranking, name: str) -> int | None:
    return next(place.rank for place in ranking.placed if place.system.name == name)


def _meaning(name: str) -> str:
    meaning = METRICS[name].meaning
    return meaning[:1].lower() + meaning[1:].rstrip(".")


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]

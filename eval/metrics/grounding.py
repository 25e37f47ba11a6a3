"""Do the numbers, dates and names of the claims stand in the quotes these rest on? Rules only, no model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eval.metrics.observed import Observed
from rag.checks.dates import check_dates
from rag.checks.finding import Finding
from rag.checks.names import check_names
from rag.checks.numbers import check_numbers

_Check = Callable[[str, str, str], Sequence[Finding]]
_CHECKS: dict[str, _Check] = {
    "numbers_in_quotes": check_numbers,
    "dates_in_quotes": check_dates,
    "names_in_quotes": check_names,
}


def grounding_scores(seen: Observed) -> dict[str, float | None]:
    """Of the numbers (dates, names) in an answer's claims, the share that the claims' own quotes bear out.

    By the rules of `rag.checks`, which also take what the question says for granted. A claim that cites
    nothing has no quote to bear it out. Unscored for what was not answered, and where there is no number
    (date, name).
    """
    quotes = {citation.marker: citation.quote for citation in seen.citations}
    scores: dict[str, float | None] = {}
    for name, check in _CHECKS.items():
        said = missing = 0
        for claim in seen.claims if seen.answered else ():
            own = "\n".join(quotes[marker] for marker in claim.markers if marker in quotes)
            said += len(check(claim.text, "", seen.question))
            missing += len(check(claim.text, own, seen.question))
        scores[name] = (said - missing) / said if said else None
    return scores

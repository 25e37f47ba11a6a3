"""From a question to an FTS5 query: words only, quoted; a user's text never reaches MATCH as it is."""

from __future__ import annotations

import re

MAX_TERMS = 64
"""Words of one query; a question longer than that is a pasted page, and its first words say enough."""

_STOP_WORDS = """
a about above after again against all also am an and any are aren as at be because been before being below
between both but by can cannot could couldn d did didn do does doesn doing don down during each few for
from further had hadn has hasn have haven having he her here hers herself him himself his how i if in into
is isn it its itself just ll m me might more most mustn my myself no nor not now of off on once only or
other our ours ourselves out over own please re s same shan she should shouldn so some such t tell than
that the their theirs them themselves then there these they this those through to too under until up us ve
very was wasn we were weren what when where which while who whom whose why will with won would wouldn you
your yours yourself yourselves
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


def match_query(question: str) -> str:
    """The question's words, each quoted, joined by OR, without stop words and repetitions; "" for none."""
    words = dict.fromkeys(re.findall(r"[^\W_]+", question.casefold()))
    terms = [word for word in words if word not in STOP_WORDS][:MAX_TERMS]
    return " OR ".join(f'"{term}"' for term in terms)

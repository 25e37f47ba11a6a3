"""Asks web pages whether they are there. Needs a network; the program itself never imports this file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

_AGENT = "Greenpaper link check (one request for each page)"
_WORKERS = 8
_PATIENCE_S = 20.0
_NO_HEAD = frozenset({403, 404, 405, 501})
"""Some servers answer HEAD so although GET would do; only GET decides."""
_GONE = frozenset({404, 410})
_REFUSED = frozenset({401, 403, 405, 406, 429})
_MOVED = frozenset({301, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What asking for one address showed. `says` is "" where nothing need be done."""

    url: str
    says: str
    lost: bool
    """Whether a reader would not find the page. One that refuses programs may still open in a browser."""


def reach(urls: Sequence[str], *, patience_s: float = _PATIENCE_S) -> Iterator[Outcome]:
    """Asks each address once, a few at a time, and yields what came of it in the order of `urls`."""
    import httpx2

    with (
        httpx2.Client(follow_redirects=True, timeout=patience_s, headers={"User-Agent": _AGENT}) as client,
        ThreadPoolExecutor(_WORKERS) as pool,
    ):
        yield from pool.map(lambda url: _outcome(client, url), urls)


def _outcome(client: httpx2.Client, url: str) -> Outcome:
    import httpx2

    try:
        response = client.head(url)
        if response.status_code in _NO_HEAD:
            with client.stream("GET", url) as whole:
                response = whole
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return Outcome(url=url, says=f"no answer: {type(error).__name__}: {error}", lost=True)
    status = response.status_code
    if status in _GONE:
        return Outcome(url=url, says=f"gone: {status}", lost=True)
    if status in _REFUSED:
        return Outcome(url=url, says=f"refuses programs: {status}; look at it in a browser", lost=False)
    if not response.is_success:
        return Outcome(url=url, says=f"answers with {status}", lost=True)
    if any(step.status_code in _MOVED for step in response.history):
        return Outcome(url=url, says=f"moved for good to {response.url}", lost=False)
    return Outcome(url=url, says="", lost=False)

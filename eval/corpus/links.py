"""The addresses that the sources give: checked for form without a network, and with one for being there.

    python -m eval.corpus.links

asks every address once and says which are gone, which moved and which refuse programs. It is for whoever
keeps the library and needs a network; nothing else in the project runs it.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from eval.corpus.build import SOURCES, sources
from eval.corpus.model import Runs, Source, stretches
from eval.corpus.reach import Outcome, reach

_IDENTIFIER = "http://data.europa.eu/eli/"
"""European legislation identifiers are names that begin with http; their resolver answers under https."""
_HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}")
_QUOTED = re.compile(r"[\"“„]([^\"”“]+)[\"”“]")
_LOOSE_ENDS = ".,;:!?)]}'\""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address in a document, and the title that stands before it ("" where none does)."""

    url: str
    title: str
    document: str


def links(source: Source) -> tuple[Link, ...]:
    """The addresses of a source in the order of its text, notes last."""
    return tuple(link for runs in stretches(source) for link in _links(runs, source.file))


def _links(runs: Runs, document: str) -> Iterator[Link]:
    """A link's title is its own text, or else the last title in italics or quotation marks in its clause."""
    titles: list[str] = []
    for run in runs:
        if run.href:
            title = run.text if run.text != run.href else (titles[-1] if titles else "")
            yield Link(url=run.href, title=title, document=document)
            titles.clear()
        elif run.italic:
            titles.append(run.text)
        else:
            clause = run.text.rpartition(";")
            if clause[1]:
                titles.clear()
            titles += _QUOTED.findall(clause[2])


def faults(found: Iterable[Link]) -> tuple[str, ...]:
    """What is wrong with addresses as they are written, a sentence for each."""
    found = tuple(found)
    malformed = tuple(
        f"{link.document}: {link.url} {fault}" for link in found for fault in [_malformed(link.url)] if fault
    )
    return malformed + tuple(_double_names(found)) + tuple(_double_spellings(found))


def _malformed(url: str) -> str:
    """What is wrong with one address, "" for nothing."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not url.startswith(_IDENTIFIER):
        return "is not https"
    if not _HOST.fullmatch(parts.netloc):
        return "names no plain host in small letters"
    if any(character.isspace() or ord(character) > 126 for character in url):
        return "has a character that must be written with %"
    if url[-1] in _LOOSE_ENDS:
        return "ends with a mark that belongs to the sentence"
    return ""


def _double_names(found: Sequence[Link]) -> Iterator[str]:
    """One page under two titles; not a site's front page, which is named by what is sought there."""
    titles: dict[str, dict[str, str]] = defaultdict(dict)
    for link in found:
        if link.title and urlsplit(link.url).path.strip("/"):
            titles[link.url].setdefault(link.title, link.document)
    for url, names in titles.items():
        if len(names) > 1:
            shown = " and ".join(f"{title!r} ({document})" for title, document in names.items())
            yield f"{url} has two titles: {shown}"


def _double_spellings(found: Sequence[Link]) -> Iterator[str]:
    """One page at two addresses that differ in nothing but the scheme, `www.` or a last slash."""
    spellings: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for link in found:
        parts = urlsplit(link.url)
        key = (parts.netloc.removeprefix("www."), parts.path.rstrip("/"), parts.query)
        spellings[key].add(link.url)
    for urls in spellings.values():
        if len(urls) > 1:
            yield f"one page has two addresses: {' and '.join(sorted(urls))}"


def report(outcomes: Iterable[Outcome], found: Sequence[Link]) -> tuple[tuple[str, ...], bool]:
    """A line for each outcome that a person should see, and whether all pages are there."""
    where: dict[str, list[str]] = defaultdict(list)
    for link in found:
        if link.document not in where[link.url]:
            where[link.url].append(link.document)
    lines = []
    there = True
    for outcome in outcomes:
        there = there and not outcome.lost
        if outcome.says:
            lines.append(f"{outcome.url}: {outcome.says} (in {', '.join(where[outcome.url])})")
    return tuple(lines), there


def main() -> int:
    """Asks for every address in the sources; 1 if a page is gone or an address is wrong."""
    found = tuple(link for _, source in sources(SOURCES) for link in links(source))
    wrong = faults(found)
    urls = tuple(dict.fromkeys(link.url for link in found))
    lines, there = report(reach(urls), found)
    for line in (*wrong, *lines):
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{len(urls)} addresses in {len({link.document for link in found})} documents\n")
    return 0 if there and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())

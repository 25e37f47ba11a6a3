"""Spelling, lists of sources and addresses: the library passes, and planted faults are found."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from eval.corpus import check, links, sourcing, spelling
from eval.corpus.build import SOURCES as FOLDER
from eval.corpus.build import sources
from eval.corpus.links import Link
from eval.corpus.model import Source
from eval.corpus.reach import reach
from eval.corpus.source import parse_body

LIBRARY = [source for _, source in sources(FOLDER)]
WORDS = {s.file: tuple(spelling.words(spelling.texts(s))) for s in LIBRARY if s.language == "en"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def written(text: str, *, fictional: bool = False) -> Source:
    blocks, notes = parse_body(text)
    return Source(
        file="made.html",
        title="Made",
        subtitle="",
        version="1",
        day=date(2025, 1, 1),
        language="en",
        fictional=fictional,
        blocks=blocks,
        notes=notes,
    )


def slipped(word: str, draw: random.Random) -> str:
    """`word` with one letter lost, added, changed or swapped."""
    at = draw.randrange(len(word) - 1)
    head, tail = word[:at], word[at:]
    kinds = (
        head + tail[1:],
        head + draw.choice(LETTERS) + tail,
        head + draw.choice(LETTERS) + tail[1:],
        head + tail[1] + tail[0] + tail[2:],
    )
    return draw.choice(kinds)


def test_the_library_has_no_fault() -> None:
    assert check.faults(LIBRARY) == ()


def test_a_misspelt_word_is_named_with_the_word_it_resembles() -> None:
    planted = {"made.html": ("goverment", "words", "that", "are", "right"), **WORDS}
    found = spelling.slips(planted, right=spelling.accepted()["en"])
    assert [str(slip) for slip in found] == ["made.html: 'goverment' may be a slip for 'government'"]


def test_most_slips_are_found_in_words_of_the_library() -> None:
    draw = random.Random(7)
    known = {word for found in WORDS.values() for word in found}
    long = [word for found in WORDS.values() for word in found if len(word) > 5]
    slips = {slip for slip in (slipped(draw.choice(long), draw) for _ in range(400)) if slip not in known}
    found = spelling.slips({**{slip: (slip,) for slip in slips}, **WORDS}, right=spelling.accepted()["en"])
    assert {slip.word for slip in found} <= slips
    assert len(found) / len(slips) > 0.85


def test_forms_of_a_word_and_accepted_words_are_no_slips() -> None:
    common = ("rules", "rules", "rules")
    for rare in ("rule", "ruled", "ruler"):
        assert spelling.slips({"a": common, "b": (rare,)}, right=()) == ()
    assert spelling.slips({"a": common, "b": ("roles",)}, right=())
    assert spelling.slips({"a": common, "b": ("roles",)}, right={"roles"}) == ()


def test_german_letters_count() -> None:
    texts = {"a": ("prüfung",) * 3, "b": ("prüfug",)}
    assert [slip.near for slip in spelling.slips(texts, right=())] == ["prüfung"]


def test_words_leave_out_addresses_and_names_with_capitals_inside() -> None:
    text = "Meta’s xAI and DeepSeek's work at https://example.org/wrok, twenty-one times"
    assert list(spelling.words([text])) == ["meta", "and", "work", "at", "twenty", "one", "times"]


def test_a_word_written_twice_is_found() -> None:
    assert spelling.doubled(["it is is so", "He said that the thesis is theirs"]) == ("is is",)
    found = check.faults([written("A rule of of note.\n", fictional=True)])
    assert found == ("made.html: 'of of' is one word too many",)


def test_a_document_without_sources_is_a_fault_unless_it_is_fictional() -> None:
    (fault,) = sourcing.faults(written("A claim.\n"))
    assert "0 notes are too few" in fault
    assert sourcing.faults(written("A claim.\n", fictional=True)) == ()


def test_many_words_need_many_marks() -> None:
    notes = "".join(f"\n[^n{n}]: Act {n}.\n" for n in range(5))
    marks = "".join(f"[^n{n}]" for n in range(5))
    assert sourcing.faults(written(f"{'word ' * 1200}{marks}\n{notes}")) == ()
    (fault,) = sourcing.faults(written(f"{'word ' * 1300}{marks}\n{notes}"))
    assert "5 marks" in fault


@pytest.mark.parametrize(
    ("note", "findable"),
    [
        ("As everybody knows.", False),
        ("A well-known author, somewhere.", False),
        ("Act of 3 May.", True),
        ("An author, *A Title*.", True),
        ('An author, "A Title".', True),
        ("The bills, at congress.gov.", True),
        ("A page, <https://example.org>.", True),
    ],
)
def test_a_note_names_something_that_can_be_found(note: str, findable: bool) -> None:
    found = sourcing.faults(written(f"A claim.[^n]\n\n[^n]: {note}\n", fictional=True))
    assert (found == ()) is findable


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://www.example.org/a/b.html",
        "https://example.org/a%20b?x=1",
        "http://data.europa.eu/eli/reg/2024/1689/oj",
    ],
)
def test_a_well_formed_address_is_no_fault(url: str) -> None:
    assert links.faults([Link(url=url, title="", document="d")]) == ()


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://example.org", "is not https"),
        ("ftp://example.org", "is not https"),
        ("https://example", "no plain host"),
        ("https://Example.org", "no plain host"),
        ("https://user@example.org", "no plain host"),
        ("https://example.org:8443/", "no plain host"),
        ("https://example.org/a.", "belongs to the sentence"),
        ("https://example.org/ä", "written with %"),
    ],
)
def test_a_malformed_address_is_a_fault(url: str, fault: str) -> None:
    (found,) = links.faults([Link(url=url, title="", document="d")])
    assert fault in found


def test_one_page_has_one_title_and_one_address() -> None:
    page = Link(url="https://example.org/a", title="One", document="x")
    assert links.faults([page, replace(page, document="y"), replace(page, title="")]) == ()
    (fault,) = links.faults([page, replace(page, title="Two", document="y")])
    assert "'One' (x) and 'Two' (y)" in fault
    (fault,) = links.faults([page, replace(page, url="https://www.example.org/a/")])
    assert "two addresses" in fault
    site = Link(url="https://example.org", title="One", document="x")
    assert links.faults([site, replace(site, title="Two")]) == ()


def test_the_title_of_an_address_is_the_one_before_it_in_its_clause() -> None:
    text = (
        "*First*, 2024, <https://a.org/1>; second at <https://a.org/2>; "
        '"Third", page 3, <https://a.org/3>, and [fourth](https://a.org/4).\n'
    )
    found = links.links(written(text, fictional=True))
    assert [(link.url[-1], link.title) for link in found] == [
        ("1", "First"),
        ("2", ""),
        ("3", "Third"),
        ("4", "fourth"),
    ]


class _Pages(BaseHTTPRequestHandler):
    """A site with a page of every kind."""

    statuses: ClassVar[dict[str, int]] = {"/here": 200, "/gone": 404, "/shy": 403, "/broken": 500}

    def do_HEAD(self) -> None:
        self._answer(405 if self.path == "/get-only" else None)

    def do_GET(self) -> None:
        self._answer(None)

    def _answer(self, status: int | None) -> None:
        moves = {"/old": 301, "/elsewhere-today": 302}
        if self.path in moves:
            self.send_response(moves[self.path])
            self.send_header("Location", "/here")
        else:
            self.send_response(status or self.statuses.get(self.path, 200))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_each_kind_of_page_is_told_apart(site: str) -> None:
    paths = ("here", "get-only", "elsewhere-today", "old", "shy", "gone", "broken")
    outcomes = list(reach([f"{site}/{path}" for path in paths]))
    said = {outcome.url.rpartition("/")[2]: outcome.says.partition(":")[0] for outcome in outcomes}
    assert list(said) == list(paths)
    assert said["here"] == said["get-only"] == said["elsewhere-today"] == ""
    assert said["old"] == "moved for good to http"
    assert said["shy"] == "refuses programs"
    assert said["gone"] == "gone"
    assert said["broken"] == "answers with 500"
    assert [outcome.url.rpartition("/")[2] for outcome in outcomes if outcome.lost] == ["gone", "broken"]


def test_a_server_that_is_not_there_is_an_outcome_and_no_crash() -> None:
    (outcome,) = reach(["http://127.0.0.1:1/"], patience_s=2.0)
    assert outcome.lost
    assert outcome.says.startswith("no answer: ConnectError")


def test_the_report_says_in_which_documents_a_lost_page_stands(site: str) -> None:
    found = [
        Link(url=f"{site}/gone", title="", document="x"),
        Link(url=f"{site}/gone", title="", document="y"),
        Link(url=f"{site}/here", title="", document="x"),
    ]
    lines, there = links.report(reach([f"{site}/gone", f"{site}/here"]), found)
    assert lines == (f"{site}/gone: gone: 404 (in x, y)",)
    assert not there
    assert links.report(reach([f"{site}/here"]), found) == ((), True)


def test_every_address_of_the_sources_is_collected() -> None:
    written_out = sum(path.read_text(encoding="utf-8").count("<http") for path in Path(FOLDER).glob("*.md"))
    assert sum(len(links.links(source)) for source in LIBRARY) == written_out > 40

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.types import Answer, Section, Stage, Status
from rag.warming import WarmState, Warmth
from tests.ui.web.scripted import HOSTILE, Library, Scripted, library
from ui.starter import library_digests
from ui.web.escape import plain
from ui.web.show.conversation import conversation
from ui.web.show.documents import documents
from ui.web.show.header import running
from ui.web.show.moment import stage_line, start
from ui.web.show.phrases import place
from ui.web.show.proof import proof
from ui.web.state import Exchange
from ui.web.suggest import first_questions, suggestions
from ui.web.texts import Words

WORDS = Words("en")


def _exchange(question: str, number: int = 1) -> Exchange:
    """What `question` got from the scripted answerer."""
    *_, answer = Scripted(library(), pause_s=0).stream(question)
    assert isinstance(answer, Answer)
    return Exchange(
        number=number,
        question=question,
        text=answer.text,
        citations=answer.citations,
        answer=answer,
        documents=3,
        read=len(answer.hits),
    )


def test_markers_lead_to_their_cards() -> None:
    exchange = _exchange("open", number=4)
    assert 'href="#cite-4-1" aria-label="Citation 1: What open means for a model, page 1 (printed iv)"' in (
        conversation(WORDS, [exchange])
    )
    assert 'id="cite-4-1"' in proof(WORDS, [exchange])


def test_a_marker_without_citation_stays_text() -> None:
    assert "municipalities [9]" in conversation(WORDS, [_exchange("open")])


def test_claims_that_are_not_borne_out_are_labelled_where_they_stand() -> None:
    markup = conversation(WORDS, [_exchange("open")])
    assert markup.count("partly supported") == 1
    assert markup.index("reproduce the training") < markup.index("partly supported")
    assert (
        markup.index("within 60 days") < markup.index("not supported</span>") < markup.index("It also asks")
    )


def test_every_claim_is_listed_with_label_and_findings() -> None:
    panel = proof(WORDS, [_exchange("open")])
    for label in ("> supported", "> partly supported", "> not supported"):
        assert label in panel
    assert "60 days is not in the quote" in panel


def test_what_was_searched_and_read_is_always_said() -> None:
    assert "Searched 3 documents, read 3 passages" in conversation(WORDS, [_exchange("open")])
    answer = _exchange("weather").answer
    assert answer is not None
    empty = Exchange(number=1, question="x", answer=replace(answer, hits=()), documents=1)
    assert "Searched 1 document, read 0 passages" in conversation(WORDS, [empty])


def test_the_rewritten_question_and_dropped_passages_are_said() -> None:
    exchange = _exchange("open")
    assert exchange.answer is not None
    changed = replace(exchange, answer=replace(exchange.answer, query="open <models>", dropped=2))
    markup = conversation(WORDS, [changed])
    assert "Searched for: open &lt;models&gt;" in markup
    assert "2 passages were left out, because they would not have fitted." in markup


@pytest.mark.parametrize("status", Status)
def test_the_status_is_said_once(status: Status) -> None:
    exchange = _exchange("open")
    assert exchange.answer is not None
    said = WORDS(f"status.{status.value}")
    changed = replace(exchange, answer=replace(exchange.answer, status=status, reason="why it is so"))
    markup = conversation(WORDS, [changed])
    assert not said or markup.count(said) == 1
    assert "Why it is so." in markup
    repeated = conversation(WORDS, [replace(changed, text=said + ".")])
    assert not said or repeated.count(said) == 1


@pytest.mark.parametrize(
    ("warmth", "shown"),
    [
        (Warmth(), ""),
        (Warmth(state=WarmState.UNABLE, reason="It cannot."), ""),
        (Warmth(state=WarmState.READING, done=3, total=1200), "reading ahead: 3 of 1,200 passages"),
        (Warmth(state=WarmState.DONE, done=1, total=1), "1 passage read ahead"),
        (Warmth(state=WarmState.FULL, done=3, total=9, reason="Full."), "3 of 9 passages read ahead"),
    ],
)
def test_the_header_says_how_much_was_read_ahead(warmth: Warmth, shown: str) -> None:
    markup = running(WORDS, "A-1B", offline=True, warmth=warmth)
    assert (f" · {shown}</span>" in markup) is bool(shown)
    assert ("gp-ahead" in markup) is bool(shown)
    assert (f'title="{warmth.reason}"' in markup) is bool(shown)


def test_only_the_last_question_s_quotes_are_open() -> None:
    panel = proof(WORDS, [_exchange("open", 1), _exchange("open", 2)])
    assert panel.count(" hidden>") == 1
    assert (
        panel.index("Citations, Question 1") < panel.index(" hidden>") < panel.index("Citations, Question 2")
    )


def test_hostile_text_is_escaped_on_every_surface() -> None:
    exchange = replace(_exchange("hostile"), question=HOSTILE, note=HOSTILE, failed=True)
    surfaces = [
        conversation(WORDS, [exchange]),
        proof(WORDS, [exchange]),
        documents(WORDS, library().documents()),
        running(WORDS, HOSTILE, offline=True, warmth=Warmth(state=WarmState.FULL, total=1, reason=HOSTILE)),
        start(HOSTILE, failed=True),
    ]
    for markup in surfaces:
        assert plain(HOSTILE) in markup
        for construct in ("<img", "<script", "<svg", "${", "{{", "`", "@children"):
            assert construct not in markup


@pytest.mark.parametrize(
    ("page", "label", "shown"),
    [(None, None, ""), (3, None, "page 3"), (3, "3", "page 3"), (3, "iv", "page 3 (printed iv)")],
)
def test_the_printed_label_is_named_where_it_differs(page: int | None, label: str | None, shown: str) -> None:
    assert place(WORDS, page, label) == shown


def test_the_badge_says_what_is_true() -> None:
    assert WORDS("app.offline_why") in running(WORDS, "m", offline=True)
    assert WORDS("app.not_offline_why") in running(WORDS, "m", offline=False)


def test_suggested_questions_come_from_the_documents() -> None:
    infos = library().documents()
    assert suggestions(WORDS, library(), infos) == (
        "What does “What open means for a model” say about “Open-weight models”?",
        "What does “Machine learning in public bodies” say about “Open-weight models”?",
    )
    assert len(suggestions(WORDS, library(), infos, 1)) == 1


def test_the_library_offers_its_own_questions_by_topic_behind_those_on_the_readers_documents() -> None:
    held = library()
    digest = library_digests()["library/open-source-and-security.pdf"]
    held.held["s"] = replace(held.held["b"], doc_id="s", sha256=digest)
    offered = first_questions(WORDS, held)
    assert list(offered) == [WORDS("ask.own_documents"), "Security"]
    assert offered["Security"][0] == "How was the backdoor in xz found?"
    assert len(offered[WORDS("ask.own_documents")]) == 2
    assert list(first_questions(WORDS, library())) == [WORDS("ask.own_documents")]
    assert first_questions(WORDS, Library({})) == {}


@pytest.mark.parametrize("heading", ["CHAPTER I", "Contents", "Annex 2: Tables", "1.2.3", "A", "x " * 40])
def test_headings_that_tell_nothing_are_not_asked_about(heading: str) -> None:
    held = library()
    held.held["a"] = replace(held.held["a"], sections=(Section(start=0, level=1, title=heading),))
    assert suggestions(WORDS, held, held.documents(), 1) == (
        "What are the main points of “What open means for a model”?",
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("load", "Loading the model"),
        ("wait", "Waiting for the question before this one to end"),
        ("search", "Searching the documents"),
        ("read", "Reading 6 passages"),
        ("write", "Writing"),
        ("check", "Checking every claim against its quotes"),
    ],
)
def test_every_stage_is_said_in_words(name: str, said: str) -> None:
    line = stage_line(WORDS, Stage(name=name, done=2, total=6), number=3)
    assert f'<span role="status" class=gp-hidden>{said}</span>' in line
    assert '<span aria-hidden="true">Reading passage 3 of 6</span><progress max="6" value="2"' in line
    assert 'data-stage="3"' in line
    assert f'<span role="status">{said.replace("6", "0")}</span>' in stage_line(WORDS, Stage(name=name))

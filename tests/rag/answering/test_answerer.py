"""The way from a question to an answer, with an index of a few lines and a generator that is scripted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.answering import reading
from rag.answering.answerer import Answerer
from rag.answering.as_json import answer_to_json
from rag.errors import GreenpaperError
from rag.index import Index
from rag.llm.llama import StoppedError
from rag.retrieval import Retriever
from rag.types import Answer, Cited, Retrieved, Stage, Status, Support, TextDelta, Turn
from tests.rag.answering.scripted_generator import ScriptedDraft, ScriptedGenerator
from tests.rag.index_fakes import LengthEmbedder, run, write

FEES = "# Harbour fees\nThe harbour fee is 14 crowns a day. Fishing boats pay nothing.\n"
MASTER = "# Harbour master\nThe harbour master is Ada Lund. She reports to the council every March.\n"
WASTE = "# Waste\nOil must be handed in at the north quay.\n"

Make = Callable[[ScriptedGenerator], Answerer]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    run(tmp_path / "index", write(tmp_path / "docs", fees=FEES, master=MASTER, waste=WASTE))
    with Index.open(tmp_path / "index", "lengths-1") as index:
        yield lambda generator: Answerer(index, Retriever(index, LengthEmbedder()), generator)


def _ask(make: Make, text: str, question: str = "Who is the harbour master?") -> Answer:
    return make(ScriptedGenerator(text)).ask(question)


def test_an_answer_rests_on_quotes_cut_from_the_document(make: Make) -> None:
    answerer = make(ScriptedGenerator("The harbour master is Ada Lund."))
    answer = answerer.ask("Who is the harbour master?")
    assert answer.status is Status.ANSWERED
    (claim,) = answer.claims
    assert claim.text == "The harbour master is Ada Lund."
    assert claim.support is Support.YES
    assert claim.citations == (1,)
    (citation,) = answer.citations
    document = answerer.index.document(citation.span.doc_id)
    assert citation.quote == document.text[citation.span.start : citation.span.end]
    assert citation.quote == "The harbour master is Ada Lund."
    assert (citation.document, citation.page, citation.section) == ("master.txt", 2, "Harbour master")
    assert answer.text == "The harbour master is Ada Lund. [1]"


def test_events_come_in_order_and_end_with_the_answer(make: Make) -> None:
    events = list(make(ScriptedGenerator("Ada Lund is.")).stream("Who is the master?"))
    kinds = [type(event) for event in events]
    assert kinds[0] is Stage
    assert kinds.index(Retrieved) < kinds.index(TextDelta) < kinds.index(Cited) < kinds.index(Answer)
    assert kinds[-1] is Answer
    stages = [event.name for event in events if isinstance(event, Stage)]
    assert list(dict.fromkeys(stages)) == ["search", "read", "write", "check"]


def test_quotes_come_before_it_is_found_out_whether_they_may_stay(make: Make) -> None:
    generator = ScriptedGenerator("The harbour master is Ada Lund.", confidence=0.01)
    events = list(make(generator).stream("Who is the harbour master?"))
    checked = events.index(Stage(name="check"))
    assert [event.citation.quote for event in events[:checked] if isinstance(event, Cited)] == [
        "The harbour master is Ada Lund."
    ]
    assert isinstance(events[-1], Answer)
    assert (events[-1].status, events[-1].citations) == (Status.ABSTAINED, ())


def test_the_hits_of_the_answer_are_the_passages_of_the_prompt(make: Make) -> None:
    generator = ScriptedGenerator("The harbour master is Ada Lund.")
    answer = make(generator).ask("Who is the harbour master?")
    (passages, question, _), (alone, again, _) = generator.prompts
    assert len(passages) == len(answer.hits)
    assert (alone, again) == (passages[-1:], question), "the best passage stands last, and is read once more"
    assert all(hit.passage.text in block for hit, block in zip(answer.hits, reversed(passages), strict=True))
    assert question == "Question: Who is the harbour master?"


def test_passages_that_do_not_fit_are_dropped_whole_and_counted(make: Make) -> None:
    generator = ScriptedGenerator("The harbour master is Ada Lund.", room=1)
    answer = make(generator).ask("Who is the harbour master?")
    assert len(generator.prompts[0][0]) == len(answer.hits) == 1
    assert answer.dropped == 2


def test_the_quote_is_the_sentence_that_says_it(make: Make) -> None:
    answer = make(ScriptedGenerator("The fee is 14 crowns a day.")).ask("What is the harbour fee?")
    assert [citation.quote for citation in answer.citations] == ["The harbour fee is 14 crowns a day."]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The harbour fee is 15 crowns a day.", id="another number"),
        pytest.param("The harbour fee is not 14 crowns a day.", id="negated"),
    ],
)
def test_a_claim_that_its_quotes_contradict_is_told_in_their_own_words(make: Make, text: str) -> None:
    answer = make(ScriptedGenerator(text)).ask("What is the harbour fee?")
    (claim,) = answer.claims
    assert claim.text == "In the document's own words: “The harbour fee is 14 crowns a day.”"
    assert claim.support is Support.YES
    assert text not in answer.text


def test_a_claim_without_any_quote_is_left_out_and_the_answer_is_partial(make: Make) -> None:
    answer = _ask(make, "The harbour master is Ada Lund. Zebras graze beyond Mount Kilimanjaro.")
    assert answer.status is Status.PARTIAL
    assert [claim.text for claim in answer.claims] == ["The harbour master is Ada Lund."]
    assert "1 of 2" in answer.reason


def test_nothing_borne_out_means_the_documents_do_not_say(make: Make) -> None:
    answer = _ask(make, "Zebras graze beyond Mount Kilimanjaro.", "Where do zebras graze?")
    assert answer.status is Status.ABSTAINED
    assert answer.text.startswith("The documents do not say.")
    assert answer.claims == answer.citations == ()
    assert answer.hits, "the nearest passages are shown"
    assert "Where do zebras graze?" in answer.reason


def test_a_question_that_finds_no_passage_is_not_put_to_the_model(make: Make) -> None:
    generator = ScriptedGenerator("never")
    answer = make(generator).ask("Who is the harbour master?", scope=frozenset())
    assert answer.status is Status.ABSTAINED
    assert generator.prompts == []


def test_scope_limits_what_is_read(make: Make) -> None:
    answerer = make(ScriptedGenerator("Oil must be handed in."))
    only = answerer.index.document("waste.txt").doc_id
    answer = answerer.ask("What must be handed in?", scope=frozenset({only}))
    assert {hit.passage.span.doc_id for hit in answer.hits} == {only}


@pytest.mark.parametrize(("alone", "status"), [(0.74, Status.ANSWERED), (0.1, Status.ABSTAINED)])
def test_how_sure_the_second_reading_is_decides_and_unsure_words_are_not_shown(
    make: Make, alone: float, status: Status
) -> None:
    scripted = ScriptedGenerator("The harbour master is Ada Lund.", alone=("The fee is 14 crowns.", alone))
    answer = make(scripted).ask("Who is the harbour master?")
    assert answer.status is status
    assert "14" not in answer.text


@pytest.mark.parametrize(
    ("alone", "claims"),
    [
        pytest.param("every March.", ["Every March.", "Ada Lund reports."], id="something else"),
        pytest.param("the harbour master, Ada Lund", ["Ada Lund reports."], id="nothing new"),
        pytest.param("Zebras graze.", ["Ada Lund reports."], id="nothing that a quote bears out"),
    ],
)
def test_a_sure_second_reading_stands_first_where_it_adds_something(
    make: Make, alone: str, claims: list[str]
) -> None:
    scripted = ScriptedGenerator("Ada Lund reports.", alone=(alone, 0.9))
    answer = make(scripted).ask("When does the harbour master report?")
    assert [claim.text for claim in answer.claims] == claims


def test_what_is_said_twice_is_shown_once(make: Make) -> None:
    answer = _ask(make, "The harbour master is Ada Lund. The harbour master is Ada Lund.")
    assert len(answer.claims) == 1


def test_a_blank_line_behind_a_colon_ends_no_answer() -> None:
    draft = ScriptedDraft("the fees are:\n\n - 14 crowns\n\n and what nobody asked for", 0.9, 0.1, None)
    assert "".join(reading.write(draft)) == "The fees are:\n\n - 14 crowns\n\n"


def test_what_the_question_takes_for_granted_is_named(make: Make) -> None:
    scripted = ScriptedGenerator("The harbour master is Ada Lund.", alone=("Ada Lund.", 0.1), unstated=0.99)
    answer = make(scripted).ask("Why is the harbour master Ada Lund?")
    assert answer.status is Status.ABSTAINED
    assert "takes for granted (“the harbour master Ada Lund”)" in answer.text
    assert 0 < answer.confidence < 0.5


def test_a_reader_can_correct_what_is_looked_for(make: Make) -> None:
    turns = (Turn(question="Who is the harbour master?", answer="Ada Lund."),)
    answerer = make(ScriptedGenerator("Oil must be handed in at the north quay."))
    *_, answer = answerer.stream("And that?", turns, query="Where must oil be handed in?")
    assert isinstance(answer, Answer)
    assert answer.query == "Where must oil be handed in?"
    assert answer.citations[0].document == "waste.txt"


def test_a_follow_up_is_searched_with_the_question_before_it(make: Make) -> None:
    generator = ScriptedGenerator("She reports to the council.")
    turns = (Turn(question="Who is the harbour master?", answer="Ada Lund."),)
    answer = make(generator).ask("To whom does she report?", turns)
    assert answer.query == "Who is the harbour master? To whom does she report?"
    assert "Ada Lund." in generator.prompts[0][1]


def test_stop_ends_the_stream(make: Make) -> None:
    stream = make(ScriptedGenerator("one two three")).stream("Who is the harbour master?", stop=lambda: True)
    with pytest.raises(StoppedError):
        list(stream)


def test_the_json_shape_is_the_one_that_was_promised(make: Make) -> None:
    answerer = make(ScriptedGenerator("The harbour master is Ada Lund."))
    shape = json.loads(
        json.dumps(answer_to_json(answerer.ask("Who is the harbour master?"), answerer.index.document))
    )
    assert set(shape) >= {
        *("question", "query", "status", "reason", "text", "claims", "citations", "passages"),
        *("timings", "usage", "model", "fingerprint"),
    }
    assert set(shape["citations"][0]) >= {
        *("marker", "document", "title", "page", "page_label", "section", "quote", "start", "end"),
        *("ocr", "verbatim"),
    }
    assert set(shape["passages"][0]) >= {
        *("passage_id", "document", "page", "start", "end", "text", "rank", "score"),
    }
    assert set(shape["timings"]) == {
        *("contextualise_s", "retrieve_s", "prefill_s", "ttft_s", "decode_s", "total_s"),
    }
    assert set(shape["usage"]) == {"prompt_tokens", "cached_tokens", "output_tokens"}
    for passage in shape["passages"]:
        text = answerer.index.document(passage["document"]).text
        assert text[passage["start"] : passage["end"]] == passage["text"]


@pytest.mark.parametrize("question", ["🙂🙂", "the of and is", "?!", "what is it?"])
def test_a_question_without_a_word_to_look_for_is_asked_back(make: Make, question: str) -> None:
    generator = ScriptedGenerator("never")
    answer = make(generator).ask(question)
    assert answer.status is Status.CLARIFY
    assert generator.prompts == []


def test_a_question_that_leaves_no_room_is_an_error_and_not_an_abstention(make: Make) -> None:
    with pytest.raises(GreenpaperError, match="Shorten it"):
        make(ScriptedGenerator("never", room=0)).ask("Who is the harbour master?")


def test_repeating_the_question_is_no_answer(make: Make) -> None:
    assert _ask(make, "Who is the harbour master?").status is Status.ABSTAINED


def test_a_yes_or_no_question_may_be_answered_in_its_own_words(make: Make) -> None:
    answer = _ask(make, "Fishing boats pay nothing.", "Do fishing boats pay nothing?")
    assert answer.status is Status.ANSWERED


def test_a_long_earlier_answer_is_left_out_whole(make: Make) -> None:
    generator = ScriptedGenerator("She reports to the council.")
    turns = (Turn(question="Who is the harbour master?", answer="word " * 6000),)
    make(generator).ask("To whom does she report?", turns)
    assert "word" not in generator.prompts[0][1]
    assert "Who is the harbour master?" in generator.prompts[0][1]


@pytest.mark.parametrize(
    ("says", "quotes"),
    [
        pytest.param("Tom Scott wrote it.", ["# Memo from Tom Scott"], id="a name"),
        pytest.param(
            "Ada Lund of Northmere wrote it.", ["Ada Lund of Northmere keeps it."], id="in a sentence too"
        ),
        pytest.param("Boats should be banned.", [], id="a question is no answer"),
        pytest.param("There is a licence for swimmers.", [], id="an option is no rule"),
    ],
)
def test_a_heading_bears_out_names_and_no_more(tmp_path: Path, says: str, quotes: list[str]) -> None:
    memo = """# Memo from Tom Scott
All quays are swept daily.
# Should boats be banned?
Nobody knows.
# Option 3: A Licence for Swimmers
It was left aside.
# Ada Lund of Northmere
Ada Lund of Northmere keeps it.
"""
    run(tmp_path / "index", write(tmp_path / "docs", memo=memo))
    with Index.open(tmp_path / "index", "lengths-1") as index:
        answerer = Answerer(index, Retriever(index, LengthEmbedder()), ScriptedGenerator(says))
        answer = answerer.ask("Who wrote which memo?")
    assert [citation.quote for citation in answer.citations] == quotes

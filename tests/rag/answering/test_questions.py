"""What a question wants and takes for granted; the rest of a list; other versions of a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answering.answerer import Answerer
from rag.answering.asked import questions_in
from rag.answering.counted import lacks_number
from rag.answering.followup import standalone
from rag.answering.lists import asks_for_all, coverage
from rag.answering.opinion import asks_for_opinion
from rag.answering.premise import premise_of, spoken_of
from rag.index import Index
from rag.retrieval import Retriever
from rag.types import Answer, Status, Turn
from tests.rag.answering.scripted_generator import ScriptedGenerator
from tests.rag.index_fakes import LengthEmbedder, run, write


@pytest.mark.parametrize(
    ("question", "premise"),
    [
        pytest.param("", None, id="empty"),
        pytest.param("Why?", None, id="bare"),
        pytest.param("What must X do?", None, id="open"),
        pytest.param("Whyte's report says what?", None, id="a name that begins so"),
        pytest.param("Why does NIST make audits compulsory?", "NIST make audits compulsory", id="why does"),
        pytest.param("why isn't the weight shared", "the weight shared", id="negated"),
        pytest.param("And why must a UCITS move?", "a UCITS move", id="and why"),
        pytest.param("How come the bill was signed?", "the bill was signed", id="how come"),
        pytest.param(
            "What reasons does the op-ed give for banning it?", "the op-ed banning it", id="what reasons"
        ),
    ],
)
def test_what_a_question_takes_for_granted(question: str, premise: str | None) -> None:
    assert premise_of(question) == premise


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("", ("",)),
        ("What is it?", ("What is it?",)),
        ("I am 37. Am I eligible?", ("Am I eligible?",)),
        ("Do I need a U.S. visa? I am 37.", ("Do I need a U.S. visa?",)),
        ("Who wrote it? What does it say?", ("Who wrote it?", "What does it say?")),
        ("List the duties. All of them.", ("List the duties. All of them.",)),
    ],
)
def test_what_is_asked_and_what_is_only_told(text: str, questions: tuple[str, ...]) -> None:
    assert questions_in(text) == questions


def test_the_case_that_is_told_first_needs_no_quote(tmp_path: Path) -> None:
    told = "My uncle Jon came from the old northern village with three dogs and a cart. "
    asked = "Must boats carry a light at night?"
    answer = _ask(tmp_path, "Boats must carry a light at night.", told + asked, one=_policy("1.0", 5))
    assert answer.status is Status.ANSWERED
    assert [citation.quote for citation in answer.citations] == ["Boats must carry a light at night."]


@pytest.mark.parametrize(
    ("quotes", "share"),
    [
        pytest.param([], 0.0, id="no quote"),
        pytest.param(["The bill passed."], 0.5, id="one word of two"),
        pytest.param(["The bill passed.", "She vetoed it."], 1.0, id="over two quotes"),
    ],
)
def test_how_much_of_a_premise_the_quotes_speak_of(quotes: list[str], share: float) -> None:
    assert spoken_of("the bill vetoed", quotes) == share
    assert spoken_of("it was so", quotes) == 1.0


@pytest.mark.parametrize(
    ("question", "wants_all"),
    [
        ("", False),
        ("What is the fee?", False),
        ("What does the act say?", False),
        ("Who is the harbour master?", False),
        ("Which act has this rule?", False),
        ("What do boats of class 3 pay?", False),
        ("What must agencies report?", False),
        ("Within how many days must it be reported?", False),
        ("Which four functions make up the core?", True),
        ("List the exemptions.", True),
        ("What are the duties of a provider?", True),
        ("How many annexes are there?", True),
        ("Name all bills of 2023.", True),
    ],
)
def test_questions_for_all_of_something(question: str, wants_all: bool) -> None:
    assert asks_for_all(question) is wants_all


def test_a_follow_up_takes_the_question_before_it_along() -> None:
    turns = [Turn(question=f"{name}?", answer="yes") for name in ("first", "second")]
    assert standalone("And when?", turns) == "second? And when?"
    assert standalone(" When? ", []) == "When?"


def test_how_far_was_looked() -> None:
    assert coverage(1, 1) == "Found in 1 of 1 document searched."
    assert coverage(3, 7) == "Found in 3 of 7 documents searched."


def _ask(tmp_path: Path, says: str, question: str, **documents: str) -> Answer:
    run(tmp_path / "index", write(tmp_path / "docs", **documents))
    with Index.open(tmp_path / "index", "lengths-1") as index:
        return Answerer(index, Retriever(index, LengthEmbedder()), ScriptedGenerator(says)).ask(question)


DUTIES = """# Duties
The keeper must do three things:
- light the lamp
- wind the clock
- write the log
That is all.
"""


def test_the_points_of_a_list_that_the_model_left_out_are_quoted(tmp_path: Path) -> None:
    answer = _ask(
        tmp_path, "The keeper must light the lamp.", "What are the duties of the keeper?", duties=DUTIES
    )
    assert [claim.text for claim in answer.claims[1:]] == ["- wind the clock", "- write the log"]
    assert answer.text.endswith("Found in 1 of 1 document searched.")
    quotes = {citation.marker: citation.quote for citation in answer.citations}
    assert [quotes[marker] for claim in answer.claims[1:] for marker in claim.citations] == [
        "- wind the clock",
        "- write the log",
    ]


def test_a_question_for_one_thing_gets_no_list(tmp_path: Path) -> None:
    answer = _ask(tmp_path, "The keeper must light the lamp.", "Who must light the lamp?", duties=DUTIES)
    assert len(answer.claims) == 1
    assert "searched" not in answer.text


def _policy(version: str, days: int, *, boats: str = "Boats must carry a light at night.") -> str:
    return f"# Harbour policy\nVersion {version}\nErrors must be reported within {days} days.\n{boats}\n"


def test_another_version_that_says_otherwise_is_quoted_beside(tmp_path: Path) -> None:
    answer = _ask(
        tmp_path,
        "Errors must be reported within 5 days.",
        "Within how many days must errors be reported?",
        one=_policy("1.0", 5),
        two=_policy("2.0", 2),
    )
    first, second = answer.claims
    assert (
        second.text
        == "That is version 1.0; version 2.0 says otherwise: “Errors must be reported within 2 days.”"
    )
    assert [citation.document for citation in answer.citations] == ["one.txt", "two.txt"]
    assert (first.citations, second.citations) == ((1,), (1, 2))


def test_a_version_that_says_the_same_is_not_mentioned(tmp_path: Path) -> None:
    answer = _ask(
        tmp_path,
        "Boats must carry a light at night.",
        "What must boats carry?",
        one=_policy("1.0", 5),
        two=_policy("2.0", 2),
    )
    assert len(answer.claims) == 1


def test_a_document_of_another_title_is_no_version(tmp_path: Path) -> None:
    answer = _ask(
        tmp_path,
        "Errors must be reported within 5 days.",
        "Within how many days must errors be reported?",
        one=_policy("1.0", 5),
        two=_policy("2.0", 2).replace("Harbour", "River"),
    )
    assert len(answer.claims) == 1


def test_a_reason_for_something_that_no_quote_speaks_of_is_no_answer(tmp_path: Path) -> None:
    answer = _ask(
        tmp_path,
        "Because boats must carry a light at night.",
        "Why does the mayor forbid swimming on Sundays?",
        one=_policy("1.0", 5),
    )
    assert answer.status is Status.ABSTAINED
    assert "takes for granted (“the mayor forbid swimming on Sundays”)" in answer.text


@pytest.mark.parametrize(
    ("question", "quote", "lacks"),
    [
        pytest.param("What is the fee?", "It is high.", False, id="not how many"),
        pytest.param("How many of the boats are old?", "Some are.", False, id="how many of"),
        pytest.param("How many boats are there?", "There are boats.", True, id="no number"),
        pytest.param("How many boats are there?", "The harbour has 14 boats.", False, id="counted"),
        pytest.param("How many boats are there?", "Fourteen vessels lie there.", False, id="another word"),
        pytest.param("How many people does it employ?", "It employs 1,350 people.", False, id="people"),
        pytest.param("How many boats pay?", "Boats pay 20 percent more.", True, id="a share"),
        pytest.param("How many boats pay?", "Each boat pays $500.", True, id="money"),
        pytest.param("How many dollars are paid?", "The fee is $500.", False, id="money asked for"),
        pytest.param("How many boats left?", "Boats must leave within 60 days.", True, id="days"),
        pytest.param("How many days have boats?", "Boats have two weeks.", False, id="days in weeks"),
        pytest.param("How many years was it open?", "It was open from 1988 until 2019.", False, id="years"),
        pytest.param("How many boats left?", "Boats left in 2019.", True, id="a year"),
        pytest.param("How many comments came?", "2000 comments came in.", False, id="like a year"),
        pytest.param("How many times may it be renewed?", "It may be renewed once.", False, id="once"),
        pytest.param("How many boats sank?", "No boat sank.", False, id="none"),
        pytest.param("How many boats sank?", "A handful of boats sank.", False, id="in words"),
        pytest.param(
            "How many boats sank?", "The Ada, the Bea and the Cid sank.", False, id="names in a row"
        ),
        pytest.param("How many boats pay?", "Fishing | 14", False, id="a table"),
        pytest.param(
            "How many boats pay?", "Under Harbour Order 14110 boats pay.", True, id="part of a name"
        ),
        pytest.param("How many boats pay?", "See M-16-21 on boats.", True, id="part of a name, joined"),
        pytest.param("How many boats pay?", "(3) Boats must pay.", True, id="a list's mark"),
        pytest.param("How many boats pay?", "The second boat pays.", True, id="an ordinal"),
        pytest.param("How many boats pay?", "One of the boats pays.", True, id="one of them"),
        pytest.param("How many votes did it get?", "It was passed 32–1.", False, id="votes"),
    ],
)
def test_whether_quotes_lack_the_number_that_was_asked_for(question: str, quote: str, lacks: bool) -> None:
    assert lacks_number(question, ["The harbour is old.", quote]) is lacks


def test_a_number_of_something_else_is_no_answer(tmp_path: Path) -> None:
    town = "# Town\nThe council heard 14 speakers. It sold 20 percent of its boats.\n"
    answer = _ask(tmp_path, "It sold 20 percent of its boats.", "How many boats were sold?", town=town)
    assert answer.status is Status.ABSTAINED
    assert answer.reason.startswith("no quote holds a number that could be the one asked for")
    answer = _ask(tmp_path, "The council heard 14 speakers.", "How many speakers were heard?", town=town)
    assert answer.status is Status.ANSWERED


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Do you think that open models should be banned?", True),
        ("Do you yourself think that they ought to be?", True),
        ("Which is better in your own opinion?", True),
        ("What would you recommend?", True),
        ("Are you in favour of the bill?", True),
        ("What is your honest view of section 230?", True),
        ("What does NIST recommend?", False),
        ("Whose opinion is it that you cannot regulate code?", False),
        ("Do you know what the act says?", False),
        ("What did Ms Lund say in her opinion?", False),
        ("What do you have to do after an incident?", False),
    ],
)
def test_an_opinion_of_the_program_is_told_from_one_of_others(question: str, asks: bool) -> None:
    assert asks_for_opinion(question) is asks


def test_a_program_has_no_opinion_and_shows_what_is_nearest(tmp_path: Path) -> None:
    answer = _ask(
        tmp_path, "Boats should pay.", "Do you think that boats should pay?", fees="Boats pay 14.\n"
    )
    assert answer.status is Status.ABSTAINED
    assert answer.text.startswith("Greenpaper has no opinion.")
    assert answer.hits
    assert answer.claims == ()


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("Within how many days must errors be reported in version 2.0?", {"two.txt"}),
        ("Within how many days must errors be reported in version 1.0?", {"one.txt"}),
        ("Within how many days must errors be reported?", {"one.txt", "two.txt"}),
        ("Within how many days must errors be reported in version 7?", {"one.txt", "two.txt"}),
    ],
)
def test_only_the_version_that_was_asked_for_is_read(
    tmp_path: Path, question: str, documents: set[str]
) -> None:
    says = "Errors must be reported within 5 days."
    answer = _ask(tmp_path, says, question, one=_policy("1.0", 5), two=_policy("2.0", 2))
    names = {"Version 1.0": "one.txt", "Version 2.0": "two.txt"}
    assert {names[text] for hit in answer.hits for text in names if text in hit.passage.text} == documents


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("What must boats carry in the draft?", ["rules-draft.txt"]),
        ("What must boats carry by the final rules?", ["rules.txt"]),
        ("What must boats carry in the draft, and in the final rules?", ["rules-draft.txt", "rules.txt"]),
        ("What must boats carry?", ["rules-draft.txt", "rules.txt"]),
    ],
)
def test_the_draft_or_the_final_version(tmp_path: Path, question: str, documents: list[str]) -> None:
    folder = write(tmp_path / "docs", **{"rules-draft": _policy("1.0", 5), "rules": _policy("2.0", 2)})
    run(tmp_path / "index", folder)
    with Index.open(tmp_path / "index", "lengths-1") as index:
        says = ScriptedGenerator("Boats must carry a light at night.")
        answer = Answerer(index, Retriever(index, LengthEmbedder()), says).ask(question)
        assert sorted({index.document(hit.passage.span.doc_id).name for hit in answer.hits}) == documents


def _memo(whose: str, advice: str) -> str:
    return f"# Memo of the {whose}\nThe memo advises to {advice}.\n"


MEMOS = {"north": _memo("northern office", "wait"), "south": _memo("southern office", "act")}


@pytest.mark.parametrize(
    ("question", "asks_back"),
    [
        ("What does the memo advise?", True),
        ("What does this memorandum advise?", True),
        ("What does the memo of the southern office advise?", False),
        ("What does the memo advise the northern office?", False),
        ("What do the memos advise?", False),
        ("What does the report advise?", False),
    ],
)
def test_where_two_documents_could_be_meant_the_reader_is_asked(
    tmp_path: Path, question: str, asks_back: bool
) -> None:
    answer = _ask(tmp_path, "The memo advises to wait.", question, **MEMOS)
    assert (answer.status is Status.CLARIFY) is asks_back
    if asks_back:
        assert "“Memo of the northern office” (north.txt)" in answer.text
        assert "“Memo of the southern office” (south.txt)" in answer.text
        assert answer.hits
        assert answer.read == 0
        assert not answer.claims


def test_two_versions_of_one_document_are_both_read_instead(tmp_path: Path) -> None:
    one = "# Memo on lamps\nVersion 1.0\nThe memo advises to wait.\n"
    answer = _ask(
        tmp_path,
        "The memo advises to wait.",
        "What does the memo advise?",
        one=one,
        two=one.replace("1.0", "2.0"),
    )
    assert answer.status is not Status.CLARIFY


def test_two_pages_of_one_document_are_both_read_instead(tmp_path: Path) -> None:
    pages = {
        "scope": "# Harbour memo | Scope\nThe memo advises to wait.\n",
        "fees": "# Fees | Harbour memo\nThe memo advises to pay.\n",
    }
    answer = _ask(tmp_path, "The memo advises to wait.", "What does the memo advise?", **pages)
    assert answer.status is not Status.CLARIFY


def test_two_documents_of_one_site_are_told_apart(tmp_path: Path) -> None:
    pages = {
        "north": "# Harbour office | Memo on lights\nThe memo advises to wait.\n",
        "south": "# Harbour office | Memo on fees\nThe memo advises to pay.\n",
    }
    answer = _ask(tmp_path, "The memo advises to wait.", "What does the memo advise?", **pages)
    assert answer.status is Status.CLARIFY


def test_within_a_conversation_the_earlier_turns_say_which(tmp_path: Path) -> None:
    run(tmp_path / "index", write(tmp_path / "docs", **MEMOS))
    with Index.open(tmp_path / "index", "lengths-1") as index:
        answerer = Answerer(
            index, Retriever(index, LengthEmbedder()), ScriptedGenerator("The memo advises to wait.")
        )
        turns = [Turn(question="Who wrote the northern memo?", answer="The northern office.")]
        assert answerer.ask("What does the memo advise?", turns).status is not Status.CLARIFY


def _read(tmp_path: Path, says: str, question: str, others: list[str]) -> tuple[Answer, ScriptedGenerator]:
    """Twelve documents of a sentence each; the model says `says` first, and `others` of further passages."""
    wares = ("oil", "rope", "salt", "wool", "coal", "iron", "hemp", "corn", "fish", "hops", "lead", "clay")
    documents = {f"d{i:02}": f"Harbour dues are paid on {ware}.\n" for i, ware in enumerate(wares)}
    run(tmp_path / "index", write(tmp_path / "docs", **documents))
    with Index.open(tmp_path / "index", "lengths-1") as index:
        model = ScriptedGenerator(says, further=others)
        return Answerer(index, Retriever(index, LengthEmbedder()), model).ask(question), model


DUES = "On which wares are harbour dues paid?"


def test_a_question_for_all_is_read_on_until_nothing_is_new(tmp_path: Path) -> None:
    answer, model = _read(
        tmp_path, "Dues are paid on oil.", DUES, ["Dues are paid on hemp.", "Dues are paid on oil."]
    )
    assert [claim.text for claim in answer.claims] == ["Dues are paid on oil.", "Dues are paid on hemp."]
    assert [len(passages) for passages, _, _ in model.prompts] == [6, 1, 3, 3]
    assert len(answer.hits) == 12
    assert answer.citations[1].quote == "Harbour dues are paid on hemp."
    assert answer.text.endswith("Found in 2 of 12 documents searched.")


def test_reading_on_ends_where_nothing_is_new(tmp_path: Path) -> None:
    answer, model = _read(tmp_path, "Dues are paid on oil.", DUES, ["Dues are paid on oil."])
    assert [len(passages) for passages, _, _ in model.prompts] == [6, 1, 3]
    assert len(answer.claims) == 1
    assert len(answer.hits) == 9


def test_a_question_for_one_thing_is_not_read_on(tmp_path: Path) -> None:
    _, model = _read(tmp_path, "Dues are paid on oil.", "Who pays harbour dues on oil?", [])
    assert [len(passages) for passages, _, _ in model.prompts] == [6, 1]


@pytest.mark.parametrize(
    ("confidence", "readings"), [(0.9, [6, 1]), (0.85, [6, 1]), (0.84, [6, 1, 1, 1]), (0.1, [6, 1, 1, 1])]
)
def test_passages_are_read_alone_until_one_reading_is_sure(
    tmp_path: Path, confidence: float, readings: list[int]
) -> None:
    documents = {f"d{i}": f"Boats of class {i} pay {i} crowns.\n" for i in range(8)}
    run(tmp_path / "index", write(tmp_path / "docs", **documents))
    with Index.open(tmp_path / "index", "lengths-1") as index:
        model = ScriptedGenerator("Boats of class 3 pay 3 crowns.", alone=("3 crowns", confidence))
        Answerer(index, Retriever(index, LengthEmbedder()), model).ask("What do boats of class 3 pay?")
    assert [len(passages) for passages, _, _ in model.prompts] == readings
    alone = [passages[0] for passages, _, _ in model.prompts[1:]]
    assert alone == list(reversed(model.prompts[0][0]))[: len(alone)]

"""What comes back from a plain prompt: markers taken at their word, declining recognised, room kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from eval.cases import Case
from eval.systems.contexts import Context, ContextKind
from eval.systems.declining import declines, status_of
from eval.systems.plain_prompt import ClosedBook, Message, NaivePrompt
from rag.index import Index
from rag.types import Claim, Status, Support, Turn, Usage
from tests.eval.harbour import FEES, MASTER, WASTE
from tests.rag.index_fakes import LengthEmbedder, run, write

FEE = Case(case_id="fee", question="What is the harbour fee a day?", answerable=True, cluster="fees.txt")


class Says:
    """A chat model that says `text`; `heard` are the messages of its last call."""

    name = "says"
    usage = Usage(prompt_tokens=90, output_tokens=3)

    def __init__(self, text: str, room: int = 10_000) -> None:
        self._text = text
        self._room = room
        self.heard: Sequence[Message] = ()

    def fits(self, messages: Sequence[Message], max_tokens: int) -> bool:
        return sum(len(message["content"]) for message in messages) <= self._room

    def say(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        self.heard = messages
        yield from self._text

    def close(self) -> None:
        pass


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    run(tmp_path / "index", write(tmp_path / "docs", fees=FEES, master=MASTER, waste=WASTE))
    with Index.open(tmp_path / "index") as index:
        yield Context(ContextKind.RETRIEVED, index, LengthEmbedder())


def claim(text: str, *markers: int) -> Claim:
    return Claim(text=text, citations=markers, support=Support.UNSCORED)


def test_markers_cite_the_passages_of_their_numbers(context: Context) -> None:
    chat = Says("The fee is 14 crowns [1]. Boats pay nothing [2, 1].")
    answer = NaivePrompt(chat, context).answer(FEE)
    assert answer.status is Status.ANSWERED
    assert answer.claims == (claim("The fee is 14 crowns.", 1), claim("Boats pay nothing.", 2, 1))
    assert [citation.marker for citation in answer.citations] == [1, 2]
    for citation in answer.citations:
        assert citation.span == answer.hits[citation.marker - 1].passage.span
        assert citation.quote == answer.hits[citation.marker - 1].passage.text
    assert answer.text == "The fee is 14 crowns [1]. Boats pay nothing [2, 1]."
    assert (answer.model, answer.usage) == ("says", chat.usage)


def test_the_prompt_has_the_passages_best_first_and_the_earlier_turns(context: Context) -> None:
    chat = Says("Yes.")
    case = Case(
        case_id="c",
        question="And the fee a day?",
        answerable=True,
        cluster="c",
        turns=(Turn(question="Is there a harbour?", answer="There is."),),
    )
    answer = NaivePrompt(chat, context).answer(case)
    assert [message["role"] for message in chat.heard] == ["system", "user", "assistant", "user"]
    assert chat.heard[1]["content"] == "Is there a harbour?"
    asked = chat.heard[-1]["content"]
    places = [asked.index(hit.passage.text) for hit in answer.hits]
    assert places == sorted(places)
    assert asked.startswith("Documents:\n\n[1] ")
    assert asked.endswith("Question: And the fee a day?")
    assert answer.query == "Is there a harbour? And the fee a day?"


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("It is 14. [1] Boats are free.[2]\n", [("It is 14.", (1,)), ("Boats are free.", (2,))]),
        ('He said "14 crowns." [3]', [('He said "14 crowns."', (3,))]),
        ("- One [1]\n- Two. [9]", [("One", (1,)), ("Two.", (9,))]),
        ("It is 14 [1][1] [1].", [("It is 14.", (1,))]),
        ("See [2](http://harbour) now.", [("See [2](http://harbour) now.", ())]),
        ("[1]", []),
        ("No [2].", [("No.", (2,))]),
        ("The fee is 1.5 crowns.", [("The fee is 1.5 crowns.", ())]),
    ],
)
def test_sentences_keep_the_markers_behind_them(
    context: Context, text: str, claims: list[tuple[str, tuple[int, ...]]]
) -> None:
    answer = NaivePrompt(Says(text), context).answer(FEE)
    assert [(made.text, made.citations) for made in answer.claims] == claims
    assert {citation.marker for citation in answer.citations} <= {1, 2, 3}


def test_passages_that_do_not_fit_are_left_out_from_the_last(context: Context) -> None:
    chat = Says("Yes.")
    whole = NaivePrompt(chat, context).answer(FEE)
    assert len(whole.hits) == 3
    length = sum(len(message["content"]) for message in chat.heard)
    assert NaivePrompt(Says("Yes.", room=length), context).answer(FEE).hits == whole.hits
    tight = NaivePrompt(Says("Yes.", room=length - 1), context).answer(FEE)
    assert tight.hits == whole.hits[:2]
    assert tight.dropped == 1


def test_without_passages_the_question_stands_alone(context: Context) -> None:
    closed = Context(ContextKind.CLOSED_BOOK, context.index, LengthEmbedder())
    naive, book = Says("It is 14 [1]."), Says("It is 14 [1].")
    first = NaivePrompt(naive, closed).answer(FEE)
    second = ClosedBook(book).answer(FEE)
    assert naive.heard == book.heard
    assert book.heard[-1] == {"role": "user", "content": FEE.question}
    assert first.citations == second.citations == ()
    assert second.claims == (
        claim(
            "It is 14.",
        ),
    )


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Not in the documents.", Status.ABSTAINED),
        ("The answer is not stated in the provided documents.", Status.ABSTAINED),
        ("I do not know.", Status.ABSTAINED),
        ("I don’t know. Perhaps 14 crowns.", Status.ABSTAINED),
        ("The passages do not explicitly mention a fee [1].", Status.ABSTAINED),
        ("There is no specific information about fees.", Status.ABSTAINED),
        ("This cannot be determined.", Status.ABSTAINED),
        ("", Status.ABSTAINED),
        (" \n", Status.ABSTAINED),
        ("The fee is 14 crowns [1]. The date is not in the documents.", Status.PARTIAL),
        ("The fee is 14 crowns.", Status.ANSWERED),
        ("The Act does not state a limit.", Status.ANSWERED),
        ("Boats that are not in the harbour pay nothing.", Status.ANSWERED),
        ("The council says that it cannot answer for losses.", Status.ANSWERED),
        ("No.", Status.ANSWERED),
    ],
)
def test_declining_is_recognised(text: str, status: Status) -> None:
    assert status_of(text)[0] is status


def test_declining_is_read_across_lines_and_signs() -> None:
    assert declines("The  documents\ndon’t say.")
    assert not declines("The documents say so.")


def test_a_declined_question_has_no_claims_but_its_text(context: Context) -> None:
    answer = NaivePrompt(Says("Not in the documents [1]."), context).answer(FEE)
    assert answer.status is Status.ABSTAINED
    assert (answer.claims, answer.citations) == ((), ())
    assert answer.text == "Not in the documents [1]."
    assert answer.reason

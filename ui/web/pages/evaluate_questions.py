"""The two sheets of the Evaluate page: on one, questions are written, on the other, evidence is confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr

from eval.authoring.candidates import Candidate
from eval.typed_suite import Proposal, Settled, Typed
from ui.web.components import Update, html
from ui.web.show.evaluation import choice, proposal
from ui.web.texts import Words

MOST = 10
"""Questions of one evaluation; more come from a table, with `greenpaper eval new`."""
_FIRST = 5
_NONE = -1
"""The choice of no sentence."""


class Writing:
    """Lines for questions, their answers and documents, and the models to be asked."""

    def __init__(self, words: Words) -> None:
        with gr.Column(elem_id="gp-ev-write", min_width=0) as self.column:
            self.name = gr.Textbox(
                label=words("evaluate.name"), placeholder=words("evaluate.name_default"), max_length=80
            )
            lines = [self._line(words, number) for number in range(1, MOST + 1)]
            self.more = gr.Button(words("evaluate.more"), elem_id="gp-ev-more", size="sm", scale=0)
            self.models = gr.CheckboxGroup(
                [], label=words("evaluate.models"), info=words("evaluate.models_info"), elem_id="gp-ev-models"
            )
            self.look = gr.Button(words("evaluate.look"), variant="primary", elem_id="gp-ev-look")
        self.hidden = [row for row, _ in lines[_FIRST:]]
        self.fields = [field for _, fields in lines for field in fields]

    def _line(self, words: Words, number: int) -> tuple[gr.Row, tuple[gr.Textbox, ...]]:
        with gr.Row(elem_classes="gp-ev-line", visible=number <= _FIRST) as row:
            question = gr.Textbox(label=words("evaluate.question", number=number), scale=5, max_length=2000)
            answer = gr.Textbox(
                label=words("evaluate.answer"),
                placeholder=words("evaluate.answer_hint"),
                scale=3,
                max_length=2000,
            )
            document = gr.Textbox(
                label=words("evaluate.document"),
                placeholder=words("evaluate.document_hint"),
                scale=2,
                max_length=300,
            )
        return row, (question, answer, document)

    def show_more(self) -> list[Any]:
        """All lines."""
        return [gr.update(visible=True) for _ in self.hidden]

    def typed(self, fields: Sequence[str]) -> tuple[Typed, ...]:
        """What stands in the lines."""
        texts = [field or "" for field in fields]
        return tuple(
            Typed(question=texts[at], answer=texts[at + 1], document=texts[at + 2])
            for at in range(0, len(texts), 3)
        )


class Confirming:
    """For each question the sentences that may be its evidence, and the words that make an answer right."""

    def __init__(self, words: Words) -> None:
        self.words = words
        with gr.Column(elem_id="gp-ev-confirm", min_width=0, visible=False) as self.column:
            html(f'<p class="gp-lead">{words("evaluate.confirm")}</p>')
            self._slots = [self._slot() for _ in range(MOST)]
            with gr.Row(elem_classes="gp-ev-buttons"):
                self.run = gr.Button(words("evaluate.run"), variant="primary", elem_id="gp-ev-run")
                self.back = gr.Button(words("evaluate.back"), elem_id="gp-ev-back")
        self.parts = [part for slot in self._slots for part in slot]
        self.answers = [part for _, _, radio, accepted in self._slots for part in (radio, accepted)]

    def _slot(self) -> tuple[gr.Column, gr.HTML, gr.Radio, gr.Textbox]:
        with gr.Column(elem_classes="gp-ev-slot", min_width=0, visible=False) as column:
            head = html()
            radio = gr.Radio([], label=self.words("evaluate.evidence"), elem_classes="gp-ev-evidence")
            accepted = gr.Textbox(label=self.words("evaluate.accepted"), max_length=2000)
        return column, head, radio, accepted

    def filled(self, drafts: Sequence[Proposal]) -> Update:
        """The slots with the proposals, the others hidden."""
        update: Update = {}
        for number, (column, head, radio, accepted) in enumerate(self._slots, start=1):
            draft = drafts[number - 1] if number <= len(drafts) else None
            update[column] = gr.update(visible=draft is not None)
            if draft is not None:
                asked, first = bool(draft.row.answers), 0 if draft.candidates else _NONE
                update[head] = proposal(self.words, number, draft)
                update[radio] = gr.update(choices=list(self._choices(draft)), value=first, visible=asked)
                update[accepted] = gr.update(value=" | ".join(draft.accepted), visible=asked)
        return update

    def _choices(self, draft: Proposal) -> Iterator[tuple[str, int]]:
        for number, candidate in enumerate(draft.candidates):
            yield choice(self.words, candidate), number
        yield self.words("evaluate.none"), _NONE

    def settled(self, drafts: Sequence[Proposal], answers: Sequence[Any]) -> tuple[Settled, ...]:
        """What was confirmed; `answers` are the values of this sheet's `answers`."""
        values = zip(drafts, answers[::2], answers[1::2], strict=False)  # the slots behind them are empty
        return tuple(
            Settled(row=draft.row, evidence=_chosen(draft, number), accepted=accepted or "")
            for draft, number, accepted in values
        )


def _chosen(draft: Proposal, number: object) -> Candidate | None:
    """The sentence of that number; None for any other value."""
    if isinstance(number, int) and 0 <= number < len(draft.candidates):
        return draft.candidates[number]
    return None

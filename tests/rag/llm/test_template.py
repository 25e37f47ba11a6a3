"""Chat templates around texts: hostile ones first."""

from __future__ import annotations

import pytest

from rag.errors import ModelError
from rag.llm.template import ChatFrame, chat_frame

LOOP = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
REFUSES = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}"
DROPS = "{% set messages = messages | rejectattr('role', 'equalto', 'system') | list %}"


@pytest.mark.parametrize(
    ("template", "found"),
    [
        pytest.param("{{ ''.__class__.__mro__[1].__subclasses__() }}", "rendered", id="reaches for classes"),
        pytest.param(
            "{{ messages.append(1) }}{{ messages[0]['content'] }}", "rendered", id="changes its input"
        ),
        pytest.param("{% for m in messages %}", "rendered", id="does not parse"),
        pytest.param("{{ raise_exception('no') }}", "rendered", id="always refuses"),
        pytest.param("{{ strftime_now('%Y') }}{{ messages[0]['content'] }}", "rendered", id="wants the date"),
        pytest.param("You are a model.", "loses", id="drops everything"),
        pytest.param("{{ messages[0]['role'] }}", "loses", id="drops the texts"),
    ],
)
def test_a_template_that_cannot_be_used_is_an_explained_error(template: str, found: str) -> None:
    with pytest.raises(ModelError, match=found):
        chat_frame(template, bos="", eos="")


def test_what_stands_around_the_texts() -> None:
    frame = chat_frame("{{ bos_token }}" + LOOP, bos="<s>", eos="</s>")
    assert frame == ChatFrame(
        before="<s><|system|>", between="<|end|>\n<|user|>", after="<|end|>\n<|assistant|>"
    )


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(REFUSES + LOOP, id="refuses"),
        pytest.param(DROPS + LOOP, id="drops"),
    ],
)
def test_without_a_system_message_the_instructions_head_the_users_text(template: str) -> None:
    assert chat_frame(template, bos="", eos="") == ChatFrame(
        before="<|user|>", between="\n\n", after="<|end|>\n<|assistant|>"
    )


def test_a_base_model_without_a_template_gets_plain_text() -> None:
    assert chat_frame(None, bos="<s>", eos="</s>") == ChatFrame(before="", between="\n\n", after="\n")

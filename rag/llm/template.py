"""A model's own chat template, rendered around texts that must never be read as template or control tokens.

The template is code that comes with the model file, so it runs in Jinja's sandbox. It is rendered around
placeholders; only what stands outside them is tokenised with control tokens, the texts that take the
placeholders' places (instructions, passages, the question) are tokenised apart, without.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from rag.errors import ModelError

_SYSTEM, _USER = "\x01system\x01", "\x01user\x01"
# What to use for a base model that brings no template: plain text that any model can follow.
_PLAIN = "{{ messages[0]['content'] }}\n\n{{ messages[1]['content'] }}\n\n"  # Jinja drops the last line break


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFrame:
    """The template's own text: before the system text, between it and the user's text, and after that."""

    before: str
    between: str
    after: str


def chat_frame(template: str | None, *, bos: str, eos: str) -> ChatFrame:
    """Render `template` (a GGUF's `tokenizer.chat_template`) for one system and one user message.

    Templates that refuse or drop a system message get the instructions at the head of the user's text.
    Raises ModelError for a template that fails or loses the user's text.
    """
    try:
        frame = _split(_render(template or _PLAIN, bos, eos, [("system", _SYSTEM), ("user", _USER)]))
        if frame:
            return frame
    except TemplateError:
        pass
    try:
        frame = _split(_render(template or _PLAIN, bos, eos, [("user", f"{_SYSTEM}\n\n{_USER}")]))
    except TemplateError as error:
        raise ModelError(
            f"The model's chat template cannot be rendered ({error}). Choose another model."
        ) from None
    if not frame:
        raise ModelError("The model's chat template loses the user's message. Choose another model.")
    return frame


def _render(template: str, bos: str, eos: str, messages: list[tuple[str, str]]) -> str:
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, autoescape=False)
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = _refuse  # a prompt that holds the date could never be cached
    context: dict[str, Any] = {"bos_token": bos, "eos_token": eos, "add_generation_prompt": True}
    context |= {"tools": None, "documents": None}
    context["messages"] = [{"role": role, "content": content} for role, content in messages]
    return environment.from_string(template).render(context)


def _refuse(message: str = "the template asked for something a prompt must not hold") -> str:
    raise TemplateError(message)


def _split(rendered: str) -> ChatFrame | None:
    if rendered.count(_SYSTEM) != 1 or rendered.count(_USER) != 1:
        return None
    before, rest = rendered.split(_SYSTEM)
    if _USER not in rest:
        return None
    between, after = rest.split(_USER)
    return ChatFrame(before=before, between=between, after=after)

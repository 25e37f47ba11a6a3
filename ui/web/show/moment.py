"""What stands on the empty page, and what is going on while a question is answered."""

from __future__ import annotations

from rag.types import Stage
from ui.web.escape import plain
from ui.web.show.phrases import going_on
from ui.web.texts import Words


def start(sentence: str, *, failed: bool = False) -> str:
    """What stands on the empty page."""
    role = ' role="alert" class="gp-error"' if failed else ' class="gp-start-title"'
    return f"<p{role}>{plain(sentence)}</p>"


def stage_line(words: Words, event: Stage | None, *, number: int = 0) -> str:
    """The stage line; the browser counts the seconds since `number` changed.

    The live region is always there, so that screen readers announce what changes in it; the seconds are not
    in it, nor is the number of the passage.
    """
    text, progress = "", ""
    if event is not None:
        text = plain(going_on(words, event))
        progress = _progress(words, event, text) if event.total else ""
    return (
        f'<div class="gp-stage" data-stage="{number if event else 0}">'
        f'<span role="status"{" class=gp-hidden" if progress else ""}>{text}</span>{progress}'
        '<span class="gp-seconds" aria-hidden="true"></span></div>'
    )


def _progress(words: Words, event: Stage, text: str) -> str:
    current = words.number(min(event.done + 1, event.total))
    shown = words("stage.reading", number=current, total=words.number(event.total))
    value = min(event.done, event.total)
    return (
        f'<span aria-hidden="true">{shown}</span>'
        f'<progress max="{event.total}" value="{value}" aria-label="{text}"></progress>'
    )

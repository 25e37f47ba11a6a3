"""Phrases that several places show: words put together with what was counted or found."""

from __future__ import annotations

from rag.errors import GreenpaperError
from rag.types import OCR_VERBATIM, Stage
from rag.warming import Warmth
from ui.web.texts import Words


def read_ahead(words: Words, warmth: Warmth) -> str:
    """How much the model has read ahead, in a few words; "" where there is nothing to tell."""
    if not warmth.total:
        return ""
    done, passages = words.number(warmth.done), words.count("passage", warmth.total)
    return words(f"ahead.{warmth.state.value}", done=done, passages=passages)


def searched(words: Words, documents: int, passages: int) -> str:
    """What an answer rests on, said under every one."""
    read = words.count("passage", passages)
    return words("ask.searched", documents=words.count("document", documents), passages=read)


def going_on(words: Words, stage: Stage) -> str:
    """What is going on, in a few words."""
    return words(f"stage.{stage.name}", passages=words.count("passage", stage.total))


def dropped(words: Words, passages: int) -> str:
    """Passages that were found and not read."""
    left = words.count("passage_left", passages)
    return words("ask.dropped_one" if passages == 1 else "ask.dropped", passages=left)


def place(words: Words, page: int | None, label: str | None) -> str:
    """A page for the reader; its printed label only where it differs."""
    if page is None:
        return ""
    if label and label != str(page):
        return words("place.page_label", page=page, label=label)
    return words("place.page", page=page)


def recognised(words: Words, ocr: float | None) -> str:
    """That words were recognised in a picture, and how surely; "" where they are the file's own."""
    if ocr is None:
        return ""
    key = "place.recognised" if ocr >= OCR_VERBATIM else "place.recognised_badly"
    return words(key, sure=round(ocr * 100))


def told(words: Words, error: Exception, otherwise: str = "ask.failed") -> str:
    """What the reader is told of an error: its own message where it can be mended, else `otherwise`."""
    return str(error) if isinstance(error, GreenpaperError) else words(otherwise)

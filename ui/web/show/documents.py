"""The documents beside the conversation: a folded list."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import DocumentInfo
from ui.web.escape import plain
from ui.web.texts import Words


def documents(words: Words, infos: Sequence[DocumentInfo]) -> str:
    """The list of ingested documents, folded."""
    rows = "".join(
        f'<li dir="auto"><span class="gp-doc">{plain(info.title or info.name)}</span>'
        f'<span class="gp-file">{plain(info.name)}</span>'
        f'<span class="gp-where">{_extent(words, info)}</span></li>'
        for info in infos
    )
    title, number = words("proof.documents"), words.number(len(infos))
    heading = f"<summary>{title} <small>{number}</small></summary>"
    return f'<details class="gp-docs">{heading}<ul>{rows}</ul></details>'


def _extent(words: Words, info: DocumentInfo) -> str:
    passages = words.count("passage", info.passages)
    return f"{words.count('page', info.pages)} · {passages}" if info.pages else passages

"""Which documents are asked, in one line."""

from __future__ import annotations

from collections.abc import Collection

from ui.web.texts import Words, address


def choice(words: Words, scope: Collection[str] | None, documents: int, *, page: str) -> str:
    """All of them, or how many of how many, with a button that undoes the choice; "" where there are none."""
    if not documents:
        return ""
    every = words.count("document", documents)
    there = address(words.language, "documents")
    link = "" if page == "documents" else f' <a href="{there}">{words("choice.change")}</a>'
    if scope is None:
        hint = f" {words('documents.hint')}" if page == "documents" else ""
        said = words("choice.all", documents=every)
        return f'<p class="gp-choice"><span role="status">{said}</span>{hint}{link}</p>'
    some = words("choice.some", number=words.number(len(scope)), documents=every)
    undo = f'<button type="button" class="gp-small" data-act="all">{words("choice.undo")}</button>'
    return f'<p class="gp-choice gp-chosen"><span role="status">{some}</span>{link} {undo}</p>'

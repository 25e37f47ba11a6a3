"""The place to which files are dropped, with the other ways to add documents."""

from __future__ import annotations

from collections.abc import Collection

from ui.web.texts import Words


def drop(words: Words, kinds: Collection[str], limit: int, *, ocr: bool) -> str:
    """The place; `kinds` are the endings that are read, `limit` the bytes of one file.

    `ocr` says whether pages that are pictures can be read here.
    """
    hint = words("documents.ocr_hint" if ocr else "documents.ocr_missing")
    names = ", ".join(sorted(kind[1:].upper() for kind in kinds))
    about = words("documents.kinds", kinds=names, size=limit // 10**6)
    accepted = f"multiple accept={','.join(sorted(kinds))}"
    return (
        f'<div class="gp-drop" data-kinds="{" ".join(sorted(kinds))}" data-limit="{limit}" '
        f'data-copying="{words("documents.copying")}" data-failed="{words("documents.not_copied")}">'
        f'<p class="gp-drop-what">{words("documents.drop")}</p><div class="gp-buttons">'
        f"{_choose('files', words('documents.choose_files'), accepted)}"
        f"{_choose('folder', words('documents.choose_folder'), 'webkitdirectory')}</div>"
        f'<p class="gp-quiet">{about}</p><p class="gp-drop-status" role="status"></p>'
        f'<label class="gp-check"><input type="checkbox" name="ocr"{"" if ocr else " disabled"}>'
        f'{words("documents.ocr")} <span class="gp-quiet">{hint}</span></label>{_by_path(words)}</div>'
    )


def _choose(what: str, label: str, kind: str) -> str:
    """A button, and the file control that it opens: a browser's own cannot be put into another language."""
    return (
        f'<button type="button" class="gp-main-button" data-choose="{what}">{label}</button>'
        f'<input type="file" data-for="{what}" {kind} hidden aria-label="{label}">'
    )


def _by_path(words: Words) -> str:
    return (
        f'<details><summary>{words("documents.by_path")}</summary><form class="gp-path">'
        f'<label>{words("documents.path")}<input name="path" autocomplete="off" spellcheck="false"></label>'
        f'<button type="submit" class="gp-small">{words("documents.read_path")}</button>'
        f'<p class="gp-quiet">{words("documents.path_hint")}</p></form></details>'
    )

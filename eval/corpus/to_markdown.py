"""Writes a document as plain Markdown, the way people publish it: a title, the text, the notes."""

from __future__ import annotations

from collections.abc import Iterator

from eval.corpus.model import (
    Block,
    Heading,
    ListItem,
    Paragraph,
    ParagraphKind,
    Run,
    Runs,
    Source,
    Table,
    imprint,
    plain,
)


def to_markdown(source: Source) -> bytes:
    """UTF-8 Markdown, one line a paragraph, footnotes as `[^1]` at the end."""
    head = [f"# {source.title}"]
    head += [f"*{source.subtitle}*"] if source.subtitle else []
    head += imprint(source)
    body = "\n\n".join([*head, *_blocks(source)])
    notes = "\n\n".join(f"[^{number}]: {_runs(runs)}" for number, runs in enumerate(source.notes, start=1))
    return f"{_joined_lists(body)}\n\n{notes}\n".encode()


def _joined_lists(text: str) -> str:
    """List items stand on lines of their own without blank lines between them."""
    return text.replace("\n\n\0", "\n").replace("\0", "")


def _blocks(source: Source) -> Iterator[str]:
    before: Block | None = None
    for block in source.blocks:
        match block:
            case Heading():
                yield f"{'#' * (block.level + 1)} {_runs(block.runs)}"
            case Paragraph(kind=ParagraphKind.QUOTE):
                yield f"> {_runs(block.runs)}"
            case Paragraph():
                yield _runs(block.runs)
            case ListItem():
                mark = "-" if block.number is None else f"{block.number}."
                glue = "\0" if isinstance(before, ListItem) else ""
                yield f"{glue}{'   ' * block.depth}{mark} {_runs(block.runs)}"
            case Table():
                rows = [block.head, tuple((Run(text="---"),) for _ in block.head), *block.rows]
                yield "\n".join("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows)
            case _:
                raise ValueError(f"{source.file}: Markdown has no {block!r}")
        before = block


def _cell(runs: Runs) -> str:
    if "|" in plain(runs):
        raise ValueError(f"a table cell holds a bar: {plain(runs)!r}")
    return _runs(runs)


def _runs(runs: Runs) -> str:
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    if run.note is not None:
        return f"[^{run.note}]"
    text = f"*{run.text}*" if run.italic else run.text
    text = f"**{text}**" if run.bold else text
    return f"[{text}]({run.href})" if run.href else text

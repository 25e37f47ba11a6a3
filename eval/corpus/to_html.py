"""Writes a document as one semantic HTML page: an article, footnotes as DPUB-ARIA endnotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from eval.corpus.model import Heading, ListItem, Paragraph, ParagraphKind, Run, Runs, Source, Table, imprint

_STYLE = """
body { max-width: 44rem; margin: 3rem auto; padding: 0 1rem; font: 1.05rem/1.6 Georgia, serif }
h1, h2, h3, th, caption { font-family: system-ui, sans-serif; line-height: 1.25 }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; font-size: .92rem }
caption { text-align: left; font-weight: 600; padding-bottom: .4rem }
th, td { border: 1px solid #c8c8c8; padding: .4rem .55rem; text-align: left; vertical-align: top }
.imprint { color: #555; font-size: .92rem }
blockquote { margin: 1rem 2rem; color: #333 }
[role=doc-endnotes] { border-top: 1px solid #c8c8c8; margin-top: 3rem; font-size: .88rem }
"""
_NOTES_TITLE = {"en": "Notes and sources", "de": "Anmerkungen und Quellen", "fr": "Notes et sources"}


def to_html(source: Source) -> bytes:
    """The page as UTF-8. Figures are not supported: a chart belongs in a PDF."""
    body = "\n".join(_blocks(source))
    lines = "".join(f'<p class="imprint">{escape(line)}</p>\n' for line in imprint(source))
    subtitle = f"<p><em>{escape(source.subtitle)}</em></p>\n" if source.subtitle else ""
    notes = "\n".join(_note(number, runs) for number, runs in enumerate(source.notes, start=1))
    title = escape(source.title)
    return f"""<!DOCTYPE html>
<html lang="{source.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta name="dcterms.date" content="{source.day.isoformat()}">
<meta name="dcterms.hasVersion" content="{source.version}">
<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">
<style>{_STYLE}</style>
</head>
<body>
<article>
<header>
<h1>{title}</h1>
{subtitle}{lines}</header>
{body}
<section role="doc-endnotes">
<h2>{_NOTES_TITLE[source.language]}</h2>
<ol>
{notes}
</ol>
</section>
</article>
</body>
</html>
""".encode()


def _blocks(source: Source) -> Iterator[str]:
    marked: set[int] = set()
    caption = ""
    for is_list, group in groupby(source.blocks, key=lambda block: isinstance(block, ListItem)):
        if is_list:
            yield _list([block for block in group if isinstance(block, ListItem)], marked)
            continue
        for block in group:
            match block:
                case Heading():
                    level = block.level + 1
                    yield f"<h{level}>{_runs(block.runs, marked)}</h{level}>"
                case Paragraph(kind=ParagraphKind.CAPTION):
                    caption = f"<caption>{_runs(block.runs, marked)}</caption>\n"
                case Paragraph(kind=ParagraphKind.QUOTE):
                    yield f"<blockquote><p>{_runs(block.runs, marked)}</p></blockquote>"
                case Paragraph():
                    yield f"<p>{_runs(block.runs, marked)}</p>"
                case Table():
                    yield _table(block, caption, marked)
                    caption = ""
                case _:
                    raise ValueError(f"{source.file}: HTML has no {block!r}")


def _list(items: Sequence[ListItem], marked: set[int]) -> str:
    """Nested lists from flat items: a deeper list opens inside the item before it."""
    out: list[str] = []
    open_tags: list[str] = []
    for item in items:
        while len(open_tags) > item.depth + 1:
            out.append(f"</li></{open_tags.pop()}>")
        if len(open_tags) == item.depth + 1:
            out.append("</li>")
        else:
            open_tags.append("ul" if item.number is None else "ol")
            start = f' start="{item.number}"' if item.number not in (None, 1) else ""
            out.append(f"<{open_tags[-1]}{start}>")
        out.append(f"<li>{_runs(item.runs, marked)}")
    out.extend(f"</li></{tag}>" for tag in reversed(open_tags))
    return "\n".join(out)


def _table(table: Table, caption: str, marked: set[int]) -> str:
    head = "".join(f'<th scope="col">{_runs(cell, marked)}</th>' for cell in table.head)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{_runs(cell, marked)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    return f"<table>\n{caption}<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _runs(runs: Runs, marked: set[int]) -> str:
    return "".join(_run(run, marked) for run in runs)


def _run(run: Run, marked: set[int]) -> str:
    if run.note is not None:
        ident = "" if run.note in marked else f' id="ref{run.note}"'
        marked.add(run.note)
        return f'<sup><a{ident} href="#note{run.note}" role="doc-noteref">{run.note}</a></sup>'
    text = escape(run.text, quote=False)
    text = f"<em>{text}</em>" if run.italic else text
    text = f"<strong>{text}</strong>" if run.bold else text
    return f'<a href="{escape(run.href)}">{text}</a>' if run.href else text


def _note(number: int, runs: Runs) -> str:
    back = f'<a href="#ref{number}" role="doc-backlink">↩</a>'
    return f'<li id="note{number}">{_runs(runs, set())} {back}</li>'

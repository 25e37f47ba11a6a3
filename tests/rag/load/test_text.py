"""Plain text and Markdown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.errors import DocumentError

PROSE = "The board of the agency shall publish a yearly report on models, and send it to the committee."


def test_text_keeps_going_past_nul_bytes_and_controls(read: Callable) -> None:
    assert read(b"One\x00 line.\n\n\x0cTwo \x1b lines.").texts == ["One line.", "Two lines."]


@pytest.mark.parametrize("content", [b"   \n\n \t", "\u200b\u200b".encode(), b"\x00\x00\x01"])
def test_text_without_text_is_refused(read: Callable, content: bytes) -> None:
    with pytest.raises(DocumentError, match="has no text to read"):
        read(content)


def test_hard_wrapped_lines_are_joined(read: Callable) -> None:
    page = read(
        "A PLAIN TITLE\n\nThis paragraph was wrapped by hand at some forty\ncharacters, and holds a hyphen-\n"
        "ated word.\n\n1. Scope\n\nIntroduction to a list that follows here:\n- first item of the list that\n"
        "  is wrapped too\n- second item\n\nHeading\n=======\n\nLast words of it."
    )
    assert page.blocks == [
        ("heading", "A PLAIN TITLE"),
        (
            "paragraph",
            "This paragraph was wrapped by hand at some forty characters, and holds a hyphenated word.",
        ),
        ("heading", "1. Scope"),
        ("paragraph", "Introduction to a list that follows here:"),
        ("list_item", "- first item of the list that is wrapped too"),
        ("list_item", "- second item"),
        ("heading", "Heading"),
        ("paragraph", "Last words of it."),
    ]


def test_a_file_with_a_paragraph_a_line(read: Callable) -> None:
    page = read(f"Banning models would be a mistake\n{PROSE} {PROSE}\nShare\n{PROSE} {PROSE} {PROSE}\n")
    assert [kind for kind, _ in page.blocks] == ["heading", "paragraph", "paragraph", "paragraph"]
    assert page.loaded.document.title == "Banning models would be a mistake"


INTERRUPTED = """# A primer

## Introduction

Developers could replicate and build novel

1 The author is a student.

applications from it.<sup>2</sup> The law<sup>1</sup> of \\$30 billion applies by

<sup>2</sup> Brown, "A title," 2023. 3 Sung, "Another," 2023.

- 4 Widder, "Open."

users. More<sup>3</sup> follows.<sup>4</sup>

- → A real list item.
"""


@pytest.mark.parametrize("name", ["seed.txt", "seed.md"])
def test_a_paragraph_that_footnotes_interrupt_is_whole(read: Callable, name: str) -> None:
    page = read(INTERRUPTED, name)
    assert page.blocks == [
        ("heading", "A primer"),
        ("heading", "Introduction"),
        (
            "paragraph",
            "Developers could replicate and build novel applications from it.² The law¹ of $30 billion"
            " applies by users. More³ follows.⁴",
        ),
        ("footnote", "¹ The author is a student."),
        ("footnote", '² Brown, "A title," 2023.'),
        ("footnote", '³ Sung, "Another," 2023.'),
        ("footnote", '⁴ Widder, "Open."'),
        ("list_item", "→ A real list item."),
    ]


def test_numbered_paragraphs_that_nothing_refers_to_are_no_footnotes(read: Callable) -> None:
    page = read("12 months after the law enters into force, it applies.\n\n34 states have such a law.\n")
    assert [kind for kind, _ in page.blocks] == ["paragraph", "paragraph"]


def test_front_matter_and_notes_of_markdown(read: Callable) -> None:
    page = read(
        "---\ntitle: A policy\ndate: 2024-02-03\nversion: '1.10'\n---\n# Head\n\nText[^a] and code:[^1]\n\n"
        "```\n[^1]: not a note\n```\n{: .box}\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n"
        "[^1]: The note,\n    which goes on.\n\n[^a]: Second.\n\nAfter.\n",
        "policy.md",
    )
    document = page.loaded.document
    assert (document.title, document.date, document.version) == ("A policy", "2024-02-03", "1.10")
    assert page.blocks == [
        ("heading", "Head"),
        ("paragraph", "Text[a] and code:¹"),
        ("paragraph", "[^1]: not a note"),
        ("table_row", "A | B"),
        ("table_row", "1 | 2"),
        ("footnote", "¹ The note, which goes on."),
        ("footnote", "[a] Second."),
        ("paragraph", "After."),
    ]


def test_a_document_inside_the_front_matter_is_read(read: Callable) -> None:
    field = "\n".join(f"  ## Part {n}\n\n  {PROSE}\n" for n in range(6))
    page = read(f"---\nresource_name: Guidance\ndetails: |\n{field}\nlayout: page\n---\n", "guidance.md")
    assert page.loaded.document.title == "Guidance"
    assert page.texts.count(PROSE) == 6


@pytest.mark.parametrize(
    "front",
    [
        pytest.param("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", id="aliases"),
        pytest.param("!!python/object/apply:os.system ['exit 3']", id="code"),
        pytest.param("a: [unclosed\n- ]: x\n: : :\n\tb: |", id="broken"),
        pytest.param("[" * 2_000, id="deep"),
    ],
)
def test_hostile_front_matter_costs_nothing(read: Callable, front: str) -> None:
    assert read(f"---\n{front}\n---\n\nThe body stays.\n", "policy.md").texts[-1] == "The body stays."


def test_markdown_nested_beyond_the_parser_is_kept(read: Callable) -> None:
    page = read(">" * 5_000 + f" {PROSE}\n", "deep.md")
    assert page.texts == [PROSE]

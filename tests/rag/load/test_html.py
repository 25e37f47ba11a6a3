"""Web pages: the content is kept, what surrounds or hides it is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize("depth", [50, 5_000])
def test_deep_nesting_loses_no_text(read: Callable, depth: int) -> None:
    page = "<div>" * depth + "<p>Deep text stands here.</p>" + "</div>" * depth + "<p>Last words.</p>"
    assert read(page, "page.html").texts == ["Deep text stands here.", "Last words."]


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">SECRET</p>',
        '<p style="color:red; visibility : hidden">SECRET</p>',
        '<p style="font-size:0">SECRET</p>',
        '<p style="opacity:0;">SECRET</p>',
        "<p hidden>SECRET</p>",
        "<!-- SECRET -->",
        "<script>SECRET</script><style>SECRET</style><template>SECRET</template>",
        "<noscript>SECRET</noscript><svg><text>SECRET</text></svg>",
    ],
)
def test_what_is_not_shown_is_not_read(read: Callable, hidden: str) -> None:
    page = read(f"<body><p>Shown before.</p>{hidden}<p>Shown after.</p></body>", "page.html")
    assert page.texts == ["Shown before.", "Shown after."]


def test_hidden_text_is_reported(read: Callable) -> None:
    page = read("<p>Shown.</p><p hidden>0123456789</p>", "page.html")
    assert page.loaded.findings == ("10 characters of hidden text were left out",)


def test_boilerplate_goes_and_the_titles_of_the_content_stay(read: Callable) -> None:
    page = read(
        """<html><head><title>A rule</title><meta name="dcterms.issued" content="2024-05-01T10:00"></head>
        <body>        <div class="cookie-banner">Accept cookies</div><header>Site name</header><nav>Home</nav>
        <main><header><h1>A rule on models</h1></header><p>Content.</p><aside>Related</aside>
        <form>Search</form></main><footer>Imprint</footer></body></html>""",
        "page.html",
    )
    assert page.blocks == [("heading", "A rule on models"), ("paragraph", "Content.")]
    assert (page.loaded.document.title, page.loaded.document.date) == ("A rule", "2024-05-01")


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("<form><p>{text}</p></form>", id="page-in-a-form"),
        pytest.param("<main></main><div><p>{text}</p></div>", id="empty-main"),
        pytest.param("<main><p>Hi</p></main><div><p>{text}</p></div>", id="tiny-main"),
        pytest.param("<header><p>{text}</p></header>", id="all-in-header"),
        pytest.param("{text}", id="bare-text"),
        pytest.param("<p>{text}", id="unclosed"),
    ],
)
def test_the_content_is_found_where_the_markup_misleads(read: Callable, page: str) -> None:
    text = "The agency shall publish the weights. " * 5
    assert text.strip() in read(page.format(text=text), "page.html").texts


def test_structure(read: Callable) -> None:
    page = read(
        """<h1>One</h1><p>Text with <b>bold</b>, a<br>break and note<sup><a href="#fn1">1</a></sup>.</p>
        <h2>Two</h2><ol start="3"><li>third</li><li>fourth<ol type="a"><li>inner</li></ol></li></ol>
        <ul><li>bullet</li></ul><figure><img><figcaption>Figure 1: A curve</figcaption></figure>
        <p>CO<sub>2</sub> per m<sup>2</sup></p>
        <section role="doc-endnotes"><ol><li id="fn1">The note. <a href="#r">↩</a></li></ol></section>""",
        "page.html",
    )
    assert page.blocks == [
        ("heading", "One"),
        ("paragraph", "Text with bold, a break and note¹."),
        ("heading", "Two"),
        ("list_item", "3. third"),
        ("list_item", "4. fourth"),
        ("list_item", "a. inner"),
        ("list_item", "bullet"),
        ("caption", "Figure 1: A curve"),
        ("paragraph", "CO2 per m²"),
        ("footnote", "¹ The note."),
    ]
    assert page.loaded.document.heading_path(page.loaded.document.text.index("inner")) == ("One", "Two")


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        pytest.param("S. 1993, 118th Congress.", "¹ S. 1993, 118th Congress.", id="a-bill-is-no-mark"),
        pytest.param("See. Also here.", "¹ See. Also here.", id="nor-is-a-word"),
        pytest.param("1. Already numbered.", "1. Already numbered.", id="own-number"),
        pytest.param("[1] Already numbered.", "[1] Already numbered.", id="own-brackets"),
    ],
)
def test_a_note_keeps_its_number(read: Callable, note: str, shown: str) -> None:
    page = read(f'<p>A.</p><section role="doc-endnotes"><ol><li>{note}</li></ol></section>', "page.html")
    assert page.blocks[-1] == ("footnote", shown)


def test_tables(read: Callable) -> None:
    page = read(
        """<table><caption>Costs</caption><tr><th>Year</th><th>Sum</th></tr>
        <tr><td>2022</td><td><p>30</p><p>billion</p></td></tr><tr><td></td><td>x</td></tr></table><p>After.</p>""",
        "page.html",
    )
    assert page.blocks == [
        ("caption", "Costs"),
        ("table_row", "Year | Sum"),
        ("table_row", "2022 | 30 billion"),
        ("table_row", "| x"),
        ("paragraph", "After."),
    ]
    assert "Year | Sum\n2022 | 30 billion\n| x\n\nAfter." in page.loaded.document.text


def test_tables_that_only_lay_out_the_page(read: Callable) -> None:
    page = read(
        """<table><tr><td>(a)</td><td><p>the first point;</p><p>and more</p></td></tr>
        <tr><td>(b)</td><td><table><tr><td>—</td><td>a dash</td></tr></table></td></tr></table>
        <table><tr><td><h2>Head</h2><p>Prose in a cell.</p></td><td><p>Side.</p></td></tr></table>""",
        "page.html",
    )
    assert page.blocks == [
        ("list_item", "(a) the first point;"),
        ("paragraph", "and more"),
        ("paragraph", "(b)"),
        ("list_item", "— a dash"),
        ("heading", "Head"),
        ("paragraph", "Prose in a cell."),
        ("paragraph", "Side."),
    ]


def test_headings_of_the_official_journal(read: Callable) -> None:
    page = read(
        """<p class="title-doc-first">DIRECTIVE 1/EC</p><p class="title-doc-first">of 13 July 2009</p>
        <p class="title-division-1">CHAPTER I</p><p class="title-article-norm">Article 1</p><p>Text.</p>""",
        "page.html",
    )
    assert page.blocks[0] == ("heading", "DIRECTIVE 1/EC of 13 July 2009")
    document = page.loaded.document
    assert document.heading_path(len(document.text) - 1) == (
        "DIRECTIVE 1/EC of 13 July 2009",
        "CHAPTER I",
        "Article 1",
    )

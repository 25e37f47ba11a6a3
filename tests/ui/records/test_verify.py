"""What becomes of a quote once the file, or the library, is no longer what it was."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pypdfium2
import pytest

from rag.errors import GreenpaperError
from tests.ui.records.made import Library, document, edit_docx, record
from ui.records.as_json import to_json
from ui.records.difference import LONGEST, difference, nearest
from ui.records.export import WRITERS
from ui.records.open_record import MAX_BYTES, open_record
from ui.records.to_pdf import ATTACHMENT
from ui.records.verify import Checked, Outcome, verify

QUOTE = "A public body shall publish a description within 30 days."
ALTERED = "A public body should publish a description within 60 days."
ACT = document("act.pdf", f"Opening words. {QUOTE} Small towns may share one.")


def one(path: Path, *held: object) -> Checked:
    checked = verify(open_record(path), Library(held))  # type: ignore[arg-type]
    assert len(checked) == 1
    return checked[0]


def with_quote(suffix: str, quote: str, folder: Path) -> Path:
    """A record of `QUOTE` in which somebody then wrote `quote` instead, wherever a reader sees it."""
    made = record((ACT, QUOTE))
    path = folder / f"memo{suffix}"
    data = WRITERS[suffix](made)
    if suffix == ".docx":
        data = edit_docx(data, "word/footnotes.xml", lambda xml: xml.replace(QUOTE, quote))
    elif suffix == ".md":
        shown, mark, rest = data.partition(b"<!-- greenpaper-record")
        data = shown.replace(QUOTE.encode(), quote.encode()) + mark + rest
    else:
        other = document("act.pdf", ACT.text.replace(QUOTE, quote))
        pdf = pypdfium2.PdfDocument(WRITERS[".pdf"](record((other, quote))))
        pdf.get_attachment(0).set_data(to_json(made).encode())
        stream = io.BytesIO()
        pdf.save(stream)
        pdf.close()
        data = stream.getvalue()
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("suffix", [".docx", ".md"])
@pytest.mark.parametrize(
    ("quote", "marked"),
    [
        pytest.param(
            ALTERED, "[-should-]{+shall+} publish a description within [-60-]{+30+} days", id="words"
        ),
        pytest.param(QUOTE.replace("shall", "shall not"), "shall[- not-] publish", id="one-more-word"),
        pytest.param(QUOTE[:-1] + "!", "days[-!-]{+.+}", id="a-sign"),
        pytest.param(QUOTE.replace("30 days", "30  days"), "30[-  -]{+ +}days", id="a-blank"),
        pytest.param("", "{+A public body", id="emptied"),
    ],
)
def test_an_edited_quote_is_altered(quote: str, marked: str, suffix: str, tmp_path: Path) -> None:
    checked = one(with_quote(suffix, quote, tmp_path), ACT)
    assert checked.outcome is Outcome.ALTERED
    assert checked.quote == quote
    assert checked.library == QUOTE
    assert marked in difference(checked.quote, checked.library)


def test_texts_too_long_to_be_compared_are_shown_whole() -> None:
    quote, library = ("a " * LONGEST).strip(), ("b " * LONGEST).strip()
    assert difference(quote, library) == f"[-{quote}-]{{+{library}+}}"


def test_a_pdf_that_shows_another_quote_than_it_carries(tmp_path: Path) -> None:
    """The page's locator differs as well, so its note is not found at all."""
    checked = one(with_quote(".pdf", ALTERED, tmp_path), ACT)
    assert checked.outcome is Outcome.REMOVED


def test_a_pdf_whose_page_was_edited(tmp_path: Path) -> None:
    made = record((ACT, QUOTE))
    pdf = pypdfium2.PdfDocument(WRITERS[".pdf"](made))
    for page in pdf:
        kinds = [pypdfium2.raw.FPDF_PAGEOBJ_TEXT]
        for thing in list(page.get_objects(filter=kinds, textpage=page.get_textpage())):
            if "30 days" in thing.extract():
                page.remove_obj(thing)
        page.gen_content()
    stream = io.BytesIO()
    pdf.save(stream)
    pdf.close()
    path = tmp_path / "memo.pdf"
    path.write_bytes(stream.getvalue())
    assert one(path, ACT).outcome is Outcome.ALTERED


@pytest.mark.parametrize("suffix", list(WRITERS))
@pytest.mark.parametrize(
    ("held", "outcome", "elsewhere"),
    [
        pytest.param((ACT,), Outcome.VERBATIM, False, id="as-it-was"),
        pytest.param((document("new-name.pdf", ACT.text),), Outcome.VERBATIM, False, id="renamed"),
        pytest.param((document("act.pdf", f"New. {ACT.text}"),), Outcome.CHANGED, True, id="new-version"),
        pytest.param(
            (document("act.pdf", f"New. {ALTERED} And more."),), Outcome.CHANGED, False, id="rewritten"
        ),
        pytest.param((document("law.pdf", f"§ 1. {QUOTE}"),), Outcome.GONE, True, id="in-another-document"),
        pytest.param((document("law.pdf", "Nothing alike."),), Outcome.GONE, False, id="gone"),
        pytest.param((), Outcome.GONE, False, id="empty-library"),
    ],
)
def test_a_library_that_changed(
    held: tuple[object, ...], outcome: Outcome, elsewhere: bool, suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"memo{suffix}"
    path.write_bytes(WRITERS[suffix](record((ACT, QUOTE))))
    checked = one(path, *held)
    assert (checked.outcome, checked.verbatim_elsewhere) == (outcome, elsewhere)
    if outcome is Outcome.CHANGED:
        assert checked.library in (QUOTE, ALTERED)


def test_the_same_file_read_into_other_offsets_is_moved(tmp_path: Path) -> None:
    """The same bytes, which another version of the loader turned into a text with more before it."""
    from dataclasses import replace

    path = tmp_path / "memo.md"
    path.write_bytes(WRITERS[".md"](record((ACT, QUOTE))))
    checked = one(path, replace(ACT, text=f"A running header. {ACT.text}"))
    assert checked.outcome is Outcome.MOVED
    assert checked.place.startswith("act.pdf, page 1")


@pytest.mark.parametrize("suffix", [".docx", ".md"])
def test_a_note_that_was_taken_out(suffix: str, tmp_path: Path) -> None:
    made = record((ACT, QUOTE), (ACT, "Opening words."))
    data = WRITERS[suffix](made)
    if suffix == ".docx":
        data = edit_docx(
            data,
            "word/footnotes.xml",
            lambda xml: xml[: xml.index('<w:footnote w:id="2">')] + "</w:footnotes>",
        )
    else:
        start, end = data.index(b"[^2]: "), data.index(b"<!-- greenpaper-record")
        data = data[:start] + data[end:]
    path = tmp_path / f"memo{suffix}"
    path.write_bytes(data)
    checked = verify(open_record(path), Library((ACT,)))
    assert [one.outcome for one in checked] == [Outcome.VERBATIM, Outcome.REMOVED]


def test_word_files_are_read_as_edited(tmp_path: Path) -> None:
    """Runs split anew, a tracked deletion and insertion, and a footnote of the reader's own."""
    half = QUOTE.index("within")
    run = f'<w:t xml:space="preserve">“{QUOTE}”</w:t></w:r>'

    def change(xml: str) -> str:
        split = (
            f'<w:t>“{QUOTE[: half - 1]}</w:t></w:r><w:proofErr w:type="spellStart"/>'
            '<w:ins w:id="1" w:author="x"><w:r><w:t xml:space="preserve"> </w:t></w:r></w:ins>'
            '<w:del w:id="2" w:author="x"><w:r><w:delText>gone</w:delText></w:r></w:del>'
            f'<w:r><w:t xml:space="preserve">{QUOTE[half:]}”</w:t></w:r>'
        )
        own = '<w:footnote w:id="2"><w:p><w:r><w:t>See also “my own” notes.</w:t></w:r></w:p></w:footnote>'
        assert run in xml
        return xml.replace(run, split).replace("</w:footnotes>", f"{own}</w:footnotes>")

    path = tmp_path / "memo.docx"
    path.write_bytes(edit_docx(WRITERS[".docx"](record((ACT, QUOTE))), "word/footnotes.xml", change))
    assert one(path, ACT).outcome is Outcome.VERBATIM


def test_markdown_files_are_read_as_edited(tmp_path: Path) -> None:
    """Windows line ends, a byte order mark, lines broken by an editor, a footnote of the reader's own."""
    text, mark, data = WRITERS[".md"](record((ACT, QUOTE))).decode().partition("<!-- greenpaper")
    text = text.replace("shall publish a", "shall\n    publish\na")
    text += "[^mine]: See “there”.\n\n[^7]: Or “here”.\n\n"
    text += mark + data.replace(" body ", "\nbody ")
    path = tmp_path / "memo.md"
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert one(path, ACT).outcome is Outcome.VERBATIM


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<x>" + b" " * (70 * 2**20) + b"</x>")
    return stream.getvalue()


GOOD = {suffix: write(record((ACT, QUOTE))) for suffix, write in WRITERS.items()}
HOSTILE = {
    "no-suffix": ("memo", b"x", "ends in .docx, .md, .pdf"),
    "empty.md": ("a.md", b"", "holds no record"),
    "no-record.md": ("a.md", b"# Notes\n\n[^1]: mine\n", "holds no record"),
    "latin-1.md": ("a.md", b"caf\xe9", "Save it as UTF-8"),
    "cut-data.md": ("a.md", GOOD[".md"][:-200], "not JSON"),
    "openings.md": ("a.md", b"<!-- greenpaper-record [" * 60_000, "not JSON"),
    "deep.md": ("a.md", b"<!-- greenpaper-record " + b"[" * 200_000 + b" -->", "not JSON"),
    "other.md": ("a.md", b'<!-- greenpaper-record {"title": 1} -->', "not a record (title"),
    "list.md": ("a.md", b"<!-- greenpaper-record [] -->", "not a record"),
    "newer.md": ("a.md", b'<!-- greenpaper-record {"format": 99} -->', "newer Greenpaper (format 99"),
    "span.md": (
        "a.md",
        GOOD[".md"].replace(b'"start":15', b'"start":900'),
        "not a record (entries.0.citations.0.span",
    ),
    "bomb.docx": ("a.docx", bomb(), "probably made to fill memory"),
    "cut.docx": ("a.docx", GOOD[".docx"][:2000], "damaged"),
    "pdf.docx": ("a.docx", GOOD[".pdf"], "damaged"),
    "entities.docx": (
        "a.docx",
        edit_docx(GOOD[".docx"], "word/footnotes.xml", lambda xml: "<!DOCTYPE x>" + xml),
        "made to attack",
    ),
    "broken.docx": (
        "a.docx",
        edit_docx(GOOD[".docx"], "word/footnotes.xml", lambda xml: xml[:-20]),
        "damaged",
    ),
    "garbage.pdf": ("a.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40, "cannot be read as a PDF"),
    "cut.pdf": ("a.pdf", GOOD[".pdf"][:900], "cannot be read as a PDF"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_record_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    file, data, said = HOSTILE[name]
    path = tmp_path / file
    path.write_bytes(data)
    with pytest.raises(GreenpaperError) as refused:
        open_record(path)
    assert str(path) in str(refused.value)
    assert said in str(refused.value)


def test_huge_missing_and_other_things_are_refused(tmp_path: Path) -> None:
    huge = tmp_path / "huge.md"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(GreenpaperError, match="more than 64 MiB"):
        open_record(huge)
    with pytest.raises(GreenpaperError, match="cannot be read"):
        open_record(tmp_path / "missing.pdf")
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(GreenpaperError, match="is no file"):
        open_record(tmp_path / "folder.md")


def test_the_attachment_has_its_name(tmp_path: Path) -> None:
    pdf = pypdfium2.PdfDocument(GOOD[".pdf"])
    assert [pdf.get_attachment(0).get_name()] == [ATTACHMENT]
    pdf.close()


@pytest.mark.parametrize(
    ("text", "quote", "like"),
    [
        ("a b c d e", "c d", "c d"),
        ("One two. The cat sat on the mat. Three four.", "A cat sat on a mat", "The cat sat on the mat"),
        ("x", "y", ""),
        ("", "y", ""),
        ("a b", "", ""),
        ("a b", "b c d e f", "a b"),
    ],
)
def test_what_is_most_like_a_quote(text: str, quote: str, like: str) -> None:
    start, end = nearest(text, quote)
    assert text[start:end] == like

"""What is exported comes back: the record whole, every quote to the character, whatever it is made of."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import mammoth
import pypdfium2
import pytest

from rag.load import load
from rag.types import Claim, Support
from tests.ui.records.made import ASKED, DIGEST, Library, abstention, answer, document, edit_docx, record
from ui.records.build import record_of
from ui.records.export import WRITERS
from ui.records.open_record import open_record
from ui.records.printable import MISSING, printable, squeezed
from ui.records.record import joined, notes
from ui.records.to_docx import DATA_PART
from ui.records.to_text import to_text
from ui.records.verify import Outcome, verify

SUFFIXES = list(WRITERS)
QUOTES = {
    "curly": "The duty is “absolute”, isn’t it? “Yes”, said ‘she’.",
    "straight": "The \"duty\" isn't 'new'.",
    "newlines": "first line\nsecond  line\n\n  third, indented\n\n\nfourth",
    "line-starts": "x\n- a\n+ b\n1. c\n2) d\n# e\n> f\n=== g\n    h",
    "markdown": "*a* _b_ **c** [d](e) `f` ~g~ |h| ![i](j) $k$ ^l^ \\*m\\* [^1]: n",
    "ends-with-backslash": "it ends with \\",
    "backslash-newline": "a \\\nb \\\\\n c",
    "xml": "<w:t>&amp;&lt;]]> <!-- x --> --> </record> <?y?> &#65;",
    "data-comment": "<!-- greenpaper-record {} --> and after",
    "right-to-left": "שלום עולם — القانون رقم 123 (ב)",
    "marks-of-direction": "a \u202eb\u202c \u2067c\u2069 \u200fd",
    "zero-width": "zero\u200bwidth\u200d, soft\u00adhyphen, word\u2060joiner, \ufeffmark",
    "spaces": " \u00a0padded\t\ttabs\u202f\u2009thin  double ",
    "astral": "𝒜 👩‍👩‍👧 🇪🇺 é e\u0301 ﬁ ½ Ω α ж 漢",
    "locator": "see [0123456789abcdef:1-2] “within” and [fedcba98:3-4]",
    "only-close": "he said” and left",
    "only-open": "she said “ and stayed",
    "hyphens": "the well-known, long-term, risk-based, AI-driven follow-up of twenty-one cross-border "
    "state-aid decision-makers in low- and middle-income non-member states",
    "raised": "Rule⁴⁵ on CO₂, 10⁶ m² of x₁⁻¹, see ⁹⁰.",
    "long": " ".join(f"Word{n} of the article." for n in range(1500)),
    "long-word": "A" * 900,
}


def written(held: object, suffix: str, folder: Path) -> Path:
    path = folder / f"memo{suffix}"
    path.write_bytes(WRITERS[suffix](held))  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", QUOTES)
def test_a_quote_comes_back_to_the_character(name: str, suffix: str, tmp_path: Path) -> None:
    quote = QUOTES[name]
    held = document("act.pdf", f"Before. {quote} After. {quote}")
    made = record((held, quote))
    opened = open_record(written(made, suffix, tmp_path))
    assert opened.record == made
    assert [found.quote for found in opened.found] == [quote]
    assert [one.outcome for one in verify(opened, Library((held,)))] == [Outcome.VERBATIM]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_conversation_of_all_of_them(suffix: str, tmp_path: Path) -> None:
    documents = [
        document(f"{name} ”.pdf", f"Before. {quote} After.", f"{name} “{quote[:40]}”")
        for name, quote in QUOTES.items()
    ]
    library = Library(tuple(documents))
    quoted = [(one, QUOTES[name]) for one, name in zip(documents, QUOTES, strict=True)]
    parts = [
        record_of(answer(some, f"{QUOTES['markdown']}\n{n}?"), library, asked=ASKED, model_sha256=DIGEST)
        for n, some in enumerate((quoted[:7], quoted[7:], quoted[3:9]))
    ]
    parts.append(record_of(abstention(documents[0]), library, asked=ASKED, model_sha256=DIGEST))
    made = joined(parts, "Everything <at> once *")
    opened = open_record(written(made, suffix, tmp_path))
    assert opened.record == made
    assert [one.quote for one in opened.found] == [note.citation.quote for note in notes(made)]
    checked = verify(opened, library)
    assert [one.number for one in checked] == list(range(1, len(QUOTES) + 7))
    assert {one.outcome for one in checked} == {Outcome.VERBATIM}


def test_without_its_data_the_notes_are_enough(tmp_path: Path) -> None:
    held = document("act.pdf", "The “duty” applies. It does not end.")
    made = record((held, "The “duty” applies."))
    word = edit_docx(WRITERS[".docx"](made), DATA_PART, lambda xml: xml.replace("urn:greenpaper", "urn:x"))
    for name, data in (
        ("memo.docx", word),
        ("memo.md", WRITERS[".md"](made).replace(b"<!-- greenpaper-record", b"<!-- x")),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        opened = open_record(path)
        assert opened.record is None
        assert [one.outcome for one in verify(opened, Library((held,)))] == [Outcome.VERBATIM]


def test_a_pdf_without_its_data_is_checked_by_what_it_shows(tmp_path: Path) -> None:
    held = document("act.pdf", "The “duty” applies to all. It does not end.")
    path = written(record((held, "The “duty” applies to all.")), ".pdf", tmp_path)
    opened = pypdfium2.PdfDocument(path)
    opened.del_attachment(0)
    bare = tmp_path / "bare.pdf"
    opened.save(bare)
    opened.close()
    found = open_record(bare)
    assert found.record is None
    assert [one.outcome for one in verify(found, Library((held,)))] == [Outcome.VERBATIM]


def test_a_word_file_has_real_footnotes_for_another_reader(tmp_path: Path) -> None:
    quotes = [QUOTES[name] for name in ("curly", "markdown", "xml", "right-to-left", "astral")]
    held = document("act.pdf", " ".join(quotes))
    made = record(*((held, quote) for quote in quotes))
    html = mammoth.convert_to_html(io.BytesIO(WRITERS[".docx"](made)))
    text = mammoth.extract_raw_text(io.BytesIO(WRITERS[".docx"](made))).value
    assert not [message for message in html.messages if "style" not in message.message]
    assert len(re.findall(r'<sup><a href="#footnote-\d+"', html.value)) == 5
    assert "Claim 5." in text
    notes_part = html.value[html.value.index("<ol>") :]
    assert notes_part.count("<li id=") == 5
    assert "Title of act.pdf (act.pdf, version 2, 2026-03-01), page 1" in notes_part
    assert "Greenpaper, 28 November 2026, hand-made, 0123456789abcdef" in notes_part
    assert "القانون" in notes_part


def test_what_xml_cannot_hold_is_shown_as_missing_and_so_altered(tmp_path: Path) -> None:
    held = document("act.pdf", "a\x0bb\x01c")
    opened = open_record(written(record((held, "a\x0bb\x01c")), ".docx", tmp_path))
    assert opened.found[0].quote == "a\ufffdb\ufffdc"
    assert [one.outcome for one in verify(opened, Library((held,)))] == [Outcome.ALTERED]


def test_a_pdf_shows_every_quote_and_embeds_its_fonts(tmp_path: Path) -> None:
    quotes = [QUOTES[name] for name in ("curly", "hyphens", "markdown", "long", "spaces")]
    held = document("act.pdf", " ".join(quotes))
    pdf = pypdfium2.PdfDocument(WRITERS[".pdf"](record(*((held, quote) for quote in quotes))))
    text, embedded = "", set()
    for page in pdf:
        text += page.get_textpage().get_text_bounded(60, 60, 530, 780)
        for thing in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
            font = pypdfium2.raw.FPDFTextObj_GetFont(thing.raw)
            embedded.add(pypdfium2.raw.FPDFFont_GetIsEmbedded(font))
    assert len(pdf) > 3
    assert embedded == {1}
    for quote in quotes:
        assert squeezed(printable(quote)) in squeezed(text)
    pdf.close()


def test_a_pdf_says_which_sign_stands_for_what_it_cannot_show() -> None:
    assert printable("Żółć, ăâîșț, ẞß, Ğış, ŵ, – “ ” ‘ ’ … € №") == "Żółć, ăâîşţ, ¤ß, Ğış, ŵ, – “ ” ‘ ’ … € №"
    assert printable("Rule⁴⁵ on CO₂ ζ") == "Rule⁴⁵ on CO₂ ¤"
    held = document("act.pdf", "Greek: ζ.")
    pdf = pypdfium2.PdfDocument(WRITERS[".pdf"](record((held, "Greek: ζ."))))
    text = pdf[0].get_textpage().get_text_range()
    assert f"Greek: {MISSING}." in text
    assert "stands for a character that the font of this paper lacks" in text
    pdf.close()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_doubtful_claims_keep_their_label(suffix: str) -> None:
    held = document("act.pdf", "It applies.")
    doubtful = replace(
        answer([(held, "It applies.")]),
        text="It always applies [1]. It ends.",
        claims=(
            Claim(text="It always applies", citations=(1,), support=Support.PARTLY, checks=("No “always”.",)),
            Claim(text="It ends.", citations=(), support=Support.UNSCORED),
        ),
    )
    made = record_of(doubtful, Library((held,)), asked=ASKED, model_sha256=DIGEST)
    assert "It always applies [1]. (partly supported) It ends. (unchecked)" in to_text(made)
    data = WRITERS[suffix](made)
    if suffix == ".pdf":
        text = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range()
    elif suffix == ".docx":
        text = mammoth.extract_raw_text(io.BytesIO(data)).value
    else:
        text = data.decode()
    for said in ("(partly supported)", "(unchecked)", "What the checks found", "No ‘always’."):
        assert said in text


def test_a_label_stands_after_its_own_claim_and_not_after_one_with_the_same_words() -> None:
    held = document("act.pdf", "It ends in May.")
    made = answer([(held, "It ends in May.")])
    claims = (
        Claim(text="It ends in May.", citations=(1,), support=Support.YES),
        Claim(text="It ends", citations=(1,), support=Support.PARTLY),
    )
    made = replace(made, text="It ends in May. [1] It ends [1].", claims=claims)
    shown = to_text(record_of(made, Library((held,)), asked=ASKED, model_sha256=DIGEST))
    assert "It ends in May. [1] It ends [1]. (partly supported)" in shown


def test_a_copy_holds_quotes_sources_and_what_it_was_made_with() -> None:
    held = document("act.pdf", "It applies to all. It ends.")
    made = record((held, "It applies to all."))
    assert to_text(made).splitlines()[:8] == [
        "What is required?",
        "",
        "Greenpaper: an answer with quotes, 28 November 2026",
        "",
        "Claim 1. [1]",
        "",
        "[1] “It applies to all.”",
        "    Title of act.pdf (act.pdf, version 2, 2026-03-01), page 1, Part ‘One’. Greenpaper, "
        f"28 November 2026, hand-made, 0123456789abcdef. [{held.doc_id}:0-18]",
    ]
    assert f"hand-made (SHA-256 {DIGEST[:16]}…), fingerprint 0123456789abcdef." in to_text(made)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_abstention_names_the_nearest_passages_and_has_nothing_to_check(
    suffix: str, tmp_path: Path
) -> None:
    held = document("act.pdf", "It applies to all.")
    made = record_of(abstention(held), Library((held,)), asked=ASKED, model_sha256=DIGEST)
    assert "Title of act.pdf, page 1, Part ‘One’" in to_text(made)
    opened = open_record(written(made, suffix, tmp_path))
    assert opened.record == made
    assert verify(opened, Library((held,))) == ()


def test_a_quote_that_text_recognition_read_says_so() -> None:
    held = document("scan.pdf", "It applies to all.")
    pages = tuple(replace(run, ocr=0.81) for run in held.pages)
    made = record((replace(held, pages=pages), "It applies to all."))
    assert "read by text recognition, not surely verbatim (81% sure)" in to_text(made)


@pytest.mark.process
@pytest.mark.parametrize("ending", [".pdf", ".docx", ".md"])
def test_blocks_of_real_documents(ending: str, tmp_path: Path) -> None:
    """Whole paragraphs of the starter library, as ingestion reads them, through every format."""
    path = next(path for path in sorted(Path("corpus/library").iterdir()) if path.suffix == ending)
    held = load(path, name=path.name).document
    quotes = list(dict.fromkeys(held.text[block.start : block.end] for block in held.blocks))[:25]
    made = record(*((held, quote) for quote in quotes))
    for suffix in SUFFIXES:
        checked = verify(open_record(written(made, suffix, tmp_path)), Library((held,)))
        assert [one.outcome for one in checked] == [Outcome.VERBATIM] * len(quotes), suffix

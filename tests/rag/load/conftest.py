"""Small files made by hand: PDFs from raw bytes, DOCX from zip entries."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rag.load import Loaded, load


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Text drawn at a point; `turn` draws it upwards.

    `font` is F1 (regular), F2 (bold) or F3, whose characters 1 and 2 are the ligatures fi and fl.
    """

    x: float
    y: float
    text: str
    size: float = 10
    font: str = "F1"
    turn: bool = False
    grey: float = 0

    def operators(self) -> str:
        place = f"0 1 -1 0 {self.x} {self.y} Tm" if self.turn else f"1 0 0 1 {self.x} {self.y} Tm"
        shown = self.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return f"BT {self.grey} g /{self.font} {self.size} Tf {place} ({shown}) Tj ET"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of 612 by 792 points; `rules` are (x0, x1, y) lines, `extra` more of its entries."""

    marks: Sequence[Mark] = ()
    rules: Sequence[tuple[float, float, float]] = ()
    raw: str = ""
    extra: str = ""


_LIGATURES = (
    "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman "
    "/Encoding << /BaseEncoding /WinAnsiEncoding /Differences [1 /fi /fl] >> >>"
)


@dataclass(frozen=True, kw_only=True)
class PdfSource:
    """What a test PDF is made of."""

    pages: Sequence[Page]
    labels: str = ""
    info: str = ""
    outline: Sequence[tuple[str, int]] = field(default_factory=tuple)

    def to_bytes(self) -> bytes:
        """Objects: 1 catalog, 2 pages, 3 and 4 fonts, 5 info, 6 outline, then page and content in turn."""
        count = len(self.pages)
        first = 7
        kids = " ".join(f"{first + 2 * i} 0 R" for i in range(count))
        items = first + 2 * count
        objects = {
            1: f"<< /Type /Catalog /Pages 2 0 R {self.labels} /Outlines 6 0 R >>",
            2: f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
            3: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            4: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
            5: f"<< {self.info} >>",
            6: f"<< /Type /Outlines /First {items} 0 R /Last {items + len(self.outline) - 1} 0 R >>",
        }
        for index, page in enumerate(self.pages):
            lines = [f"{x0} {y} m {x1} {y} l S" for x0, x1, y in page.rules]
            content = "\n".join([*lines, *(mark.operators() for mark in page.marks), page.raw])
            objects[first + 2 * index] = (
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {first + 2 * index + 1} 0 R "
                f"/Resources << /Font << /F1 3 0 R /F2 4 0 R /F3 {_LIGATURES} >> >> {page.extra} >>"
            )
            size = len(content.encode("cp1252"))
            objects[first + 2 * index + 1] = f"<< /Length {size} >>\nstream\n{content}\nendstream"
        for index, (title, page_index) in enumerate(self.outline):
            following = f"/Next {items + index + 1} 0 R" if index + 1 < len(self.outline) else ""
            objects[items + index] = (
                f"<< /Title ({title}) /Parent 6 0 R {following} /Dest [{first + 2 * page_index} 0 R /Fit] >>"
            )
        return _pdf(objects)


def _pdf(objects: dict[int, str]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    offsets = []
    for number in sorted(objects):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n{objects[number]}\nendobj\n".encode("cp1252"))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.writelines(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>"
    out.write(f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def column(
    lines: Sequence[str], *, x: float = 72, y: float = 700, size: float = 10, step: float = 12
) -> list[Mark]:
    """Lines under each other, the first with its baseline at `y`."""
    return [Mark(x=x, y=y - step * i, text=line, size=size) for i, line in enumerate(lines)]


@dataclass(frozen=True, kw_only=True)
class PdfKit:
    """What a test needs to draw: `kit.page(...)`, `kit.column(...)`, `kit.mark(...)`."""

    write: Callable[..., Path]
    page: type[Page] = Page
    mark: type[Mark] = Mark
    column: Callable[..., list[Mark]] = column


@pytest.fixture
def pdf(tmp_path: Path) -> PdfKit:
    def write(*pages: Page, name: str = "paper.pdf", **parts: object) -> Path:
        path = tmp_path / name
        path.write_bytes(PdfSource(pages=pages, **parts).to_bytes())  # type: ignore[arg-type]
        return path

    return PdfKit(write=write)


_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)
_NOTES_RELATION = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="n1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'footnotes" Target="footnotes.xml"/></Relationships>'
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.fixture
def docx(tmp_path: Path) -> Callable[..., Path]:
    """Writes a DOCX: `body` is the inside of w:body, `extra` further zip entries."""

    def write(body: str, *, notes: str = "", extra: dict[str, bytes] | None = None, prolog: str = "") -> Path:
        path = tmp_path / "paper.docx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", _TYPES)
            archive.writestr("_rels/.rels", _RELATIONS)
            archive.writestr(
                "word/document.xml",
                f'<?xml version="1.0"?>{prolog}<w:document {W}><w:body>{body}</w:body></w:document>',
            )
            if notes:
                archive.writestr("word/_rels/document.xml.rels", _NOTES_RELATION)
                archive.writestr(
                    "word/footnotes.xml", f'<?xml version="1.0"?><w:footnotes {W}>{notes}</w:footnotes>'
                )
            for entry, content in (extra or {}).items():
                archive.writestr(entry, content)
        return path

    return write


@dataclass(frozen=True, kw_only=True)
class Read:
    """A loaded file with its blocks as (kind, text), and the checks that hold for every document."""

    loaded: Loaded

    @property
    def blocks(self) -> list[tuple[str, str]]:
        document = self.loaded.document
        return [(block.kind.value, document.text[block.start : block.end]) for block in document.blocks]

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.blocks]

    def pages_of(self, text: str) -> tuple[int, int]:
        """The pages on which `text` begins and ends."""
        document = self.loaded.document
        start = document.text.index(text)
        first, last = document.page_at(start), document.page_at(start + len(text) - 1)
        assert first is not None
        assert last is not None
        return first.number, last.number


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    """Loads a path, or content that is first written under `name`; checks what must always hold."""

    def run(source: Path | str | bytes, name: str = "paper.txt") -> Read:
        if isinstance(source, Path):
            path = source
        else:
            path = tmp_path / name
            path.write_bytes(source.encode() if isinstance(source, str) else source)
        loaded = load(path, name=path.name)
        _check(loaded)
        return Read(loaded=loaded)

    return run


def _check(loaded: Loaded) -> None:
    document = loaded.document
    end = 0
    for block in document.blocks:
        text = document.text[block.start : block.end]
        assert block.start >= end
        assert text == text.strip() != ""
        assert "\n" not in text
        assert document.text[end : block.start] in ("", "\n", "\n\n")
        end = block.end
    assert end == len(document.text)
    starts = [run.start for run in document.pages]
    assert starts == sorted(set(starts))
    assert all(document.text.startswith(section.title, section.start) for section in document.sections)

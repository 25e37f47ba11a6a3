"""Writes a document as a scan: a PDF whose pages are pictures without any text.

The pages are those of `to_pdf`, drawn by PDFium in black and white. The bytes are the same wherever
the pinned pypdfium2 draws the same pixels.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import groupby

import pypdfium2

from eval.corpus.model import Source
from eval.corpus.to_pdf import to_pdf

_DPI = 150
_THRESHOLD = 150
"""Of 255: darker pixels become black."""


def to_scan(source: Source) -> bytes:
    """The file's bytes: one black-and-white picture for each page, A4, no text, no page labels."""
    objects: list[bytes] = []
    pages: list[int] = []
    for width, height, bits in _pictures(to_pdf(source)):
        first = 3 + len(objects)
        pages.append(first)
        placed = f"q {width * 72 / _DPI:.2f} 0 0 {height * 72 / _DPI:.2f} 0 0 cm /P Do Q".encode()
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width * 72 / _DPI:.2f} {height * 72 / _DPI:.2f}]"
            f" /Contents {first + 1} 0 R /Resources << /XObject << /P {first + 2} 0 R >> >> >>".encode()
        )
        objects.append(_stream("", placed))
        objects.append(_stream(_picture_entries(width, height), run_lengths(bits)))
    kids = " ".join(f"{page} 0 R" for page in pages)
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    tree = f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode()
    return _file([catalog, tree, *objects])


def _pictures(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Width, height and rows of bits (1 is white, each row padded to a byte) of every page."""
    pdf = pypdfium2.PdfDocument(data)
    try:
        for index in range(len(pdf)):
            grey = pdf[index].render(scale=_DPI / 72, grayscale=True).to_pil().convert("L")
            levels = [255 if level >= _THRESHOLD else 0 for level in range(256)]
            flat = grey.point(levels, mode="1")
            yield *flat.size, flat.tobytes()
    finally:
        pdf.close()


def _picture_entries(width: int, height: int) -> str:
    return (
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray"
        " /BitsPerComponent 1 /Filter /RunLengthDecode"
    )


def run_lengths(data: bytes) -> bytes:
    """`data` in PDF's RunLengthDecode encoding (ISO 32000-1, 7.4.5), closed by 128."""
    out = bytearray()
    literal = bytearray()
    for value, group in groupby(data):
        count = len(list(group))
        if count < 3:
            literal += bytes([value]) * count
            continue
        _flush(out, literal)
        while count:
            step = min(count, 128)
            out += bytes([257 - step, value]) if step > 1 else bytes([0, value])
            count -= step
    _flush(out, literal)
    out.append(128)
    return bytes(out)


def _flush(out: bytearray, literal: bytearray) -> None:
    """Writes what does not repeat, at most 128 bytes at a time."""
    for start in range(0, len(literal), 128):
        part = literal[start : start + 128]
        out.append(len(part) - 1)
        out += part
    literal.clear()


def _stream(entries: str, data: bytes) -> bytes:
    return f"<< {entries} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def _file(objects: list[bytes]) -> bytes:
    """Numbers the objects from 1 and appends the cross-reference table; object 1 is the catalogue."""
    stream = io.BytesIO()
    stream.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(stream.tell())
        stream.write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
    table = stream.tell()
    entries = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    stream.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{entries}".encode())
    stream.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode())
    return stream.getvalue()

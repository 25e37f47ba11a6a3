"""Pages as pictures: drawn in a process of their own, from the very file that was read, or not at all."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from rag.errors import DocumentError
from rag.load import Loaded
from rag.places import Places
from rag.proof import WIDTH, PagePainter, PagePicture, stretches
from rag.types import Span

BODY = [
    "The agency shall keep a public register of the models that it has reviewed so far,",
    "and shall publish the reasons for each of its decisions within a period of ninety days",
]


@pytest.fixture(scope="module")
def painter() -> Iterator[PagePainter]:
    started = PagePainter()
    yield started
    started.close()


@pytest.fixture
def loaded(read: Callable[..., Any], pdf: Any) -> Loaded:
    pages = [pdf.page(marks=pdf.column(BODY)), pdf.page(marks=pdf.column(["without delay."]))]
    result: Loaded = read(pdf.write(*pages)).loaded
    return result


def span(loaded: Loaded, quote: str) -> Span:
    start = loaded.document.text.index(quote)
    return Span(doc_id=loaded.document.doc_id, start=start, end=start + len(quote))


def ink(picture: PagePicture, number: int = 0) -> float:
    """The share of dark pixels in the first box of a span."""
    boxes = picture.boxes[number]
    assert boxes
    box, (wide, high) = boxes[0], (picture.width, picture.height)
    image = Image.open(io.BytesIO(picture.png)).convert("L")
    part = image.crop(
        (
            round(box.left * wide),
            round(box.top * high),
            round((box.left + box.width) * wide),
            round((box.top + box.height) * high),
        )
    )
    return sum(part.histogram()[:128]) / (part.width * part.height)


def test_a_page_is_drawn_with_the_words_in_their_box(painter: PagePainter, loaded: Loaded) -> None:
    quote = "shall publish the reasons"
    picture = painter.page(loaded.document, loaded.places, 1, [span(loaded, quote)])
    assert abs(picture.width - WIDTH) <= 1
    assert picture.height / picture.width == pytest.approx(792 / 612, abs=0.01)
    (boxes,) = picture.boxes
    assert boxes is not None
    assert len(boxes) == 1
    assert 0.1 < ink(picture) < 0.5


def test_a_quote_over_two_pages_has_its_part_of_each(painter: PagePainter, loaded: Loaded) -> None:
    spans = [span(loaded, "a period of ninety days without delay"), span(loaded, "public register")]
    counts = []
    for number in (1, 2):
        picture = painter.page(loaded.document, loaded.places, number, spans)
        counts.append([len(boxes) for boxes in picture.boxes if boxes is not None])
    assert counts == [[1, 1], [1, 0]]


def test_characters_that_are_counted_otherwise_are_not_marked(painter: PagePainter, loaded: Loaded) -> None:
    """As they would be by another version of PDFium: rather no box than one over other words."""
    moved = Places(
        starts=loaded.places.starts,
        firsts=tuple(first + 3 for first in loaded.places.firsts),
        counts=loaded.places.counts,
    )
    picture = painter.page(loaded.document, moved, 1, [span(loaded, "public register")])
    assert picture.boxes == (None,)


def test_a_file_that_is_gone_or_has_changed_is_not_shown(
    painter: PagePainter, loaded: Loaded, tmp_path: Path
) -> None:
    path = Path(loaded.document.source)
    painter.page(loaded.document, loaded.places, 1)
    path.write_bytes(path.read_bytes().replace(b"shall", b"might"))
    with pytest.raises(DocumentError, match="has changed since it was read"):
        painter.page(loaded.document, loaded.places, 1)
    path.unlink()
    with pytest.raises(DocumentError, match="no longer where it was read"):
        painter.page(loaded.document, loaded.places, 1)


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_page_that_is_not_there(painter: PagePainter, loaded: Loaded, number: int) -> None:
    with pytest.raises(DocumentError, match="has no page"):
        painter.page(loaded.document, loaded.places, number)


def test_a_page_as_big_as_a_house_is_drawn_small(
    painter: PagePainter, read: Callable[..., Any], pdf: Any
) -> None:
    page = pdf.page(marks=pdf.column(BODY), extra="/CropBox [0 0 20 792]")
    result = read(pdf.write(page)).loaded
    picture = painter.page(result.document, result.places, 1)
    assert picture.width * picture.height < 13_000_000


def test_a_painter_that_dies_is_started_again(painter: PagePainter, loaded: Loaded) -> None:
    painter.page(loaded.document, loaded.places, 1)
    (child,) = psutil.Process().children()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert painter.page(loaded.document, loaded.places, 1).png


def test_what_stands_on_a_page(loaded: Loaded) -> None:
    text = loaded.document.text
    first, second = (stretches(loaded.document, number) for number in (1, 2))
    assert [text[start:end] for start, end in first] == [" ".join(BODY) + " "]
    assert [text[start:end] for start, end in second] == ["without delay."]
    assert stretches(loaded.document, 3) == ()

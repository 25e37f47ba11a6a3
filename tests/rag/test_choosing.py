"""Which documents are asked: by words, folder, dates and version; whatever is unknown is never made up."""

from __future__ import annotations

import pytest

from rag.choosing import Filter, fitting, folders, named
from rag.errors import DocumentError
from rag.types import DocumentInfo


def info(name: str, title: str = "", date: str | None = None, version: str | None = None) -> DocumentInfo:
    return DocumentInfo(
        doc_id=f"id-{name}",
        name=name,
        title=title or name,
        pages=0,
        passages=1,
        characters=9,
        sha256="0",
        source=f"/{name}",
        media_type="text/plain",
        version=version,
        date=date,
    )


EU = ["eu/guide-1.pdf", "eu/guide-2.pdf", "eu/old/letter.txt"]
SHELF = (
    info("act.pdf", "Öffnungsgesetz", "2024-05-31"),
    info("eu/guide-1.pdf", "Guidance on models, version 1", "2023", "1.0"),
    info("eu/guide-2.pdf", "Guidance on models, version 2", "2025-02", "2.0"),
    info("eu/old/letter.txt", "A letter"),
    info("europe.txt", "Europe", "2025-02-10"),
)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        pytest.param(Filter(), [info.name for info in SHELF], id="nothing wanted"),
        pytest.param(Filter(words="  "), [info.name for info in SHELF], id="blank"),
        pytest.param(Filter(words="öffnungs 2024"), ["act.pdf"], id="all words, any field, any case"),
        pytest.param(Filter(words="2.0"), ["eu/guide-2.pdf"], id="version"),
        pytest.param(Filter(words=".*"), [], id="no pattern"),
        pytest.param(Filter(folder="eu"), EU, id="folder"),
        pytest.param(Filter(folder="eu/old/"), ["eu/old/letter.txt"], id="folder below"),
        pytest.param(Filter(since="2024-05"), ["act.pdf", "eu/guide-2.pdf", "europe.txt"], id="a month"),
        pytest.param(Filter(since="2024-06-01"), ["eu/guide-2.pdf", "europe.txt"], id="since a day"),
        pytest.param(Filter(since="2025-02-11"), ["eu/guide-2.pdf"], id="a month may still be later"),
        pytest.param(Filter(until="2023"), ["eu/guide-1.pdf"], id="until a year, without the undated"),
        pytest.param(Filter(since="2023-07", until="2023-08"), ["eu/guide-1.pdf"], id="within a year"),
        pytest.param(
            Filter(newest=True), ["act.pdf", "eu/guide-2.pdf", "eu/old/letter.txt", "europe.txt"], id="newest"
        ),
        pytest.param(Filter(newest=True, until="2024"), ["act.pdf"], id="older versions stay out"),
    ],
)
def test_what_fits(wanted: Filter, names: list[str]):
    assert [found.name for found in fitting(SHELF, wanted)] == names


@pytest.mark.parametrize("date", ["soon", "24", "2024-13", "2024-02-32", "2024-5", "2024-05-31T10", "٢٠٢٤"])
def test_a_date_that_is_none_is_refused(date: str):
    with pytest.raises(DocumentError, match="is not a date"):
        fitting(SHELF, Filter(until=date))


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        pytest.param(("2024-05", None), ("2024-05-02", None), 2, id="dates that do not tell"),
        pytest.param(("2024-05-01", None), ("2024-05-02", None), 1, id="a day"),
        pytest.param((None, "9"), (None, "10"), 1, id="numbers, not letters"),
        pytest.param(("2024", "2"), ("2024", "1"), 1, id="same date, higher number"),
        pytest.param(("2024", None), (None, "3"), 2, id="nothing in common"),
        pytest.param((None, None), (None, None), 2, id="nothing known"),
    ],
)
def test_only_what_is_certainly_older_is_left_out(one: tuple, other: tuple, kept: int):
    pair = [info("a", "Rules", *one), info("b", "Rules (draft)", *other)]
    assert len(fitting(pair, Filter(newest=True))) == kept


def test_folders_are_parts_of_names():
    assert folders(SHELF) == ("eu", "eu/old")


def test_documents_are_named_by_id_its_beginning_name_or_folder():
    assert [one.name for one in named(SHELF, ["id-act.pdf", "eu/old", "id-eur", "act.pdf"])] == [
        "act.pdf",
        "eu/old/letter.txt",
        "europe.txt",
    ]
    with pytest.raises(DocumentError, match="fits 5 documents"):
        named(SHELF, ["id-"])
    for nothing in ("", "e", "eu/gui", "/"):
        with pytest.raises(DocumentError, match="No document"):
            named(SHELF, [nothing])

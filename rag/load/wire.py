"""`Loaded` as JSON and back: what passes between the worker's processes is data, never code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rag.load.model import Loaded
from rag.places import Places
from rag.types import Block, BlockKind, Document, PageRun, Section


def loaded_to(loaded: Loaded) -> dict[str, object]:
    """The JSON object for `loaded`."""
    document = loaded.document
    return {
        "findings": list(loaded.findings),
        "page_count": loaded.page_count,
        "pictures": list(loaded.pictures),
        "places": [loaded.places.starts, loaded.places.firsts, loaded.places.counts],
        "doc_id": document.doc_id,
        "name": document.name,
        "title": document.title,
        "text": document.text,
        "blocks": [[block.start, block.end, block.kind.value, block.level] for block in document.blocks],
        "pages": [[run.start, run.number, run.label, run.ocr] for run in document.pages],
        "sections": [[section.start, section.level, section.title] for section in document.sections],
        "sha256": document.sha256,
        "source": document.source,
        "media_type": document.media_type,
        "version": document.version,
        "date": document.date,
    }


def loaded_from(data: Mapping[str, Any]) -> Loaded:
    """The value that `loaded_to` wrote."""
    document = Document(
        doc_id=data["doc_id"],
        name=data["name"],
        title=data["title"],
        text=data["text"],
        blocks=tuple(
            Block(start=start, end=end, kind=BlockKind(kind), level=level)
            for start, end, kind, level in data["blocks"]
        ),
        pages=tuple(
            PageRun(start=start, number=number, label=label, ocr=ocr)
            for start, number, label, ocr in data["pages"]
        ),
        sections=tuple(
            Section(start=start, level=level, title=title) for start, level, title in data["sections"]
        ),
        sha256=data["sha256"],
        source=data["source"],
        media_type=data["media_type"],
        version=data["version"],
        date=data["date"],
    )
    starts, firsts, counts = (tuple(column) for column in data["places"])
    return Loaded(
        document=document,
        findings=tuple(data["findings"]),
        page_count=data["page_count"],
        pictures=tuple(data["pictures"]),
        places=Places(starts=starts, firsts=firsts, counts=counts),
    )

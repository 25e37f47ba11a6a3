"""A tiny catalogue in place of the real one, for tests that ask for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.llm import entries
from rag.llm.entries import CatalogueEntry, load_catalogue
from tests.rag.llm.tiny_models import catalogue


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, CatalogueEntry]]:
    """The entries of the tiny catalogue by name; the whole program sees it instead of the real one."""
    load_catalogue.cache_clear()
    monkeypatch.setattr(entries, "catalogue_text", catalogue)
    yield {entry.name: entry for entry in load_catalogue()}
    load_catalogue.cache_clear()

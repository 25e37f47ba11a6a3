"""What opens a document in the viewer: an attribute that any page may give its links and buttons."""

from __future__ import annotations

import json

from rag.types import Span
from ui.web.escape import plain


def opens(doc_id: str, span: Span | None = None) -> str:
    """The attribute of a link or button that opens a document, perhaps at a quote."""
    place = {"start": span.start, "end": span.end} if span else {}
    return f'data-view="{plain(json.dumps({"document": doc_id} | place))}"'

"""Files to documents: PDF, HTML, DOCX, Markdown and plain text, all by one path."""

from rag.load.loader import SUFFIXES, load
from rag.load.model import Loaded

__all__ = ["LOADER", "SUFFIXES", "Loaded", "load"]

LOADER = "3"
"""Names what `load` makes of a file; it changes whenever the same file would give another text, other blocks
or other places."""

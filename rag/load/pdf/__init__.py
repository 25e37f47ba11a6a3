"""PDF through PDFium's character calls and a layout pass of our own."""

from rag.load.pdf.reader import load_pdf

__all__ = ["load_pdf"]

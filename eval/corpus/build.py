"""Builds `corpus/library`, `corpus/scans` and `corpus/manifest.toml` from the Markdown in `sources/`.

Scans stand apart, because the library is what is ingested first and a scan has no text to read.

Run it with `make corpus`. The bytes depend on nothing but the sources and the pinned packages.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from eval.corpus.model import Source
from eval.corpus.source import read_source
from eval.corpus.to_docx import to_docx
from eval.corpus.to_html import to_html
from eval.corpus.to_markdown import to_markdown
from eval.corpus.to_pdf import to_pdf
from eval.corpus.to_scan import to_scan

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
SOURCES = Path(__file__).resolve().parent / "sources"
LICENCE = "CC-BY-4.0"
_FOLDERS = ("library", "scans")
_WRITERS = {".pdf": to_pdf, ".docx": to_docx, ".html": to_html, ".md": to_markdown}
_MANIFEST_HEAD = """\
# The starter library, written for Greenpaper. Made by `make corpus` from eval/corpus/sources; not by hand.
# Licence of every document: Creative Commons Attribution 4.0 International,
# https://creativecommons.org/licenses/by/4.0/
"""


def built(source: Source) -> bytes:
    """The bytes of the library file that `source` describes, in the format its name asks for."""
    return to_scan(source) if source.scanned else _WRITERS[Path(source.file).suffix](source)


def sources(folder: Path) -> tuple[tuple[Path, Source], ...]:
    """Every source in `folder` with its path, by name."""
    return tuple((path, read_source(path)) for path in sorted(folder.glob("*.md")))


def place(source: Source) -> PurePosixPath:
    """Where the built file stands in `corpus/`."""
    return PurePosixPath("scans" if source.scanned else "library") / source.file


def entry(path: Path, source: Source, data: bytes) -> str:
    """The manifest's table for one document. JSON strings are TOML strings."""
    lines = {
        "file": str(place(source)),
        "source": path.name,
        "title": source.title,
        "version": source.version,
        "date": source.day.isoformat(),
        "language": source.language,
        "licence": LICENCE,
        "fictional": source.fictional,
        "scanned": source.scanned,
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    body = "\n".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in lines.items())
    return f"\n[[document]]\n{body}\n"


def build(folder: Path, into: Path) -> tuple[Path, ...]:
    """Writes what the sources in `folder` make, and the manifest, under `into`; returns what was written."""
    for kind in _FOLDERS:
        (into / kind).mkdir(parents=True, exist_ok=True)
    manifest = _MANIFEST_HEAD
    written = []
    for path, source in sources(folder):
        data = built(source)
        written.append(into / place(source))
        written[-1].write_bytes(data)
        manifest += entry(path, source, data)
    standing = {path for kind in _FOLDERS for path in (into / kind).iterdir()}
    for stale in standing - set(written):
        stale.unlink()
    (into / "manifest.toml").write_text(manifest, encoding="utf-8")
    return tuple(written)


def main(argv: Sequence[str] = ()) -> None:
    """Builds into `corpus/`, or into the folder given, and says what was written."""
    into = Path(argv[0]) if argv else CORPUS
    for path in build(SOURCES, into):
        sys.stdout.write(f"{path.stat().st_size:>9,}  {path.name}\n")


if __name__ == "__main__":
    main(sys.argv[1:])

"""The page over the script's documents and the whole starter library. Run as a module."""

from __future__ import annotations

import sys
from dataclasses import replace

from tests.ui.web import scripted
from tests.ui.web.shelf_fake import FakeShelf


def library() -> scripted.Library:
    """The starter documents have their own digests; their text is that of the script."""
    from ui.starter import library_digests

    held = scripted.library().held
    for number, (name, digest) in enumerate(library_digests().items()):
        doc_id = f"d{number}"
        held[doc_id] = replace(scripted.document(doc_id, name, name), sha256=digest)
    return scripted.Library(held)


def main() -> None:
    """Serve until the standard input ends."""
    from rag.offline import guard

    guard()

    from ui.web.app import serve
    from ui.web.engine import Engine

    engine = Engine(lambda: scripted.Scripted(library()))
    page, address = serve(engine, FakeShelf(engine))
    sys.stdout.write(address + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    page.close(verbose=False)


if __name__ == "__main__":
    main()

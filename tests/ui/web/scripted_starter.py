"""The page over the script's documents and the whole starter library. Run as a module."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.web import scripted


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
    scripted.run(lambda model: scripted.Scripted(library()))


if __name__ == "__main__":
    main()

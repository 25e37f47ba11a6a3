"""The index on disk: whole generations, checked on opening, searched by vector and by word.

    INDEX/CURRENT                         one line: the name of the generation that counts
    INDEX/writer.lock                     held by the one process that may write
    INDEX/generations/g-000002-<digest>/  documents.sqlite, vectors.faiss and, written last, manifest.json

A generation is never changed after its manifest is written, and the digest in its name is the manifest's. So
a reader needs no lock: it keeps the generation it opened.
"""

from rag.index.reader import Index

__all__ = ["Index"]

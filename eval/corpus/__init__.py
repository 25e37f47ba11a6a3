"""Builds the starter library: the Markdown in `sources/` to the files in `corpus/library`."""

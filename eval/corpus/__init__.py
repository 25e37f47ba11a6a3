"""Builds the starter library: Markdown sources in `corpus/sources` to the files in `corpus/library`."""

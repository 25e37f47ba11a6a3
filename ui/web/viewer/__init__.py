"""The viewer: a document beside the answer, open at a quote."""

"""Records: answers taken away, with everything that is needed to check their quotes later."""

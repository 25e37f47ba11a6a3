"""What is evaluated: our own way to an answer, and what it is held against."""

"""Making a suite out of a table of questions: reading it, finding the evidence, writing what was decided."""

"""A run in the formats of others: Inspect AI's log, TREC's run and qrels, a model's results card."""

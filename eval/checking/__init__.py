"""What can be wrong with a suite: each check is a function from cases and documents to findings."""

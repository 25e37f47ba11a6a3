"""What one result is worth: pure functions of a case and what was observed; None is unscored, never 0."""

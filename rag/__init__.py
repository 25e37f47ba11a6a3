"""From documents to checked, cited answers. Knows nothing of its callers (`eval`, `ui`)."""

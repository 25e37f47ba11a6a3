"""Where model files come from: the package index, and the Hugging Face hub."""

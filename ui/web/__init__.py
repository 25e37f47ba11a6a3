"""The chat: the only place that imports gradio."""

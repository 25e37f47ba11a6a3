"""The pages of the chat: one file each."""

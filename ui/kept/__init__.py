"""What the reader wants kept on this computer: conversations, and what was thought of answers."""

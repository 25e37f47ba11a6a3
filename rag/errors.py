"""The one kind of error that a user can mend; everything else crashes with its traceback."""


class GreenpaperError(Exception):
    """Something the user can mend: the message states the fact, the likely cause and the next step.

    The command line and the chat print the message without a traceback.
    """


class ModelError(GreenpaperError):
    """A model file is missing, damaged, or not what it claims to be."""


class IndexUnusableError(GreenpaperError):
    """An index is missing, damaged, or was built by other settings; the message lists every reason."""


class DocumentError(GreenpaperError):
    """A document could not be read, or is not in the index."""

"""How many bytes the passage cache may take: the user's choice, kept beside the states."""

from __future__ import annotations

from pathlib import Path

from rag.errors import GreenpaperError
from rag.paths import cache_dir

DEFAULT_BUDGET = 4 * 2**30
LEAST_BUDGET = 2**28
_FILE = "budget"


def passages_dir() -> Path:
    """The folder of the user's passage cache; each space in it has a folder of its own."""
    return cache_dir() / "passages"


def budget(root: Path) -> int:
    """Bytes that all states below `root` may take together; the default where none was chosen."""
    try:
        return max(LEAST_BUDGET, int((root / _FILE).read_text(encoding="ascii")))
    except (OSError, ValueError):
        return DEFAULT_BUDGET


def choose_budget(root: Path, size: int) -> None:
    """Let the states below `root` take `size` bytes from now on. Raises GreenpaperError."""
    if size < LEAST_BUDGET:
        raise GreenpaperError(
            f"The passage cache needs at least {LEAST_BUDGET / 1e9:.2f} GB: raise --budget."
        )
    try:
        root.mkdir(parents=True, exist_ok=True)
        (root / _FILE).write_text(str(size), encoding="ascii")
    except OSError as error:
        raise GreenpaperError(
            f"{root} cannot be written ({error.strerror}), so no passage can be kept there. Give yourself "
            "the right to, or set GREENPAPER_CACHE to another folder."
        ) from None

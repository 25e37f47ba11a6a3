"""Where Greenpaper keeps things: nothing outside these folders is ever written unasked."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

_PROJECT = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """The user's data folder (models, documents): `GREENPAPER_DATA`, else the platform's own."""
    override = os.environ.get("GREENPAPER_DATA")
    return Path(override) if override else user_data_path("greenpaper")


def documents_dir() -> Path:
    """Where files that were handed to the chat are kept, so that they can be opened later."""
    return (data_dir() / "documents").resolve()


def cache_dir() -> Path:
    """The user's cache folder (passage states): may be deleted at any time."""
    override = os.environ.get("GREENPAPER_CACHE")
    return Path(override) if override else user_cache_path("greenpaper")


def default_index() -> Path:
    """`GREENPAPER_INDEX`, else `index/` of the checkout, else a folder in the data folder."""
    override = os.environ.get("GREENPAPER_INDEX")
    if override:
        return Path(override)
    if (_PROJECT / "pyproject.toml").is_file():
        return _PROJECT / "index"
    return data_dir() / "index"

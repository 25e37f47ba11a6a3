"""How options of several commands want the model to be run, and what is said to those it cannot be run by."""

from __future__ import annotations

import pytest

from rag.errors import GreenpaperError
from rag.llm.settings import CONTEXT, EngineSettings
from ui.options import engine_settings


def _settings(*own: str, threads: int | None = None, context: int | None = None) -> EngineSettings:
    return engine_settings(threads=threads, kv=None, calibrated=True, own=own, context=context)


def test_what_is_not_asked_for_is_left_to_the_calibration() -> None:
    assert _settings() == EngineSettings(context=CONTEXT)


def test_each_setting_can_be_overridden() -> None:
    own = (
        "batch=64",
        "draft = 7",
        "flash-attention=Off",
        "packed=yes",
        "mmap=false",
        "mlock=on",
        "batch=128",
    )
    assert _settings(*own, threads=3, context=2048) == EngineSettings(
        threads=3,
        context=2048,
        batch=128,
        draft=7,
        flash_attention=False,
        packed=True,
        mmap=False,
        mlock=True,
    )


@pytest.mark.parametrize(
    ("own", "said"),
    [
        pytest.param("", "batch, draft, flash_attention", id="nothing"),
        pytest.param("threads=2", "--threads", id="an option of its own"),
        pytest.param("context=9", "no setting 'context'", id="another one"),
        pytest.param("batch", "from 1 to 4096", id="no value"),
        pytest.param("batch=0", "from 1 to 4096", id="a batch of none"),
        pytest.param("draft=16", "from 0 to 15", id="more than can be verified"),
        pytest.param("draft=-1", "from 0 to 15", id="less than none"),
        pytest.param("draft=\u00b2", "from 0 to 15", id="a digit that is no number"),
        pytest.param("mmap=1", "on or off", id="a number for a switch"),
        pytest.param("mmap=on=off", "on or off", id="two values"),
    ],
)
def test_what_cannot_be_set_is_told_with_what_can(own: str, said: str) -> None:
    with pytest.raises(GreenpaperError, match=said):
        _settings(own)

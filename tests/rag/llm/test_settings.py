"""What a caller asks for, a calibration and the defaults come to."""

from dataclasses import replace

import pytest

from rag.errors import GreenpaperError
from rag.llm.settings import EngineSettings, RunSettings, Tuning, resolve

MEASURED = Tuning(
    threads=3, batch=128, kv_type="f16", flash_attention=False, packed=True, draft=7, mmap=False
)


def test_what_nobody_asked_for_is_as_measured() -> None:
    found = resolve(EngineSettings(context=2048), MEASURED, gpu_layers=5)
    assert found == RunSettings(
        threads=3,
        batch=128,
        kv_type="f16",
        flash_attention=False,
        packed=True,
        draft=7,
        mmap=False,
        mlock=False,
        context=2048,
        gpu_layers=5,
    )


def test_what_was_asked_for_wins() -> None:
    asked = EngineSettings(threads=1, batch=32, draft=0, mmap=True, mlock=True, gpu_layers=-1)
    found = resolve(asked, MEASURED, gpu_layers=5)
    assert (found.threads, found.batch, found.draft, found.mmap, found.mlock) == (1, 32, 0, True, True)
    assert found.gpu_layers == -1
    assert found.memory == MEASURED.memory


@pytest.mark.parametrize(
    ("asked", "memory"),
    [
        pytest.param(EngineSettings(kv_type="q8_0"), ("q8_0", True, False), id="q8_0"),
        pytest.param(EngineSettings(kv_type="f16"), ("f16", False, False), id="f16"),
        pytest.param(EngineSettings(flash_attention=False), ("f16", False, False), id="no flash attention"),
        pytest.param(EngineSettings(flash_attention=True), ("q8_0", True, False), id="flash attention"),
        pytest.param(EngineSettings(packed=True), ("f16", False, True), id="packed"),
        pytest.param(
            EngineSettings(kv_type="f16", flash_attention=True, packed=True), ("f16", True, True), id="all"
        ),
    ],
)
def test_keys_and_values_are_asked_for_as_a_whole(
    asked: EngineSettings, memory: tuple[str, bool, bool]
) -> None:
    assert resolve(asked, MEASURED).memory == memory
    assert resolve(asked, Tuning(threads=1)).memory == memory


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (EngineSettings(kv_type="q4_0"), "q4_0"),
        (EngineSettings(kv_type="q8_0", flash_attention=False), "flash attention"),
        (EngineSettings(kv_type="q8_0", packed=True), "packed"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_sentence(asked: EngineSettings, why: str) -> None:
    with pytest.raises(GreenpaperError, match=why):
        resolve(asked, Tuning(threads=1))


def test_only_keys_and_values_decide_what_stored_passages_depend_on() -> None:
    assert replace(MEASURED, threads=1, batch=7, draft=1, mmap=True).memory == MEASURED.memory
    assert replace(MEASURED, packed=False).memory != MEASURED.memory

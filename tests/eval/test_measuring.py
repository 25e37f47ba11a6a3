"""Memory is that of one case, and energy is what the counters say."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from eval.measuring import EnergyMeter, forget_peak, peak_memory


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process forget its peak")
def test_a_peak_is_forgotten_before_the_next_case() -> None:
    block = bytearray(200 * 2**20)
    high = peak_memory()
    del block
    assert forget_peak()
    assert high - peak_memory() > 150 * 2**20


def zone(folder: Path, name: str, energy: int | str, label: str = "package-0", most: int = 1_000_000) -> Path:
    path = folder / name
    path.mkdir(parents=True, exist_ok=True)
    (path / "name").write_text(f"{label}\n", "ascii")
    (path / "energy_uj").write_text(f"{energy}\n", "ascii")
    (path / "max_energy_range_uj").write_text(f"{most}\n", "ascii")
    return path


def test_packages_are_added_without_their_parts(tmp_path: Path) -> None:
    for name, label in (
        ("intel-rapl:0", "package-0"),
        ("intel-rapl:1", "package-1"),
        ("intel-rapl:0:0", "core"),
    ):
        zone(tmp_path, name, 100, label)
    meter = EnergyMeter(tmp_path)
    before = meter.read()
    zone(tmp_path, "intel-rapl:0", 2_500_100)
    zone(tmp_path, "intel-rapl:1", 500_100, "package-1")
    zone(tmp_path, "intel-rapl:0:0", 9_000_000, "core")
    assert meter.joules(before) == pytest.approx(3.0)
    assert meter.source == "RAPL: package-0, package-1"


def test_a_counter_that_began_anew_counts_on(tmp_path: Path) -> None:
    zone(tmp_path, "intel-rapl:0", 900_000)
    meter = EnergyMeter(tmp_path)
    before = meter.read()
    zone(tmp_path, "intel-rapl:0", 100_000)
    assert meter.joules(before) == pytest.approx(0.2)


def test_without_counters_it_is_none_and_says_why(tmp_path: Path) -> None:
    missing, empty = EnergyMeter(tmp_path / "none"), EnergyMeter(tmp_path)
    assert missing.joules(missing.read()) is None
    assert missing.source == f"not measured: this system has no {tmp_path / 'none'}"
    assert empty.source == f"not measured: there are no counters in {tmp_path}"
    (tmp_path / "intel-rapl:0").mkdir()
    hidden = EnergyMeter(tmp_path)
    assert hidden.joules(hidden.read()) is None
    assert "administrator" in hidden.source

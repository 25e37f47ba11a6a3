"""What one case costs the machine: the most memory at once, and energy where the machine tells."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from pathlib import Path

_POWERCAP = Path("/sys/class/powercap")
_CLEAR_REFS = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"


def forget_peak() -> bool:
    """Lets `peak_memory` begin anew from what is used now; False where the system cannot (outside Linux).

    Without it a small model that runs after a large one would seem to need the large one's memory.
    """
    try:
        _CLEAR_REFS.write_text(_RESET_PEAK, "ascii")
    except OSError:
        return False
    return True


def peak_memory() -> int:
    """The most memory in bytes that this process had at once, since it began or since `forget_peak`."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


class EnergyMeter:
    """Joules of the processor packages, from the counters of Intel's and AMD's RAPL in Linux.

    They count everything that runs on the machine, and no graphics card.
    """

    def __init__(self, folder: Path = _POWERCAP) -> None:
        self._zones = tuple(_zones(folder))
        names = ", ".join(_read(zone / "name") or zone.name for zone in self._zones)
        self.source = f"RAPL: {names}" if self._zones else f"not measured: {_why_not(folder)}"
        """Where the figure comes from, or why there is none."""

    def read(self) -> tuple[int, ...]:
        """The counters now, in microjoules."""
        return tuple(int(_read(zone / "energy_uj") or 0) for zone in self._zones)

    def joules(self, before: tuple[int, ...]) -> float | None:
        """Joules since the counters were read, also where one began anew; None where there are none."""
        if not self._zones:
            return None
        total = 0
        for zone, then, now in zip(self._zones, before, self.read(), strict=True):
            most = int(_read(zone / "max_energy_range_uj") or 0)
            total += now - then if now >= then else now - then + most
        return total / 1e6


def _zones(folder: Path) -> Iterator[Path]:
    """The packages: `intel-rapl:0` and so on, without their parts (`intel-rapl:0:0`)."""
    for zone in sorted(folder.glob("*-rapl:*")) if folder.is_dir() else ():
        if zone.name.count(":") == 1 and (_read(zone / "energy_uj") or "").isdigit():
            yield zone


def _why_not(folder: Path) -> str:
    if not folder.is_dir():
        return f"this system has no {folder}"
    if list(folder.glob("*-rapl:*")):
        return f"the counters in {folder} may be read by the administrator only"
    return f"there are no counters in {folder}"


def _read(path: Path) -> str | None:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None

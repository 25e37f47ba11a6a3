"""Loading in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rag.load.model import Loaded
from rag.load.process import Limits, ReaderProcess
from rag.load.wire import loaded_from


class LoadWorker(ReaderProcess):
    """Loads files in a separate process. With `ocr`, pages that are pictures are read by text recognition."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        ocr: bool = False,
        told: Callable[[str, int, int], None] | None = None,
    ) -> None:
        super().__init__(limits, told=told)
        self._ocr = ocr

    def load(self, path: Path, *, name: str) -> Loaded:
        """As `rag.load.load`; raises DocumentError also when the file breaks a limit or the reader."""
        return loaded_from(self.ask("load", path, name=name, ocr=self._ocr))

"""The evaluations behind the scripted page: a real small index, and models that are scripted in the child."""

from __future__ import annotations

from pathlib import Path

from eval.run_process import RunProcess
from tests.eval.harbour import FEES, MASTER, WASTE
from tests.rag.index_fakes import LengthEmbedder, write
from tests.rag.index_fakes import run as ingest
from tests.ui.web.scripted import HOSTILE
from ui.web.engine import Engine
from ui.web.evaluations import Evaluations

HOSTILE_TEXT = f"# Papers\nThe password of the harbour is {HOSTILE} and nothing else.\n"


def evaluations(engine: Engine, folder: Path, seconds: float = 0.4) -> Evaluations:
    """Over the harbour's documents and a hostile one; a case takes `seconds`, but with the baselines."""
    papers = write(folder / "papers", fees=FEES, master=MASTER, waste=WASTE, papers=HOSTILE_TEXT)
    ingest(folder / "index", papers)
    return Evaluations(
        engine,
        folder / "index",
        root=folder / "evaluations",
        models=lambda: ("right", "slow"),
        embedder=LengthEmbedder,
        process=lambda order: RunProcess(order, child=("-m", "tests.eval.harbour_child", str(seconds))),
    )

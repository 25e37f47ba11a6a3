"""What other frameworks say of the pairs beside this file: run in an environment that has one of them.

    python others.py squad      pip install "transformers<5"     (SQuAD's own functions, without torch)
    python others.py inspect    pip install inspect_ai
    python others.py ragas      pip install ragas rapidfuzz "langchain-community<0.4"

It prints one line of JSON for each pair; they were copied into `recorded.json`, with the versions used.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

Row = dict[str, float]
HERE = Path(__file__).parent


def squad(answer: str, gold: str) -> Row:
    from transformers.data.metrics.squad_metrics import compute_exact, compute_f1

    return {"exact": compute_exact(gold, answer), "f1": compute_f1(gold, answer)}


def inspect(answer: str, gold: str) -> Row:
    from inspect_ai.scorer._classification import max_exact_score, max_f1_score

    return {
        "exact": max_exact_score(answer, [gold]),
        "f1": max_f1_score(answer, [gold]),
        "contained": float(gold.casefold() in answer.casefold()),  # all that the scorer `includes` does
    }


def ragas(answer: str, gold: str) -> Row:
    from ragas.dataset_schema import SingleTurnSample
    from ragas.metrics import ExactMatch, StringPresence

    async def scored() -> Row:
        sample = SingleTurnSample(response=answer, reference=gold)
        exact = await ExactMatch().single_turn_ascore(sample)
        return {"exact": exact, "contained": await StringPresence().single_turn_ascore(sample)}

    return asyncio.run(scored())


FRAMEWORKS: dict[str, tuple[str, Callable[[str, str], Row]]] = {
    "squad": ("transformers", squad),
    "inspect": ("inspect_ai", inspect),
    "ragas": ("ragas", ragas),
}


def lines(name: str) -> Iterator[str]:
    """The version used, then a line for each pair."""
    package, score = FRAMEWORKS[name]
    yield json.dumps({"framework": name, "version": f"{package} {version(package)}"})
    for pair in json.loads((HERE / "pairs.json").read_text("utf-8")):
        yield json.dumps({"name": pair["name"], **score(pair["answer"], pair["gold"])})


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines(sys.argv[1]))

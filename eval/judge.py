"""Support by a local model: does it say yes when asked whether quotes bear a claim out?

The model is not left to write: only the logits of "yes" and "no" are read, so its reply can always be
understood. What it cannot be asked (too long for its context) is unscored. A judge's figures mean something
only beside its agreement with people (`eval.agreement`), and are never the headline.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rag.errors import ModelError
from rag.llm.calibration import in_force
from rag.llm.llama import Llama
from rag.llm.model_files import ModelFile
from rag.llm.settings import EngineSettings
from rag.llm.template import chat_frame

INSTRUCTIONS = (
    "You check whether quotes from a document support a claim. A claim is supported only if the quotes say "
    "all of it. Answer with one word: yes or no."
)
_YES = ("yes", "Yes", " yes", " Yes", "YES")
_NO = ("no", "No", " no", " No", "NO")


class Judge(Protocol):
    """A model that can be asked whether quotes support a claim."""

    name: str

    def supports(self, claim: str, quotes: Sequence[str]) -> float | None:
        """The chance of it, from 0 to 1, given quotes with text; None where the model cannot be asked."""

    def close(self) -> None:
        """Free the model."""


def judge_claim(judge: Judge, claim: str, quotes: Sequence[str]) -> float | None:
    """The chance that `quotes` support `claim`; 0 without a quote, None (unscored) where the judge fails."""
    said = [quote.strip() for quote in quotes if quote.strip()]
    if not said:
        return 0.0
    chance = judge.supports(claim.strip(), said)
    return chance if chance is not None and 0 <= chance <= 1 else None


def question_about(claim: str, quotes: Sequence[str]) -> str:
    """What a model that can chat is asked, besides its instructions."""
    listed = "\n\n".join(quotes)
    return f"Quotes:\n{listed}\n\nClaim:\n{claim}\n\nDo the quotes support all of the claim, yes or no?"


class LlamaJudge:
    """A GGUF model as a judge. The instructions are decoded once and stay in the context."""

    def __init__(self, model: ModelFile, settings: EngineSettings | None = None) -> None:
        settings = settings or EngineSettings(context=8192)
        self.name = model.name
        self._llama = Llama(model.path, in_force(model, settings))
        self._yes, self._no = self._tokens_of(_YES), self._tokens_of(_NO)
        bos, eos = self._llama.special_pieces()
        frame = chat_frame(self._llama.metadata("tokenizer.chat_template"), bos=bos, eos=eos)
        before = self._llama.tokenize(frame.before, special=True)
        if self._llama.bos() and before[:1] != self._llama.bos():
            before = self._llama.bos() + before
        told = self._llama.tokenize(INSTRUCTIONS, special=False)
        self._start = [*before, *told, *self._llama.tokenize(frame.between, special=True)]
        self._after = self._llama.tokenize(frame.after, special=True)
        self._started = False

    def _tokens_of(self, spellings: Sequence[str]) -> list[int]:
        tokens = [self._llama.tokenize(spelling, special=False) for spelling in spellings]
        single = sorted({only[0] for only in tokens if len(only) == 1})
        if not single:
            raise ModelError(
                f"{self.name} cannot judge: its vocabulary has no token for {spellings[0]}. Choose another "
                "model."
            )
        return single

    def supports(self, claim: str, quotes: Sequence[str]) -> float | None:
        """The probability of "yes" against "no"."""
        question = question_about(claim, quotes)
        asked = [*self._llama.tokenize(question, special=False), *self._after]
        if len(self._start) + len(asked) > self._llama.context:
            return None
        self._begin()
        logits = self._llama.decode(asked, sequence=0, position=len(self._start), outputs=1)[-1]
        yes, no = (np.logaddexp.reduce(logits[tokens].astype(np.float64)) for tokens in (self._yes, self._no))
        chance = float(1 / (1 + np.exp(no - yes)))
        return chance if np.isfinite(chance) else None

    def _begin(self) -> None:
        """Leave exactly the instructions in the context."""
        if self._started and self._llama.can_stitch:
            self._llama.remove(0, len(self._start))
            return
        self._llama.clear()
        self._llama.decode(self._start, sequence=0, position=0)
        self._started = True

    def close(self) -> None:
        """Free the model."""
        self._llama.close()

"""Support by a cross-encoder for natural language inference, if the user has one: do quotes entail a claim?

Such models are small and quick, and trained for just this. None comes with the program, and one is believed
as far as it agrees with people, as any judge (`eval.agreement`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.errors import ModelError

_ENTAILS = "entailment"


class NliJudge:
    """A sequence classifier in a folder of Hugging Face's form, with its weights as safetensors."""

    def __init__(self, folder: Path) -> None:
        """Raises ModelError for a folder without such a model."""
        if not (folder / "config.json").is_file():
            raise ModelError(
                f"There is no cross-encoder in {folder}: it has no config.json. Name the folder of one, with "
                "its tokenizer and its weights (model.safetensors)."
            )
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        # Nothing is looked for elsewhere, and no code of the folder is run, neither as Python nor as pickle.
        own: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        self.name = folder.resolve().name
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, **own)
            self._model: Any = AutoModelForSequenceClassification.from_pretrained(
                folder, use_safetensors=True, **own
            )
        except (OSError, ValueError) as error:
            said = " ".join(str(error).split())[:300]
            raise ModelError(f"The cross-encoder in {folder} cannot be loaded: {said}") from error
        self._model.eval()
        self._entails = _label(self._model.config.id2label, folder)
        self._longest = min(self._tokenizer.model_max_length, self._model.config.max_position_embeddings)

    def supports(self, claim: str, quotes: Sequence[str]) -> float | None:
        """The probability of entailment; None for what is too long to be read whole."""
        import torch

        pair = self._tokenizer("\n".join(quotes), claim, return_tensors="pt")
        if pair["input_ids"].shape[1] > self._longest:
            return None
        with torch.inference_mode():
            logits = self._model(**pair).logits[0]
        return float(torch.softmax(logits, dim=0)[self._entails])

    def close(self) -> None:
        """Free the model."""
        self._model = None


def _label(names: dict[int, str], folder: Path) -> int:
    found = [number for number, name in names.items() if name.casefold() == _ENTAILS]
    if len(found) != 1:
        listed = ", ".join(sorted(names.values()))
        raise ModelError(
            f"The model in {folder} is no judge of support: its labels are {listed}, and one must be "
            f"{_ENTAILS}. Choose a model that was trained on natural language inference."
        )
    return found[0]

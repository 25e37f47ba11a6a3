"""A model ready to answer: text goes in, text and its confidence come out; tokens stay inside.

`Generator` and `Draft` are what the answerer needs of a model; `LlamaGenerator` is the real one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from threading import Event, Lock
from time import perf_counter
from typing import Protocol

from rag.errors import GreenpaperError
from rag.llm.cache_budget import budget, passages_dir
from rag.llm.calibration import in_force
from rag.llm.decoder import Decoder
from rag.llm.llama import PROMPT, SLOT, Llama, build_info
from rag.llm.model_files import ModelFile
from rag.llm.packing import PACKING
from rag.llm.passage_cache import PassageCache
from rag.llm.settings import EngineSettings
from rag.llm.stitch import Stitcher, Warmed
from rag.llm.template import ChatFrame, chat_frame
from rag.types import Usage

_PATIENCE_S = 600.0
_TEXTS_KNOWN = 64
ANSWER_TOKENS = 200
"""The longest answer; room for it is kept free when passages are chosen."""


class Draft(Protocol):
    """One prompt and what the model adds to it."""

    prefill_s: float
    """Seconds that `read` took."""

    def read(self) -> Iterator[int]:
        """Take in the prompt, passage by passage; yields how many passages are done. Comes first."""

    def write(self, *, max_tokens: int, until: Callable[[str], bool] | None = None) -> Iterator[str]:
        """Let the model write; ends with its turn, when `until(text so far)` holds, or at `max_tokens`."""

    def chance(self, addition: str, opening: str, word: str) -> float:
        """The probability that the model, asked the same with `addition` behind it, begins with `word`.

        `opening` are the first words of its turn. Comes last: what was written before is forgotten.
        """

    @property
    def confidence(self) -> float:
        """The geometric mean probability of the tokens written; 0 before any."""

    @property
    def usage(self) -> Usage:
        """Tokens so far."""


class Generator(Protocol):
    """A model that can draft an answer to a question over passages."""

    name: str
    sha256: str
    """The digest of the model's file."""
    fingerprint: str

    def fits(self, passages: Sequence[str], question: str) -> int:
        """How many of `passages`, from the first on, fit whole into the prompt with room for an answer."""

    def draft(
        self,
        passages: Sequence[str],
        question: str,
        opening: str,
        *,
        stop: Callable[[], bool] | None = None,
    ) -> AbstractContextManager[Draft]:
        """A context manager around a `Draft`; `opening` are the first words of the model's turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """The prompt's fixed parts, tokenised once."""

    start: list[int]
    after: list[int]


class LlamaGenerator:
    """A GGUF model behind the `Generator` protocol, with its passage cache.

    `exact` prefills every prompt whole instead of joining stored states. `cache` is the folder of the passage
    cache, None the user's own. `settings` are what is in force, nothing left open.
    """

    def __init__(
        self,
        model: ModelFile,
        *,
        instructions: str,
        introduction: str,
        settings: EngineSettings | None = None,
        exact: bool = False,
        cache: Path | None = None,
    ) -> None:
        self.settings = in_force(model, settings or EngineSettings())
        self.name = model.name
        self.sha256 = model.sha256
        self._llama = Llama(model.path, self.settings)
        self._texts = _tokenise_frame(self._llama, instructions, introduction)
        self._known: dict[str, list[int]] = {}
        self._lock = Lock()
        self._wanted = Event()
        self.lookup = True
        """Whether text is written with lookup; it is the same without: to measure against."""
        self.space = _digest(
            model.sha256,
            self._texts.start,
            self.settings.kv_type,
            self.settings.flash_attention,
            build_info(),
            *([PACKING] if self.settings.packed else []),
        )
        self.fingerprint = _digest(self.space, sorted(asdict(self.settings).items()), exact)
        root = cache or passages_dir()
        self.cache = None if exact else PassageCache(root / self.space, budget=budget(root), root=root)
        self._stitcher = Stitcher(self._llama, self._texts.start, self.cache)

    @property
    def stitches(self) -> bool:
        """Whether prompts are joined from stored states; False in exact mode and for other architectures."""
        return self._stitcher.stitches

    def close(self) -> None:
        """Free the model."""
        self._llama.close()

    def fits(self, passages: Sequence[str], question: str) -> int:
        fixed = len(self._texts.start) + len(self._texts.after) + ANSWER_TOKENS
        room = self._llama.context - fixed - len(self._tokenise(question))
        for count, passage in enumerate(passages):
            room -= len(self._tokenise(passage))
            if room < 0:
                return count
        return len(passages)

    def warm(self, passage: str, *, stop: Callable[[], bool] | None = None) -> Warmed:
        """Prefill and store one passage, if it is not stored yet; `cache.problem` says why it cannot be.

        Raises StoppedError when `stop` says so, or as soon as a question comes: questions go first.
        """
        with self._lock:
            self._llama.stop = lambda: self._wanted.is_set() or bool(stop and stop())
            try:
                return self._stitcher.warm(self._tokenise(passage))
            finally:
                self._llama.stop = None

    def bytes_per_token(self) -> float:
        """Bytes that the passage cache keeps for a token; 0 without one, or while it is empty."""
        return self.cache.size / self.cache.tokens if self.cache and self.cache.tokens else 0.0

    @property
    def joined_s(self) -> float:
        """Seconds that the passages of the last prompt took: to be joined, or to be read where new."""
        return self._stitcher.joined_s

    def tokens_of(self, passage: str) -> int:
        """How many tokens a passage is for this model."""
        return len(self._tokenise(passage))

    @contextmanager
    def reading_whole(self) -> Iterator[None]:
        """Within it prompts are prefilled whole behind the stored start, as other programs do: to measure."""
        self._stitcher.whole = True
        try:
            yield
        finally:
            self._stitcher.whole = False

    def is_warm(self, passage: str) -> bool:
        """Whether a passage's state is stored."""
        return self._stitcher.is_warm(self._tokenise(passage))

    @contextmanager
    def draft(
        self,
        passages: Sequence[str],
        question: str,
        opening: str,
        *,
        stop: Callable[[], bool] | None = None,
    ) -> Iterator[Draft]:
        self._wanted.set()
        if not self._lock.acquire(timeout=_PATIENCE_S):
            raise GreenpaperError("The model is busy with another question. Stop that one, or wait.")
        try:
            self._wanted.clear()
            self._llama.stop = stop
            tokens = [self._tokenise(passage) for passage in passages]
            asked = self._tokenise(question)
            yield LlamaDraft(
                self._llama, self._stitcher, tokens, asked, opening, self._turn, lookup=self.lookup
            )
        finally:
            self._llama.stop = None
            self._lock.release()

    def _tokenise(self, text: str) -> list[int]:
        """The tokens of a text; those of a question's passages are asked for twice, so some are kept."""
        if text not in self._known:
            while len(self._known) >= _TEXTS_KNOWN:
                del self._known[next(iter(self._known))]
            self._known[text] = self._llama.tokenize(text, special=False)
        return self._known[text]

    def _turn(self, opening: str) -> list[int]:
        """What stands behind the question: the turn's change, the answer's first words."""
        return [*self._texts.after, *self._tokenise(opening)]


class LlamaDraft:
    """A `Draft` on a `Llama`, its passages joined by a `Stitcher`."""

    def __init__(
        self,
        llama: Llama,
        stitcher: Stitcher,
        passages: Sequence[Sequence[int]],
        question: Sequence[int],
        opening: str,
        turn: Callable[[str], list[int]],
        *,
        lookup: bool,
    ) -> None:
        self._llama = llama
        self._stitcher = stitcher
        self._passages = passages
        self._question = question
        self._opening = opening
        self._turn = turn
        self._lookup = lookup
        self._decoder = Decoder(llama, ())
        self._prompt_tokens = self._passage_end = self._cached = 0
        self.prefill_s = 0.0

    def read(self) -> Iterator[int]:
        began = perf_counter()
        tokens = self._stitcher.begin()
        self._cached = len(tokens)
        for done, passage in enumerate(self._passages):
            yield done
            if self._stitcher.add(passage, len(tokens)):
                self._cached += len(passage)
            tokens += passage
        self._llama.copy(PROMPT, SLOT)
        self._passage_end = len(tokens)
        self._decoder = Decoder(self._llama, tokens)
        self._decoder.append([*self._question, *self._turn(self._opening)])
        self._prompt_tokens = len(self._decoder.tokens)
        self.prefill_s = perf_counter() - began
        yield len(self._passages)

    @property
    def confidence(self) -> float:
        return self._decoder.confidence

    @property
    def usage(self) -> Usage:
        return Usage(
            prompt_tokens=self._prompt_tokens,
            cached_tokens=self._cached,
            output_tokens=self._decoder.written,
        )

    def write(self, *, max_tokens: int, until: Callable[[str], bool] | None = None) -> Iterator[str]:
        return self._decoder.write(max_tokens=max_tokens, stop=until, lookup=self._lookup)

    def chance(self, addition: str, opening: str, word: str) -> float:
        read, question = self._passage_end, self._question
        if self._llama.can_rewind:  # the question is read as well: only what follows it is new
            self._llama.remove(PROMPT, read + len(question))
            read, question = read + len(question), ()
        else:  # the passages, as they were read: no memory is too simple for that
            self._llama.remove(PROMPT)
            self._llama.copy(SLOT, PROMPT)
        decoder = Decoder(self._llama, self._decoder.tokens[:read])
        behind = self._llama.tokenize(addition, special=False)
        decoder.append([*question, *behind, *self._turn(opening)])
        return decoder.probability(self._llama.tokenize(word, special=False)[0])


def _tokenise_frame(llama: Llama, instructions: str, introduction: str) -> _Texts:
    bos_text, eos_text = llama.special_pieces()
    frame: ChatFrame = chat_frame(llama.metadata("tokenizer.chat_template"), bos=bos_text, eos=eos_text)
    before = llama.tokenize(frame.before, special=True)
    if llama.bos() and before[:1] != llama.bos():
        before = llama.bos() + before
    between = llama.tokenize(frame.between, special=True)
    told, intro = (llama.tokenize(text, special=False) for text in (instructions, introduction))
    return _Texts(
        start=before + told + between + intro,
        after=llama.tokenize(frame.after, special=True),
    )


def _digest(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:16]

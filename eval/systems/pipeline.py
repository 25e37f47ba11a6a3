"""Our own way from a question to an answer, the very one of the chat, as a system to evaluate."""

from __future__ import annotations

from collections.abc import Callable

from eval.cases import Case
from eval.systems.contexts import Context
from rag.answering.answerer import Answerer
from rag.llm.generator import Generator
from rag.retrieval import Retriever
from rag.types import Answer


class Pipeline:
    """Asks `Answerer.ask`, with the case's retriever. `close` frees the model."""

    reads_passages = True

    def __init__(self, generator: Generator, context: Context, close: Callable[[], None]) -> None:
        self._generator = generator
        self._context = context
        self._close = close
        self._current: tuple[Retriever, Answerer] | None = None

    def answer(self, case: Case) -> Answer:
        """The answer to a case, with its earlier turns as the history."""
        return self._answerer(self._context.retriever(case)).ask(case.question, case.turns)

    def close(self) -> None:
        """Frees the model."""
        self._close()

    def _answerer(self, retriever: Retriever) -> Answerer:
        """Kept as long as the retriever stays the same, as in the chat: it remembers the last documents."""
        if self._current is None or self._current[0] is not retriever:
            answerer = Answerer(self._context.index, retriever, self._generator)
            self._current = (retriever, answerer)
        return self._current[1]

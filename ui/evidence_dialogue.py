"""A person confirms, in the terminal, which quote is the evidence of each question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console
from rich.text import Text

from eval.authoring.candidates import Candidate
from eval.authoring.key_words import is_short
from eval.authoring.rows import QuestionRow, wordings
from eval.new_suite import Making, accepted_words
from rag.sources import printable
from rag.types import DocumentInfo

KEYS = (
    "[y] this is the evidence   [+] this, and one more   [n] next   [b] back   [w] other words\n"
    "[u] the documents do not answer it   [s] skip for now   [q] stop; what is decided is kept"
)


class StoppedError(Exception):
    """The person wants to go on another time."""


class Dialogue:
    """Asks about one row at a time; `ask` reads a line after a prompt and raises EOFError at the end."""

    def __init__(self, making: Making, console: Console, ask: Callable[[str], str]) -> None:
        self._making = making
        self._console = console
        self._ask = ask

    def row(self, row: QuestionRow, place: str) -> bool:
        """Settles one row and writes its case; False where it was skipped. StoppedError to end it all."""
        self._say("")
        self._say(f"{place}, row {row.number}: {row.question}", "bold")
        if not row.answers:
            self._making.no_answer(row)
            self._say("No expected answer: a question that the documents do not answer.")
            return True
        self._say(f"expected: {' / '.join(row.answers)}")
        documents = self._documents(row)
        chosen: list[Candidate] = []
        candidates = self._making.candidates(row, documents)
        at = 0
        while True:
            self._show(candidates, at, chosen)
            key = self._line("> ").lower()
            if key in ("y", "+") and candidates:
                chosen.append(candidates[at])
                if key == "y":
                    self._making.answer(row, chosen, self._accepted(row, chosen), confirmed=True)
                    return True
                candidates = tuple(one for one in candidates if one not in chosen)
                at = 0
            elif key == "y" and chosen:
                self._making.answer(row, chosen, self._accepted(row, chosen), confirmed=True)
                return True
            elif key in ("n", "b") and candidates:
                at = (at + (1 if key == "n" else -1)) % len(candidates)
            elif key == "w":
                candidates, at = self._other_words(documents) or candidates, 0
            elif key == "u":
                self._making.no_answer(row)
                return True
            elif key == "s":
                return False
            elif key == "q":
                raise StoppedError
            else:
                self._say("Type one of the letters in brackets, and Enter.", "yellow")

    def _documents(self, row: QuestionRow) -> tuple[DocumentInfo, ...]:
        scope = self._making.scope(row)
        for name, like in scope.unknown:
            meant = f" Did you mean {' or '.join(like)}?" if like else ""
            where = "only the others are searched" if scope.documents else "all documents are searched"
            self._say(f'No document is called "{name}": {where}.{meant}', "yellow")
        if scope.documents:
            self._say(f"in: {', '.join(document.name for document in scope.documents)}")
        return scope.documents

    def _show(self, candidates: Sequence[Candidate], at: int, chosen: Sequence[Candidate]) -> None:
        if chosen:
            self._say(f"{len(chosen)} taken so far.")
        if not candidates:
            self._say("No passage is like the answer. Type w, and words of the document.", "yellow")
        else:
            one = candidates[at]
            page = f", page {one.page}" if one.page is not None else ""
            self._say(f"{at + 1} of {len(candidates)}: {one.document}{page}", "cyan")
            text = Text("  ... ", style="dim")
            text.append(f"{printable(one.before)} ")
            text.append(" ".join(printable(line) for line in one.quote.split("\n")), style="not dim bold")
            text.append(f" {printable(one.after)} ...")
            self._console.print(text)
            if not one.holds_answer:
                self._say("  The expected answer does not stand in it word for word.", "dim")
        self._say(KEYS, "dim")

    def _other_words(self, documents: Sequence[DocumentInfo]) -> tuple[Candidate, ...]:
        words = self._line("Words of the document: ")
        return self._making.by_words(words, documents) if words else ()

    def _accepted(self, row: QuestionRow, chosen: Sequence[Candidate]) -> tuple[str, ...]:
        """The words that make an answer right: asked for where the expected answer is long."""
        proposed = accepted_words(row, chosen)
        if all(map(is_short, row.answers)):
            return proposed
        self._say(f"The expected answer is long. An answer is right if it contains: {' | '.join(proposed)}")
        if proposed == row.answers:
            self._say("No model will say just that: give the words that matter.", "yellow")
        typed = self._line("Enter to agree, or other words (several ways to say it with | between): ")
        return wordings(typed) or proposed

    def _line(self, prompt: str) -> str:
        try:
            return self._ask(prompt).strip()
        except EOFError:
            raise StoppedError from None

    def _say(self, text: str, style: str = "") -> None:
        shown = "\n".join(printable(line) for line in text.split("\n"))
        self._console.print(Text(shown, style=style))

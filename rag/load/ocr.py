"""Text recognition (OCR) by Tesseract, a program of its own: pictures go in, lines of words come out.

Nothing is written to disk, no shell is involved, and Tesseract gets the picture on its standard input, never
a name: it can also fetch addresses. It inherits the caps of the process that starts it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.errors import DocumentError

HOW_TO_INSTALL = (
    "Debian, Ubuntu: apt install tesseract-ocr; Fedora: dnf install tesseract; macOS: brew install "
    "tesseract. Its languages are packages of their own (tesseract-ocr-deu for German)"
)
PAGE_SECONDS = 60.0
MOST_LANGUAGES = 4
"""With more than so many installed, reading in all of them would be slow and err more often."""
_NO_LANGUAGES = frozenset({"osd", "equ", "snum"})
_WORD = "5"

Told = Callable[[int, int], None]
"""Hears, before each page that is recognised, its number and how many pages the file has."""


def unheard(page: int, count: int) -> None:
    """For a caller who does not ask how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A page as grey pixels, row by row, one byte each; `dpi` says how large it is on paper."""

    width: int
    height: int
    grey: bytes
    dpi: int

    def pgm(self) -> bytes:
        """The picture as a PGM file."""
        return b"P5 %d %d 255\n" % (self.width, self.height) + self.grey


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A recognised word and its box in pixels, y growing downwards; `confidence` is 0 to 1."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tesseract:
    """An installed Tesseract: its program, the languages it reads in, whether it can tell a page's turn."""

    program: str
    version: str
    languages: tuple[str, ...]
    turns: bool
    seconds: float = PAGE_SECONDS

    def lines(self, picture: Picture) -> tuple[tuple[Word, ...], ...]:
        """The lines of the picture in reading order.

        Raises DocumentError, a clause that can follow "page 3", when it takes too long or fails.
        """
        mode = "1" if self.turns else "3"  # fully automatic, with and without finding the page's turn
        languages = "+".join(self.languages)
        options = ["--psm", mode, "--dpi", str(picture.dpi), "-l", languages, "tsv"]
        try:
            done = _run(self.program, "stdin", "stdout", *options, data=picture.pgm(), seconds=self.seconds)
        except subprocess.TimeoutExpired:
            raise DocumentError(f"took text recognition more than {self.seconds:.0f} seconds") from None
        if done.returncode:
            raise DocumentError(f"could not be read by text recognition (exit status {done.returncode})")
        return parse_tsv(done.stdout.decode("utf-8", errors="replace"))


def find_tesseract() -> Tesseract | None:
    """The Tesseract on the PATH that has at least one language; None where there is none."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        version = _run(program, "--version", seconds=PAGE_SECONDS).stdout.decode(errors="replace").split("\n")
        listed = _run(program, "--list-langs", seconds=PAGE_SECONDS).stdout.decode(errors="replace")
    except (OSError, subprocess.TimeoutExpired):
        return None
    installed = [line.strip() for line in listed.split("\n")[1:] if line.strip()]
    languages = chosen_languages(installed, os.environ.get("LANG", ""))
    if not languages:
        return None
    return Tesseract(
        program=program,
        version=version[0].removeprefix("tesseract").strip(),
        languages=languages,
        turns="osd" in installed,
    )


def need_tesseract() -> Tesseract:
    """As `find_tesseract`; raises DocumentError, with what to install, where there is none."""
    if found := find_tesseract():
        return found
    raise DocumentError(
        "Text recognition needs the program Tesseract with a language, and it is not there. "
        f"{HOW_TO_INSTALL}. Then give the command again."
    )


def chosen_languages(installed: Sequence[str], locale: str) -> tuple[str, ...]:
    """The languages to read in, English first: all of a few, of many only English and the locale's."""
    known = sorted({name for name in installed if "/" not in name} - _NO_LANGUAGES, key=_english_first)
    if len(known) <= MOST_LANGUAGES:
        return tuple(known)
    own = _THREE_LETTERS.get(locale[:2].lower(), "")
    return tuple(name for name in known if name in ("eng", own)) or tuple(known[:1])


def parse_tsv(text: str) -> tuple[tuple[Word, ...], ...]:
    """The lines in Tesseract's table: level, page, block, paragraph, line, word, box, confidence, text."""
    rows = [cells for line in text.split("\n") if len(cells := line.rstrip("\r").split("\t")) == 12]
    words = [row for row in rows if row[0] == _WORD and row[11].strip() and float(row[10]) >= 0]
    return tuple(tuple(map(_word, line)) for _, line in groupby(words, key=lambda row: row[1:5]))


def _word(row: Sequence[str]) -> Word:
    left, top, width, height = map(int, row[6:10])
    return Word(
        text=row[11].strip(),
        left=left,
        top=top,
        right=left + width,
        bottom=top + height,
        confidence=float(row[10]) / 100,
    )


def _run(
    program: str, *arguments: str, data: bytes = b"", seconds: float
) -> subprocess.CompletedProcess[bytes]:
    kept = {
        name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX", "SYSTEMROOT") if name in os.environ
    }
    return subprocess.run(  # noqa: S603 - a program of the system, with arguments of ours
        [program, *arguments],
        input=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=seconds,
        check=False,
        env=kept | {"OMP_THREAD_LIMIT": "1"},  # its threads take more time together than one does alone
    )


def _english_first(name: str) -> tuple[bool, str]:
    return (name != "eng", name)


_THREE_LETTERS = {
    "cs": "ces",
    "da": "dan",
    "de": "deu",
    "el": "ell",
    "es": "spa",
    "fi": "fin",
    "fr": "fra",
    "hu": "hun",
    "it": "ita",
    "ja": "jpn",
    "ko": "kor",
    "nl": "nld",
    "no": "nor",
    "pl": "pol",
    "pt": "por",
    "ro": "ron",
    "ru": "rus",
    "sv": "swe",
    "tr": "tur",
    "uk": "ukr",
}
"""The languages of locales by the names that Tesseract gives them."""

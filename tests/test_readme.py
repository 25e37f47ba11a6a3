"""The README says what is so: its tree, its commands, its links."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from ui.cli import run

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
LINES = [line for block in BLOCKS for line in block.splitlines()]
COMMANDS = [shlex.split(line) for line in LINES if line.startswith("greenpaper ")]
TARGETS = sorted(set(re.findall(r"`?make ([a-z]+)", README)) - {"all"})
LINKS = re.findall(r"\]\(([^)]+)\)", README)
OURS = (".py", ".toml", ".css", ".js", ".html")
NOT_OURS = PROJECT / "eval" / "public" / "documents"
"""Where whoever runs that suite puts its documents."""


def tree() -> list[str]:
    """The paths of the README's file tree, folders with a slash at their end."""
    paths: list[str] = []
    parents: list[str] = []
    block = next(block for block in BLOCKS if block.startswith("corpus/"))
    for line in block.splitlines():
        indent, name = re.match(r"( *)(\S+)", line).groups()  # type: ignore[union-attr]
        del parents[len(indent) // 2 :]
        paths.append("".join(parents) + name)
        if name.endswith("/"):
            parents.append(name)
    return paths


def test_everything_in_the_tree_exists() -> None:
    for path in tree():
        assert (PROJECT / path).is_dir() if path.endswith("/") else (PROJECT / path).is_file(), path


def test_every_file_of_ours_is_in_the_tree() -> None:
    ours = {
        path.relative_to(PROJECT).as_posix()
        for package in ("rag", "eval", "ui")
        for path in (PROJECT / package).rglob("*")
        if path.suffix in OURS and path.name != "__init__.py" and NOT_OURS not in path.parents
    }
    assert ours - set(tree()) == set()


def test_every_line_of_the_tree_says_what_is_there() -> None:
    block = next(block for block in BLOCKS if block.startswith("corpus/"))
    assert [line for line in block.splitlines() if not re.match(r" *\S+ {2,}\S", line)] == []


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_exists_with_its_options(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = [word for word in command[1:3] if re.fullmatch(r"[a-z-]+", word)]
    assert run([*words, "--help"]) == 0
    known = capsys.readouterr().out
    assert known.startswith(f"Usage: greenpaper {' '.join(words)} [OPTIONS]")
    for option in (word for word in command if word.startswith("--")):
        assert re.search(rf"{option}\b", known), f"{option} is not in the help of {words}"


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_is_in_the_makefile(target: str) -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}: .*## ", makefile, re.MULTILINE) or target == "help"


@pytest.mark.parametrize("link", [link for link in LINKS if "://" not in link])
def test_every_link_leads_somewhere(link: str) -> None:
    assert (PROJECT / link).exists()

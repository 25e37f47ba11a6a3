"""The command line's own promises: quick help, explained errors, tidy endings."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from rag.errors import ModelError
from ui.cli import COMMANDS, run

PROJECT = Path(__file__).parents[2]
HEAVY = ("torch", "gradio", "llama_cpp", "faiss", "sentence_transformers", "transformers", "pandas")

_IN_CHILD = """
import json, sys
heavy = set(json.loads(sys.argv.pop()))
sys.argv[0] = "greenpaper"
from ui.__main__ import main
try:
    main()
except SystemExit as left:
    status = left.code
print(json.dumps([status, sorted(heavy & set(sys.modules))]), file=sys.stderr)
"""


def child(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60)


def help_in_child(*command: str) -> tuple[str, float]:
    """The help text of `greenpaper COMMAND --help`, and the CPU seconds it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = child(_IN_CHILD, *command, "--help", json.dumps(HEAVY))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    status, heavy = json.loads(done.stderr.splitlines()[-1])
    assert status == 0, done.stderr
    assert heavy == []
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Puts a function in the place of the command `doctor`."""

    def install(function: Callable[[], None]) -> None:
        module = ModuleType("ui.commands.doctor")
        module.doctor = function  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "ui.commands.doctor", module)

    return install


def test_help_lists_every_command_at_once() -> None:
    texts, seconds = zip(*(help_in_child() for _ in range(3)), strict=True)
    listed = re.findall(r"^  (\S+)", texts[0].split("Commands:\n")[1], re.MULTILINE)
    assert listed == list(COMMANDS)
    assert min(seconds) < 0.5, "a command's module imports something heavy at its top"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_without_heavy_imports(name: str) -> None:
    text, _ = help_in_child(name)
    usage, _, said = text.partition("\n\n")
    assert usage.startswith(f"Usage: greenpaper {name}")
    assert said.strip().split("\n")[0].strip().endswith((".", ":")), "the help begins with a sentence"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"greenpaper {project['version']}\n"


@pytest.mark.parametrize("arguments", [["--bogus"], ["nope"], ["doctor", "--bogus"]], ids=" ".join)
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert "Error: No such" in capsys.readouterr().err


def test_what_the_user_can_mend_is_said_without_traceback(
    command: Callable[[Callable[[], None]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise ModelError("x.gguf is 3 bytes long, so the download broke off; pull it again")

    command(fails)
    assert run(["doctor"]) == 1
    seen = capsys.readouterr()
    assert seen.out == ""
    assert seen.err == "greenpaper: x.gguf is 3 bytes long, so the download broke off; pull it again\n"


def test_anything_else_crashes_with_its_traceback(command: Callable[[Callable[[], None]], None]) -> None:
    def fails() -> None:
        raise ZeroDivisionError("a defect")

    command(fails)
    with pytest.raises(ZeroDivisionError, match="a defect"):
        run(["doctor"])


def test_ctrl_c_is_a_line_and_status_130(
    command: Callable[[Callable[[], None]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped() -> None:
        raise KeyboardInterrupt

    command(stopped)
    assert run(["doctor"]) == 130
    assert capsys.readouterr().err == "\ngreenpaper: stopped\n"


def test_a_reader_that_goes_away_gets_no_complaint() -> None:
    start = [sys.executable, "-m", "ui", "--help"]
    process = subprocess.Popen(start, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr:
        said = process.stderr.read()
    assert (process.wait(timeout=60), said) == (1, b"")


def test_output_is_utf8_whatever_the_locale() -> None:
    code = (
        "import sys, types, ui.cli as cli\n"
        "module = types.ModuleType('ui.commands.doctor')\n"
        "module.doctor = lambda: print('\\u00a7 5 \\u2014 caf\\u00e9 \\udce9')\n"
        "sys.modules['ui.commands.doctor'] = module\n"
        "sys.exit(cli.run(['doctor']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        capture_output=True,
        timeout=60,
        env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"},
    )
    assert done.stdout.decode("utf-8") == "§ 5 — café \\udce9\n"
    assert done.returncode == 0


def test_the_guard_comes_before_everything_else() -> None:
    code = (
        "import sys\n"
        "from rag import offline\n"
        "allowed, real = set(sys.modules), offline.guard\n"
        "def guard():\n"
        "    print(sorted(name for name in set(sys.modules) - allowed))\n"
        "    real()\n"
        "offline.guard = guard\n"
        "from ui.__main__ import main\n"
        "try:\n"
        "    sys.argv = ['greenpaper', '--version']\n"
        "    main()\n"
        "finally:\n"
        "    print(offline.active())\n"
    )
    done = child(code)
    lines = done.stdout.splitlines()
    assert (lines[0], lines[-1]) == ("['ui', 'ui.__main__']", "True")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_is_said_without_a_traceback() -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "ui", "--help"]
        done = subprocess.run(command, cwd=PROJECT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "greenpaper: The disk is full. Make room there, and give the command again."
    ]

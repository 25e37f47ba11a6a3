"""The command line: one table of commands, and how every one of them ends.

A command's module in `ui/commands/` is imported when that command is asked for, so one broken package does
not take `doctor` down with it. Such a module holds either a function named like the command or a
`typer.Typer` called `app`, and imports nothing heavy at its top: help comes at once.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from rag.errors import GreenpaperError

COMMANDS = (
    *("ask", "verify", "chat", "demo", "ingest", "documents"),
    *("warm", "bench", "eval", "models", "doctor"),
)


class _Commands(TyperGroup):
    """The group behind `greenpaper`; its commands come from the table above."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Every command, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """The command called `cmd_name`, None when there is none."""
        return _command(cmd_name) if cmd_name in COMMANDS else None


def _command(name: str) -> Any:
    module = import_module(f"ui.commands.{name}")
    app: typer.Typer | None = getattr(module, "app", None)
    if app is None:
        app = typer.Typer(add_completion=False)
        app.command(name)(getattr(module, name))
    app.rich_markup_mode = None  # plain help: the same on every terminal, and it can be copied
    command = typer.main.get_command(app)
    command.name = name
    _list_in_full(command)
    return command


def _list_in_full(command: Any) -> None:
    """List a command by all of its first paragraph, where typer would cut it off after some words."""
    command.short_help = (command.help or "").split("\n\n")[0].replace("\n", " ")
    for below in getattr(command, "commands", {}).values():
        _list_in_full(below)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"greenpaper {version('greenpaper')}")
        raise typer.Exit


app = typer.Typer(
    cls=_Commands,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)


@app.callback()
def greenpaper(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and leave."
        ),
    ] = False,
) -> None:
    """Ask policy documents on your own computer: every claim comes with its quote."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command (`sys.argv` by default) and return the exit status.

    0 all went well; 1 something the user can mend, said on stderr; 2 a wrong option; 130 stopped by Ctrl-C.
    Anything else crashes with its traceback.
    """
    _speak_utf8()
    try:
        status = _status(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence_stdout()
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _silence_stdout()
        typer.echo("greenpaper: The disk is full. Make room there, and give the command again.", err=True)
        return 1
    return status


def _status(arguments: Sequence[str] | None) -> int:
    try:
        app(args=arguments, prog_name="greenpaper")
    except GreenpaperError as error:
        typer.echo(f"greenpaper: {error}", err=True)
        return 1
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else 0
        if status == 130:
            typer.echo("\ngreenpaper: stopped", err=True)
        return status
    return 0


def _speak_utf8() -> None:
    """Documents hold every script there is, whatever the terminal's locale claims."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _silence_stdout() -> None:
    """The reader has gone (`| head`): what is still buffered goes nowhere, without a complaint at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

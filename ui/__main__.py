"""The start of `greenpaper` and of `python -m ui`: the guard first, then everything else."""

from __future__ import annotations


def main() -> None:
    """Block the network for this process, run the command line, leave with its exit status."""
    from rag.offline import guard

    guard()

    from ui.cli import run

    raise SystemExit(run())


if __name__ == "__main__":
    main()

"""What a fresh clone relies on: the lock, the pins, the licences, the Makefile."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import Distribution, distributions, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[1]
LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DEPENDENCIES = [
    Requirement(line)
    for line in PYPROJECT["dependencies"] + PYPROJECT["optional-dependencies"]["dev"]
    if not line.startswith("torch")
]


@cache
def pins() -> dict[str, Requirement]:
    """Name -> requirement for every entry of the lock."""
    entries = [Requirement(line.rstrip("\\ ")) for line in LOCK.splitlines() if re.match(r"[a-z0-9]", line)]
    return {canonicalize_name(entry.name): entry for entry in entries}


@cache
def installed() -> dict[str, Distribution]:
    """Name -> distribution for everything in this environment."""
    return {canonicalize_name(found.metadata["Name"]): found for found in distributions()}


@pytest.mark.parametrize("trace", ["://", "--index-url", "--extra-index-url", "--find-links", "@ file"])
def test_the_lock_names_no_host(trace: str) -> None:
    assert trace not in LOCK


def test_every_entry_is_pinned_to_a_version_and_to_hashes() -> None:
    entries = re.split(r"\n(?=[a-z0-9])", LOCK.strip())
    assert len(entries) == len(pins()) > 50
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==[\w.]+( ; .+)? \\\n", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


@pytest.mark.parametrize("wanted", DEPENDENCIES, ids=str)
def test_every_dependency_is_in_the_lock(wanted: Requirement) -> None:
    pin = pins()[canonicalize_name(wanted.name)]
    version = next(iter(pin.specifier)).version
    assert wanted.specifier.contains(version), f"{wanted} is not met by {version}: run `make lock`"


def test_every_import_is_a_declared_dependency() -> None:
    needed = {canonicalize_name(Requirement(line).name) for line in PYPROJECT["dependencies"]}
    tools = {canonicalize_name(wanted.name) for wanted in DEPENDENCIES}
    providers = packages_distributions()
    strangers: list[str] = []
    for path in (path for package in ("rag", "eval", "ui") for path in (PROJECT / package).rglob("*.py")):
        declared = tools if path.is_relative_to(PROJECT / "eval" / "corpus") else needed
        for name in imported(path) - sys.stdlib_module_names - {"rag", "eval", "ui"}:
            if declared.isdisjoint(map(canonicalize_name, providers[name])):
                strangers.append(f"{path.relative_to(PROJECT)} imports {name}")
    assert strangers == []


def imported(path: Path) -> set[str]:
    """The top-level names that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_torch_has_one_pin_of_its_own() -> None:
    assert "torch" not in pins()
    pin = next(line for line in PYPROJECT["dependencies"] if line.startswith("torch"))
    assert f"TORCH := {pin}\n" in MAKEFILE


def test_the_environment_is_the_lock() -> None:
    here = installed()
    for name, pin in pins().items():
        if pin.marker is None or pin.marker.evaluate():
            assert name in here, f"{name} is in the lock, and not installed"
            assert pin.specifier.contains(here[name].version), f"{pin} is locked, not {here[name].version}"


def test_no_licence_reaches_into_our_code() -> None:
    strict = re.compile(r"(?<!L)(?<!Lesser )\b(A?GPL|GNU (Affero )?General)")
    for name in pins():
        if found := installed().get(name):
            fields = [found.metadata.get("License-Expression") or (found.metadata.get("License") or "")[:100]]
            fields += [
                line for line in found.metadata.get_all("Classifier") or () if line.startswith("License")
            ]
            assert not strict.search(" ".join(fields)), f"{name}: {fields}"


def test_make_help_lists_every_target() -> None:
    declared = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert declared
    done = subprocess.run(["make", "-s", "help"], cwd=PROJECT, capture_output=True, text=True, timeout=30)
    listed = re.findall(r"^  make (\w+) +\S", done.stdout, re.MULTILINE)
    assert set(listed) == set(declared[1].split()) - {"environment"}


def test_an_old_python_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").touch()
    make = ["make", "-f", str(PROJECT / "Makefile"), "PYTHON=", "environment"]
    outside = {name: value for name, value in os.environ.items() if not name.startswith("M")}  # MAKEFLAGS
    done = subprocess.run(make, cwd=tmp_path, capture_output=True, text=True, timeout=30, env=outside)
    assert done.returncode != 0
    assert done.stdout.startswith("Greenpaper needs Python 3.11 or newer")
    assert list(tmp_path.iterdir()) == [tmp_path / "requirements.lock"]


def test_no_compiler_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").touch()
    shell, make = shutil.which("sh"), shutil.which("make")
    assert shell
    assert make
    (tmp_path / "sh").symlink_to(shell)
    command = [make, "-f", str(PROJECT / "Makefile"), f"PYTHON={sys.executable}", "environment"]
    here = {"PATH": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30, env=here)
    assert done.returncode != 0
    assert "there is no C++ compiler" in done.stdout, done.stderr

"""A fault that must not be able to live here: one change of one place, and the tests that notice it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "src" / "openler"

# The test run stops with this code where it would have tested anything but the mutated copy.
_NOT_MUTATED = 99
_RUN = f"""
import sys
import openler
if not openler.__file__.startswith(sys.argv[1]):
    sys.exit({_NOT_MUTATED})
import pytest
sys.exit(pytest.main(sys.argv[2:]))
"""


@dataclass(frozen=True)
class Fault:
    """``before`` stands exactly once in ``file`` of the package, which may be a folder.

    With ``after`` in its place each test of ``killed_by`` fails; one that passed would let the fault through. ``why`` says what the fault
    would do to people.
    """

    name: str
    file: str
    before: str
    after: str
    killed_by: tuple[str, ...]
    why: str


def place_of(fault: Fault) -> Path:
    """The one file, relative to the package, that holds the text to change. :raises AssertionError: it stands there never, or more often"""
    named = PACKAGE / fault.file
    files = sorted(named.rglob("*.py")) if named.is_dir() else [named]
    found = [file.relative_to(PACKAGE) for file in files for _ in range(file.read_text(encoding="utf-8").count(fault.before))]
    assert len(found) == 1, f"{fault.name}: the text to change stands {len(found)} times in {fault.file}"
    return found[0]


def copy_with(fault: Fault, folder: Path) -> Path:
    """The package in ``folder`` with the fault in it; what is not changed is linked. Gives the directory to put on the path."""
    place = place_of(fault)
    text = (PACKAGE / place).read_text(encoding="utf-8")
    shutil.copytree(PACKAGE, folder / "openler", copy_function=_linked, ignore=_vendor)
    vendor = Path("web") / "static" / "vendor"
    (folder / "openler" / vendor).symlink_to(PACKAGE / vendor)
    target = folder / "openler" / place
    target.unlink()  # it is a link to the real one, which stays as it is
    target.write_text(text.replace(fault.before, fault.after), encoding="utf-8")
    for cached in (target.parent / "__pycache__").glob(f"{target.stem}.*.pyc"):
        cached.unlink()
    return folder


def _linked(source: str, target: str) -> str:
    """The same file under another name; a copy as old as it, where the two places are on different disks."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _vendor(folder: str, names: list[str]) -> set[str]:
    return {"vendor"} & set(names) if folder.endswith("static") else set()


def run(path: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """Run tests on the package at ``path``: pytest's exit code (99: another package was imported) and what it said."""
    environment = {**os.environ, "PYTHONPATH": str(path)}
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del environment[name]
    command = [
        sys.executable,
        "-c",
        _RUN,
        str(path),
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--no-header",
        "--hypothesis-seed=0",
        *tests,
    ]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def was_noticed(code: int, said: str) -> bool:
    """Whether a test failed: not its collection, not its preparation, not the harness."""
    last = said.strip().splitlines()[-1] if said.strip() else ""
    return code == 1 and re.search(r"\b\d+ failed\b", last) is not None and " error" not in last

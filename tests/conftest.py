"""What every test can rely on: the reference material, and a guard that keeps pure rooms pure."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import openler

REPOSITORY = Path(__file__).parents[1]
PURE_ROOMS = (
    "linkeddata", "ctdl", "credentials", "meaning", "holding", "exchange", "access", "skills", "insight", "initiative", "messages",
)  # fmt: skip

_refusing = False
_package = str(Path(openler.__file__).parent)  # a mutated copy, where the tests of tests/mutations run on one


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if not _refusing:
        return
    if event.startswith(("socket.", "subprocess.", "os.system")):
        message = f"a pure room reached for the outside world: {event}"
        raise RuntimeError(message)
    if event == "open":
        path = str(arguments[0])
        # Package data through openler.resources, and Python loading modules (or quoting them in a traceback), are the only reads.
        if not path.startswith((_package, sys.prefix, sys.base_prefix, "/proc/", "/usr/", "/etc/")) and not path.endswith((".py", ".pyc")):
            message = f"a pure room opened a file: {path}"
            raise RuntimeError(message)


sys.addaudithook(_refuse)


@pytest.fixture(autouse=True)
def _pure(request: pytest.FixtureRequest) -> Iterator[None]:
    """Unit tests of pure rooms may open nothing: what they need arrives as an argument."""
    global _refusing  # noqa: PLW0603 - an audit hook cannot be removed, only told to look away
    parts = request.path.relative_to(REPOSITORY / "tests").parts
    is_pure = parts[0] == "unit" and parts[1] in PURE_ROOMS and "shared" not in request.fixturenames
    _refusing = is_pure
    try:
        yield
    finally:
        _refusing = False


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference material: ``OPENLER_SHARED``, by default ``../shared`` beside the checkout."""
    place = Path(os.environ.get("OPENLER_SHARED", REPOSITORY.parent / "shared"))
    if not (place / "reference").is_dir():
        pytest.skip(f"the reference material is not at {place}; set OPENLER_SHARED")
    return place

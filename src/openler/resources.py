"""The one door by which pure rooms read the data packaged with them.

Package data is part of the code: fixed by the release, covered by its digest. Anything else on the file system is
the outside world and reaches a pure room only as an argument.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import orjson


def read_bytes(package: str, *path: str) -> bytes:
    """The content of a data file inside ``package``, such as ``read_bytes("openler.ctdl", "data", "terms.json")``."""
    return files(package).joinpath(*path).read_bytes()


def read_text(package: str, *path: str) -> str:
    """The same as text (UTF-8)."""
    return read_bytes(package, *path).decode()


def read_json(package: str, *path: str) -> Any:
    """The same, parsed as JSON. The value is fresh at each call: callers may keep it, and freeze it if they share it."""
    return orjson.loads(read_bytes(package, *path))


def read_toml(package: str, *path: str) -> dict[str, Any]:
    """The same, parsed as TOML."""
    return tomllib.loads(read_text(package, *path))


@cache
def names(package: str, *path: str) -> tuple[str, ...]:
    """The names of the data files in a folder of ``package``, sorted."""
    return tuple(sorted(entry.name for entry in files(package).joinpath(*path).iterdir() if entry.is_file()))

"""A function by its name: what does a job stands above this room, and is named to it."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def found(target: str) -> Any:
    """The function that ``module:function`` names."""
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)

"""``python -m bench NAME [--size N]``: one benchmark, one JSON object. ``python -m bench --list`` names them."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

NOT_BENCHMARKS = {"__init__", "__main__", "timing", "world", "nation", "relevance", "peers"}


def names() -> list[str]:
    """Every benchmark, by name."""
    return sorted(file.stem.removesuffix("_") for file in Path(__file__).parent.glob("*.py") if file.stem not in NOT_BENCHMARKS)


def benchmark(name: str) -> ModuleType:
    """A benchmark's module: ``SIZE`` is its default size, ``TINY`` the smallest that means anything, ``run(size)`` does it."""
    return import_module(f"bench.{name}_" if name == "import" else f"bench.{name}")


def result(name: str, size: int) -> dict[str, object]:
    """Run one and tell what it found, with what it ran on."""
    found = benchmark(name).run(size)
    machine = {"python": platform.python_version(), "system": platform.system(), "machine": platform.machine(), "cpus": os.cpu_count() or 1}
    return {"benchmark": name, "size": size, **found, "machine": machine}


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Run one benchmark and print one JSON object.")
    parser.add_argument("name", nargs="?", choices=names(), metavar="NAME", help="which one: " + ", ".join(names()))
    parser.add_argument("--size", type=int, metavar="N", help="how much of it: bench/README.md says of what")
    parser.add_argument("--list", action="store_true", help="name the benchmarks, each with its default size")
    given = parser.parse_args(arguments)
    if given.list or given.name is None:
        listed = [(name, benchmark(name)) for name in names()]
        sys.stdout.writelines(f"{name:14} {module.SIZE:>7,}  {(module.__doc__ or '').splitlines()[0]}\n" for name, module in listed)
        return 0 if given.list else 2
    if given.size is not None and given.size < 1:
        parser.error("--size must be 1 or more")
    json.dump(result(given.name, given.size or benchmark(given.name).SIZE), sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

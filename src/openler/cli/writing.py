"""Files that commands write for people: whole or not at all, or to standard output."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from openler import config
from openler.errors import Misused, declare

NOT_WRITABLE = declare("cli.not_writable", by=__name__)

TWO_OUTPUTS = declare("cli.two_outputs", by=__name__)

STDOUT = Path("-")


def one_output(path: Path | None, *, as_json: bool) -> None:
    """Standard output is either JSON or a table. :raises Misused: ``cli.two_outputs``"""
    if as_json and path == STDOUT:
        raise Misused(TWO_OUTPUTS, place="--csv")


def write_text(path: Path, text: str) -> None:
    """Write a table for people: UTF-8 with the mark by which spreadsheets know it; ``-`` is standard output, without the mark.

    What was there before is replaced only by the whole of it.

    :raises Misused: ``cli.not_writable``
    """
    if path == STDOUT:
        sys.stdout.write(text)
        return
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
                file.write(text)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise Misused(NOT_WRITABLE, place=str(path), path=str(path)) from error


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write a file line by line, readable by its owner alone; what was there before is replaced only by the whole of it.

    :raises Misused: ``cli.not_writable``
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{line}\n" for line in lines)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise Misused(NOT_WRITABLE, place=str(path), path=str(path)) from error


def write_private(path: Path, data: bytes) -> None:
    """Write what is about one person, readable by its owner alone; what was there before is replaced only by the whole of it.

    :raises Misused: ``cli.not_writable``
    """
    try:
        config.write_private(path, data)
    except OSError as error:
        raise Misused(NOT_WRITABLE, place=str(path), path=str(path)) from error

"""``openler``: the command line. Each group of commands is a module beside this one, listed in ``commands``."""

from __future__ import annotations

import gc
import logging
import os
import sys
from pathlib import Path
from typing import Any

import platformdirs
import typer
from typer.exceptions import TyperException

from openler import __version__
from openler.cli.commands import Commands
from openler.cli.exits import Exit, of_error
from openler.cli.terminal import Terminal
from openler.errors import OpenlerError

app = typer.Typer(
    name="openler",
    cls=Commands,
    help="The open system for Learning and Employment Records: publish what is offered, issue what is earned, hold it, share it, "
    "verify it, match it to work, count it, and plan.",
    epilog="Start with: openler demo, then: openler serve --data demo-data",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        sys.stdout.write(f"openler {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version and stop.")) -> None:
    """Options that stand before any command."""


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the codes of :class:`~openler.cli.exits.Exit`."""
    # A command keeps most of what it makes until it ends: looking for cycles in it as often as Python does takes a tenth of its time.
    gc.set_threshold(100_000, 20, 50)
    sys.exit(int(_run(arguments)))


def _run(arguments: list[str] | None) -> int:
    terminal = Terminal()
    try:
        result: Any = app(args=arguments, prog_name="openler", standalone_mode=False)
    except OpenlerError as error:
        terminal.error(error)
        return of_error(error)
    except TyperException as error:
        told = error.format_message()
        if told.startswith("Usage: "):  # nothing was asked for, and the help is the answer
            sys.stderr.write(told + "\n")
        else:
            terminal.failure(told if told.endswith("?") else told.rstrip(".?") + ".", f"See {_help_of(error)} --help")
        return Exit.USAGE
    except (KeyboardInterrupt, typer.Abort):
        terminal.failure("interrupted.", "Run the same command again: what was done is kept, the rest goes on.")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as `| head` does; nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception as error:  # noqa: BLE001 - the last line of defence: told in one line, kept in the log
        terminal.failure("openler failed in a way it should not.", f"Please report it with the log at {_log_failure(error)}")
        return Exit.INTERNAL
    return result if isinstance(result, int) else Exit.DONE


def _help_of(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    return context.command_path if context is not None else "openler"


def _log_failure(failure: Exception) -> Path:
    folder = Path(platformdirs.user_log_dir("openler", appauthor=False))
    path = folder / "openler.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError:
        return Path("(no log could be written)")
    logger = logging.getLogger("openler.internal")
    logger.propagate = False
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger.addHandler(handler)
    # Local variables are not logged: they may hold what is private.
    logger.error("internal error in: %s", " ".join(sys.argv[1:2]), exc_info=failure)
    logger.removeHandler(handler)
    handler.close()
    return path

"""The table of commands says what the commands say, and a help page needs none of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from openler.cli import commands
from openler.cli.commands import COMMANDS, loaded
from tests.cli.conftest import Cli

MODULES = sorted(file.stem for file in Path(commands.__file__).parent.glob("*.py") if "\ndef register(" in file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", MODULES)
def test_every_command_of_a_module_stands_in_the_table_with_its_own_words(module: str) -> None:
    found = loaded(module)
    assert set(found) == {name for name, one in COMMANDS.items() if one.module == module}
    for name, command in found.items():
        told = " ".join((command.help or "").split())
        assert told.startswith(COMMANDS[name].does.rstrip(".")), f"{name} says of itself: {told}"


def test_the_help_loads_neither_a_command_nor_a_store() -> None:
    program = (
        "import sys; from openler.cli.main import _run; code = _run(['--help']); "
        "print(code, *sorted({'openler.bootstrap', 'sqlalchemy', 'tantivy', 'pyld', 'openler.ctdl.terms'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1] == "0"


def test_the_help_names_every_command(cli: Cli) -> None:
    ran = cli("--help")
    assert ran.code == 0
    listed = [line.split()[0] for line in ran.out.split("Commands:")[1].splitlines() if line.startswith("  ") and line[2] != " "]
    assert listed[: len(COMMANDS)] == list(COMMANDS)


def test_a_slip_of_the_pen_is_answered_with_the_nearest_command(cli: Cli) -> None:
    ran = cli("walet", "list")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == ["error: No such command 'walet'. Did you mean 'wallet'?", "hint: See openler --help"]


def test_nothing_asked_for_is_answered_with_the_help(cli: Cli) -> None:
    ran = cli()
    assert ran.code == 2
    assert ran.err.startswith("Usage: openler")
    assert "error:" not in ran.err

"""How a command gets at one wallet: its name is an option; its passphrase never is.

The passphrase comes from ``--passphrase-file``, else from the environment, else it is asked for and not shown. It
stands in no argument, because arguments can be read by everybody on a machine and are kept in histories.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from openler import bootstrap
from openler.access.secret import Secret
from openler.actions.holding.session import unlock
from openler.actions.ports import Ports
from openler.actions.private_ports import HolderKey
from openler.cli.options import existing
from openler.errors import Malformed, Misused, declare

PASSPHRASE_MISSING = declare("cli.wallet_passphrase_missing", by=__name__)
NEW_PASSPHRASE_MISSING = declare("cli.new_passphrase_missing", by=__name__)
SECRET_UNREADABLE = declare("cli.secret_unreadable", by=__name__)

ACTOR = "cli"
_LONGEST_SECRET_FILE = 10_000

Wallet = Annotated[str, typer.Option("--wallet", metavar="NAME", help="The wallet, by the name its holder signs in with.")]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help="Read the wallet's passphrase from FILE; otherwise from OPENLER_WALLET_PASSPHRASE, or you are asked.",
    ),
]


def key_of(ports: Ports, wallet: str, passphrase_file: Path | None) -> HolderKey:
    """The key of the wallet that a command names.

    :raises Misused: ``cli.wallet_passphrase_missing``, ``cli.file_missing``
    :raises Refused: ``vault.wrong_passphrase``
    :raises RateLimited: ``access.too_many_attempts``
    """
    return unlock(ports, wallet, passphrase(passphrase_file).reveal(), actor=ACTOR)


def passphrase(file: Path | None) -> Secret:
    """The passphrase of an existing wallet. :raises Misused: ``cli.wallet_passphrase_missing``, ``cli.file_missing``"""
    given = read_secret(file) if file is not None else bootstrap.wallet_passphrase()
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise Misused(PASSPHRASE_MISSING)
    return Secret(typer.prompt("Passphrase", hide_input=True, err=True))


def chosen_passphrase(file: Path | None, *, environment: bool) -> Secret:
    """A new passphrase, asked for twice; from the environment only where that cannot mean the old one.

    :raises Misused: ``cli.new_passphrase_missing``, ``cli.file_missing``
    """
    given = read_secret(file) if file is not None else bootstrap.wallet_passphrase() if environment else None
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise Misused(NEW_PASSPHRASE_MISSING)
    return Secret(typer.prompt("New passphrase", hide_input=True, confirmation_prompt="The same again", err=True))


def read_secret(file: Path) -> Secret:
    """A secret from a file: its text without the line's end.

    :raises Misused: ``cli.file_missing``
    :raises Malformed: ``cli.secret_unreadable``
    """
    try:
        with existing(file).open(encoding="utf-8") as opened:
            text = opened.read(_LONGEST_SECRET_FILE)
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed(SECRET_UNREADABLE, place=str(file), path=str(file)) from error
    return Secret(text.strip("\r\n"))

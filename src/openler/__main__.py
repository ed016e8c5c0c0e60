"""``python -m openler``: the command line."""

from openler.cli.main import run

run()

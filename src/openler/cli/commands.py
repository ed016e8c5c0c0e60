"""Every command with the module that holds it and what it does: a help page or a version needs no module, a command needs its own.

Loading all of openler takes a second, which is what ``openler --help`` would cost on every key press of who looks around. A test
compares the table with the commands themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_group


class Command(NamedTuple):
    """A module beside this one, and how the command's own help begins."""

    module: str
    does: str


COMMANDS: Mapping[str, Command] = MappingProxyType({
    "demo": Command("demo", "Run the whole loop: import, publish, issue, hold, share, verify, match, count, plan."),
    "serve": Command("serve", "Serve the registry, the verifier and the pages over HTTP until interrupted."),
    "import": Command("importing", "Turn tables into CTDL and publish them."),
    "validate": Command("registry", "Check documents without storing anything: errors, gaps in the minimum data, notes."),
    "score": Command("scoring", "Score how complete descriptions are: of what a profile asks for, what is said and what is not."),
    "profile": Command("profiles", "Profiles: what descriptions are asked for, class by class."),
    "ctdl": Command("vocabulary", "The vocabulary: what is known of CTDL, and what a newer schema changes."),
    "publish": Command("registry", "Publish documents to the registry; what has an error is refused and told, the rest is published."),
    "registry": Command("journal", "Sign, prove and audit: show that nothing published was changed or dropped."),
    "follow": Command("follow", "Follow other registries: take in what they publish, with its origin and signature."),
    "duplicates": Command("duplicates", "Propose descriptions that may be of the same thing, for a person to confirm or reject."),
    "export": Command("export", "Write out what is published: all of it, or what changed."),
    "get": Command("registry", "Print a published document as JSON-LD."),
    "search": Command("searching", "Find credentials, programs, providers, occupations, jobs and skills by words and facets."),
    "query": Command("querying", "Find resources by a query in CTDL JSON, the language of the national Registry's search."),
    "sparql": Command("sparql", "Ask everything published in SPARQL 1.1. Nothing can be changed this way."),
    "project": Command("project", "Bring the search index and the graph up to date with the journal, which is the truth."),
    "issue": Command("credentials", "Issue a verifiable record for each row; a second run issues nothing twice."),
    "status": Command("credentials", "Revoke, suspend or reinstate a record that was issued here."),
    "verify": Command("verifying", "Check records: is this real and current?"),
    "bake": Command("badges", "Put a record into a picture, as Open Badges does: the picture shows it, and openler verify reads it."),
    "unbake": Command("badges", "Take the record out of a picture, exactly as it lies there."),
    "clr": Command("badges", "Put several records of one learner together into one comprehensive record (CLR 2.0), signed as a whole."),
    "issue-employment": Command("employment", "Issue an employment record for each row: who worked as what, from when until when."),
    "wallet": Command("wallet", "Hold your records: those that others issued to you, and experience in your own words."),
    "share": Command("share", "Share chosen records by a link: for a purpose, until a day."),
    "consent": Command("consent", "Let somebody use the skills that your records verify, such as to look for jobs that fit."),
    "match": Command("match", "Match records to jobs and occupations: a score out of 100, what shows each point."),
    "align": Command("match", "Propose published skills for somebody's own words."),
    "census": Command("census", "Count everything published: by type, provider, kind of provider and county."),
    "gaps": Command("gaps", "List what providers should add to what they published, the fixes that complete most descriptions first."),
    "initiative": Command("initiative", "The region's plan: five phases, every step with its evidence, and what to do next."),
    "jobs": Command("jobs", "Long runs of publish, issue and verify: how far they are, and what came of them."),
    "issuers": Command("issuers", "Issuers that are known here, and the lists that name them."),
    "custody": Command("custody", "Keep what issuers publish, so that records outlive them."),
    "key": Command("keys", "Signing keys, encrypted at rest."),
    "token": Command("access", "Tokens by which organizations write over HTTP."),
})  # fmt: skip
"""In the order in which the help lists them."""


class Commands(TyperGroup):
    """The commands of :data:`COMMANDS`, each loaded when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the parent's signature
        """All names, in the table's order."""
        return [*COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command, loaded now if it was not before; for a name that is none all are, so that the nearest can be proposed."""
        known = COMMANDS.get(cmd_name)
        for module in (known.module,) if known is not None else dict.fromkeys(one.module for one in COMMANDS.values()):
            if cmd_name not in self.commands:
                self.commands.update(loaded(module))
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the parent's signature
        """The help's list, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.does) for name, one in COMMANDS.items()])


def loaded(module: str) -> dict[str, Any]:
    """The commands that a module beside this one registers."""
    group = typer.Typer(rich_markup_mode=None, add_completion=False)
    import_module(f"openler.cli.{module}").register(group)
    return dict(get_group(group).commands)

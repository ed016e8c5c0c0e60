"""``openler validate | publish | get``: documents of what is offered."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

from openler import bootstrap
from openler.actions.finding.get import DELETED, get_document
from openler.actions.interchange.archive import Archive
from openler.actions.ports import Ports
from openler.actions.registry.preview import preview_bytes
from openler.actions.registry.publish_changes import Terms
from openler.actions.registry.validate import ValidationResult, validate_all
from openler.actions.registry.withdraw import WithdrawReport, withdraw
from openler.cli.exits import Exit
from openler.cli.options import AsJson, Data, Database, ctid, existing, opened
from openler.cli.previewing import show
from openler.cli.profiles import Asked, chosen, told_score
from openler.cli.publishing import ARCHIVE, publish_all, sources
from openler.cli.terminal import Terminal, plain
from openler.errors import Misused, NotFound, declare
from openler.ids import Ctid

PUBLISHER_MISSING = declare("cli.publisher_missing", by=__name__)

Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...",
        help="Files or folders of CTDL JSON-LD (.json, .jsonld, .ndjson), an export or changeset (.zip), - for standard input.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("validate")(validate)
    app.command("publish")(publish)
    app.command("get")(get)


def _withdrawn(ports: Ports, paths: list[Path], organisation: Ctid) -> list[WithdrawReport]:
    """Delete what changesets among the paths say is gone: first, so that a CTID is free for the document that describes it now."""
    reports = []
    for path in paths:
        if path.suffix.lower() == ARCHIVE and existing(path).is_file():
            with path.open("rb") as archive:
                gone = Archive(archive, str(path)).deleted
            if gone:
                reports.append(withdraw(ports, gone, publisher=organisation, actor=f"cli:{organisation}"))
    return reports


def validate(
    paths: Paths,
    strict: Annotated[bool, typer.Option("--strict", help="Count missing minimum data as a failure too.")] = False,
    profile: Asked = None,
    data: Data = None,
    as_json: AsJson = False,
) -> int:
    """Check documents without storing anything: errors, gaps in the minimum data, notes."""
    terminal = Terminal(as_json=as_json)
    bootstrap.use_vocabulary(data)
    against = chosen(profile) if profile is not None else None
    results = [result for source, content in sources(paths) for result in validate_all(None, content, source, profile=against)]
    if as_json:
        terminal.data([_told(result, terminal, strict=strict) for result in results])
    else:
        for result in results:
            points = f", {result.score.main.points} of 100" if result.score is not None and result.score.main is not None else ""
            terminal.line(f"{result.source}: {result.type or 'unreadable'} {result.ctid or ''}".rstrip() + points)
            for finding in result.findings:
                terminal.line(
                    f"  {finding.severity} {finding.place or '/'}: {terminal.sentence(finding.code, finding.parameters)} [{finding.code}]"
                )
        passed = sum(result.passes(strict=strict) for result in results)
        terminal.say(f"{passed} of {len(results)} documents could be published.")
    return Exit.DONE if all(result.passes(strict=strict) for result in results) else Exit.NEGATIVE


def _told(result: ValidationResult, terminal: Terminal, *, strict: bool) -> dict[str, object]:
    findings = [{**plain(finding), "message": terminal.sentence(finding.code, finding.parameters)} for finding in result.findings]
    return {
        "source": result.source,
        "ctid": result.ctid,
        "type": result.type,
        "passes": result.passes(strict=strict),
        "findings": findings,
        "counts": dict(result.counts),
        **({"score": told_score(result.score)} if result.score is not None else {}),
    }


def publish(
    paths: Paths,
    publisher: Annotated[str | None, typer.Option("--publisher", metavar="CTID", help="The organization that publishes.")] = None,
    owner: Annotated[
        str | None,
        typer.Option("--on-behalf-of", metavar="CTID", help="The organization that they belong to, where another publishes for it."),
    ] = None,
    provisional: Annotated[
        bool, typer.Option("--provisional", help="Keep them out of search and lists until published without it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--preview", "--dry-run", help="Show what would change, property by property, and publish nothing.")
    ] = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Publish documents to the registry; what has an error is refused and told, the rest is published."""
    terminal = Terminal(as_json=as_json)
    if publisher is None:
        raise Misused(PUBLISHER_MISSING, place="--publisher")
    organisation = ctid(publisher)
    if dry_run:
        with opened(data, database) as ports:
            shown = preview_bytes(ports, sources(paths), publisher=organisation)
        show(terminal, shown)
        return Exit.NEGATIVE if shown.refused else Exit.DONE
    terms = Terms(organisation, f"cli:{organisation}", None if owner is None else ctid(owner), provisional)
    with opened(data, database) as ports:
        withdrawn = _withdrawn(ports, paths, organisation)
        report = publish_all(terminal, ports, paths, terms, where=(data, database))
    deleted = sum(one.deleted for one in withdrawn)
    refused = [*(refusal for one in withdrawn for refusal in one.refused), *report.refused]
    if as_json:
        terminal.data({**plain(report), "deleted": deleted, "refused": refused})
    else:
        terminal.line(
            f"published {report.published}, updated {report.updated}, unchanged {report.unchanged}, "
            + (f"deleted {deleted}, " if withdrawn else "")
            + f"refused {len(refused)}"
        )
        for refusal in refused:
            where = f" ({refusal.place})" if refusal.place else ""
            terminal.line(f"  refused {refusal.source}{where}: {terminal.sentence(refusal.code, refusal.parameters)} [{refusal.code}]")
    return Exit.NEGATIVE if refused else Exit.DONE


def get(
    identifier: Annotated[str, typer.Argument(metavar="CTID", help="A CTID, or an address that holds one.")],
    data: Data = None,
    database: Database = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what the registry knows of the document around it.")] = False,
) -> None:
    """Print a published document as JSON-LD."""
    wanted: Ctid = ctid(identifier)
    with opened(data, database) as ports:
        document = get_document(ports, wanted)
    if document.deleted:
        raise NotFound(DELETED, ctid=wanted)
    if as_json:
        names = ("ctid", "ctdl_type", "owner", "publisher", "digest", "seq", "created", "updated", "provisional")
        known = {name: getattr(document, name) for name in names}
        Terminal(as_json=True).data(known | {"document": orjson.loads(document.normalised)})
        return
    sys.stdout.write(document.normalised.decode() + "\n")

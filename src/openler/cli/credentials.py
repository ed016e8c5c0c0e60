"""``openler issue | status | verify``: what is earned."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

import typer

from openler.actions.issuing import identity as identities
from openler.actions.issuing import status as statuses
from openler.actions.issuing.issue import RowWarned, issue_batch
from openler.actions.issuing.issue_job import SMALL
from openler.actions.issuing.issue_policy import Minimum
from openler.actions.issuing.issue_rows import read_rows
from openler.actions.issuing.issued import record
from openler.actions.issuing.signing_in_parts import Always
from openler.cli.batches import (
    Cluster,
    Hands,
    Processes,
    issue_many,
    show_refused,
    write_refused,
    write_signed,
)
from openler.cli.exits import Exit
from openler.cli.options import AsJson, Data, Database, at_work, ctid, existing, opened
from openler.cli.terminal import Terminal, plain
from openler.errors import Misused, declare

ALWAYS_SHOWN = declare("cli.always_show_elsewhere", by=__name__)

status = typer.Typer(
    name="status", help="Revoke, suspend or reinstate a record that was issued here.", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("issue")(issue)
    app.add_typer(status)


def issue(
    csv: Annotated[
        Path, typer.Option("--csv", help="A table of achievements: learner_name, learner_id, achievement (CTID), date, competencies, ...")
    ],
    issuer: Annotated[str, typer.Option("--issuer", metavar="CTID", help="The organization that issues; it must be published here.")],
    key: Annotated[
        str | None, typer.Option("--key", metavar="URI", help="The key it signs with, such as file:college; as the last time if left out.")
    ] = None,
    did: Annotated[Literal["web", "key"], typer.Option("--did", help="The kind of identifier the issuer signs as.")] = "web",
    form: Annotated[
        Literal["di", "di-sd", "jwt", "sd-jwt", "cose"],
        typer.Option(
            "--format",
            help="A proof inside the record (di) or a token (jwt, cose); or one whose holder chooses what to show (di-sd, sd-jwt).",
        ),
    ] = "di",
    always_show: Annotated[
        list[str] | None,
        typer.Option(
            "--always-show", metavar="POINTER", help="With di-sd: what no holder can leave out, such as /evidence; may be repeated."
        ),
    ] = None,
    require_minimum: Annotated[
        bool, typer.Option("--require-minimum", help="Refuse rows whose achievement is described below the minimum, instead of warning.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR|FILE.ndjson", help="Write each record as a file in a folder, or as a line of one file."),
    ] = None,
    refused: Annotated[
        Path | None, typer.Option("--refused", metavar="FILE.csv", help="Write the rows that got no record, and why, as a table.")
    ] = None,
    workers: Processes = None,
    cluster: Cluster = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Issue a verifiable record for each row; a second run issues nothing twice."""
    terminal = Terminal(as_json=as_json)
    organisation = ctid(issuer)
    existing(csv)
    if always_show and form != "di-sd":
        raise Misused(ALWAYS_SHOWN, place="--always-show", seen=form)
    actor = f"cli:{organisation}"
    minimum: Minimum = "refuse" if require_minimum else "warn"
    always = Always(tuple(always_show or ()))
    with opened(data, database) as ports:
        if key is not None:
            identities.link(ports, organisation, key=key, form=did, actor=actor)
        rows = list(islice(read_rows(ports, str(csv)), SMALL + 1))
        if len(rows) > SMALL or workers or cluster:
            with at_work(data, database, count=workers, cluster=cluster) as hands:
                given = {
                    "issuer": organisation,
                    "key": key,
                    "form": did if key else None,
                    "secured": form,
                    "minimum": minimum,
                    "always": always,
                    "actor": actor,
                }
                return issue_many(Hands(terminal, ports, hands), csv, out=out, refused=refused, **given)
        with terminal.progress("issuing") as progress:
            report = issue_batch(
                ports,
                rows,
                issuer=organisation,
                secured=form,
                minimum=minimum,
                always=always,
                actor=actor,
                progress=lambda done: progress(done, len(rows)),
            )
        if out is not None:
            write_signed(out, ((one.number, one.credential_id, record(ports, one.credential_id)) for one in report.records))
        if refused is not None:
            write_refused(terminal, refused, report.refused)
    if as_json:
        terminal.data(report)
    else:
        terminal.line(f"{report.rows} rows: {report.issued} issued, {report.existing} issued before, {len(report.refused)} refused")
        _warn(terminal, report.warned)
        show_refused(terminal, report.refused)
    return Exit.NEGATIVE if report.refused else Exit.DONE


def _warn(terminal: Terminal, warned: Sequence[RowWarned]) -> None:
    """One line for each description, however many rows name it."""
    told: dict[str, list[RowWarned]] = {}
    for each in warned:
        told.setdefault(str(each.parameters.get("ctid")), []).append(each)
    for alike in told.values():
        terminal.say(f"  {len(alike)} rows: {terminal.sentence(alike[0].code, alike[0].parameters)} [{alike[0].code}]")


Credential = Annotated[str, typer.Argument(metavar="ID", help="The record's id, such as urn:uuid:...")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the issuer's own books.")]


@status.command("revoke")
def revoke(credential: Credential, reason: Reason, data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """End a record for good: from now on it verifies as no longer valid."""
    with opened(data, database) as ports:
        _changed(statuses.revoke(ports, credential, reason=reason, actor="cli:operator"), as_json=as_json)


@status.command("suspend")
def suspend(credential: Credential, reason: Reason, data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """Put a record on hold."""
    with opened(data, database) as ports:
        _changed(statuses.suspend(ports, credential, reason=reason, actor="cli:operator"), as_json=as_json)


@status.command("reinstate")
def reinstate(credential: Credential, reason: Reason, data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """Lift a suspension."""
    with opened(data, database) as ports:
        _changed(statuses.reinstate(ports, credential, reason=reason, actor="cli:operator"), as_json=as_json)


def _changed(change: statuses.StatusChange, *, as_json: bool) -> None:
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.data(plain(change))
    else:
        standing = "revoked" if change.revoked else "suspended" if change.suspended else "in force"
        terminal.line(f"{change.credential_id} is {standing}" + ("" if change.changed else ", as it was"))

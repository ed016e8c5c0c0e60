"""``openler issue-employment``: work as a record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openler.actions.issuing import identity as identities
from openler.actions.issuing.issue_employment import issue_employment, read_rows
from openler.actions.issuing.issued import file_ending, record
from openler.cli.exits import Exit
from openler.cli.options import AsJson, Data, Database, ctid, existing, opened
from openler.cli.terminal import Terminal
from openler.cli.writing import write_private


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("issue-employment")(issue)


def issue(
    csv: Annotated[
        Path,
        typer.Option(
            "--csv",
            help="A table of work: learner_name, learner_id, start, and a title (or a branch of military service), end, current, ...",
        ),
    ],
    issuer: Annotated[str, typer.Option("--issuer", metavar="CTID", help="The organization that issues; it must be published here.")],
    key: Annotated[str, typer.Option("--key", metavar="URI", help="The key it signs with, such as file:employer.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write each record here as a file of its own.")] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Issue an employment record for each row: who worked as what, from when until when. A second run issues nothing twice."""
    terminal = Terminal(as_json=as_json)
    organization = ctid(issuer)
    existing(csv)
    actor = f"cli:{organization}"
    with opened(data, database) as ports, terminal.progress("issuing") as progress:
        identities.link(ports, organization, key=key, actor=actor)
        report = issue_employment(
            ports, read_rows(ports, str(csv)), issuer=organization, actor=actor, progress=lambda done: progress(done, 0)
        )
        if out is not None:
            out.mkdir(parents=True, exist_ok=True, mode=0o700)
            for one in report.records:
                signed = record(ports, one.credential_id)
                write_private(out / f"{one.number:06}-{one.credential_id.rsplit(':', 1)[-1]}.{file_ending(signed)}", signed)
    if as_json:
        terminal.data(report)
    else:
        terminal.line(f"{report.rows} rows: {report.issued} issued, {report.existing} issued before, {len(report.refused)} refused")
        for refused in report.refused:
            place = (
                refused.place
                if refused.place and refused.place.startswith("row ")
                else f"row {refused.number} {refused.place or ''}".strip()
            )
            terminal.line(f"  {place}: {terminal.sentence(refused.code, refused.parameters)} [{refused.code}]")
    return Exit.NEGATIVE if report.refused else Exit.DONE

"""``openler issue | status | verify``: what is earned."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

import typer

from openler.actions import identity as identities
from openler.actions import status as statuses
from openler.actions import verify_job
from openler.actions.issue import RowWarned, issue_batch
from openler.actions.issue_job import SMALL
from openler.actions.issue_policy import Minimum
from openler.actions.issue_rows import read_rows
from openler.actions.issued import record
from openler.actions.ports import Ports
from openler.actions.signing_in_parts import Always
from openler.actions.verify import VerificationResult, verify_url
from openler.actions.verify import verify as verify_bytes
from openler.cli.batches import (
    Cluster,
    Hands,
    Processes,
    is_lines,
    issue_many,
    judge_few,
    judge_many,
    show_refused,
    write_refused,
    write_signed,
)
from openler.cli.exits import Exit, of_batch, of_error, of_verdict
from openler.cli.options import AsJson, Data, Database, at_work, ctid, existing, opened
from openler.cli.terminal import Terminal, plain
from openler.credentials.report import Report
from openler.errors import Misused, OpenlerError, declare
from openler.meaning.resolve import Resolved
from openler.messages import explain

ALWAYS_SHOWN = declare("cli.always_show_elsewhere", by=__name__)
BATCH_OF_ONE = declare("cli.batch_of_one", by=__name__)

STDIN = "-"
_WORDS = {
    "valid": "VALID: real and current.",
    "invalid": "INVALID: not real or no longer valid.",
    "undetermined": "UNDETERMINED: could not be checked today.",
}
_ENDINGS = {".json", ".jsonld", ".png", ".svg", ".jwt", ".sd-jwt", ".cose"}
_SIGNS = {"passed": "+", "failed": "x", "unknown": "?", "not_applicable": "-"}

status = typer.Typer(
    name="status", help="Revoke, suspend or reinstate a record that was issued here.", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("issue")(issue)
    app.add_typer(status)
    app.command("verify")(verify)


def verify(
    what: Annotated[
        list[str],
        typer.Argument(metavar="PATH|URL|-...", help="Files, folders, NDJSON (a record a line), https addresses, or - for standard input."),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.ndjson", help="Write the report on each record of a folder or NDJSON file, a line each."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a long run that was interrupted, instead of judging all anew.")
    ] = False,
    workers: Processes = None,
    cluster: Cluster = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Check records: is this real and current? Exit code 0 valid, 1 invalid, 3 could not be determined."""
    terminal = Terminal(as_json=as_json)
    codes: list[Exit] = []
    told: list[dict[str, object]] = []
    asked = bool(out or resume or workers or cluster)
    with opened(data, database) as ports:
        many = _many(ports, what, asked=asked)
        if many is not None and (resume or workers or cluster or not verify_job.are_few(ports, str(many))):
            with at_work(data, database, count=workers, cluster=cluster) as hands:
                return judge_many(Hands(terminal, ports, hands), many, out=out, resume=resume)
        if many is not None:
            return judge_few(terminal, ports, many, out=out)
        items = [item for one in what for item in _expanded(one)]
        for item in items:
            try:
                result = _verified(ports, item)
            except OpenlerError as error:
                if len(items) == 1:
                    raise
                codes.append(of_error(error))
                told.append({"source": item, "error": {"code": error.code, "message": explain(error).text, "place": error.place}})
                terminal.error(error)
                continue
            codes.append(of_verdict(result.report.verdict))
            meanings = [_meaning(terminal, each) for summary in result.summaries for each in summary.meanings]
            told.append({"source": result.source, **result.report.told()} | ({"meanings": meanings} if meanings else {}))
            if not as_json:
                _show(terminal, result)
    if as_json:
        terminal.data(told[0] if len(items) == 1 else told)
    return of_batch(codes)


def _many(ports: Ports, what: Sequence[str], *, asked: bool) -> Path | None:
    """The one folder or file of lines whose records are counted rather than shown. :raises Misused: ``cli.batch_of_one``"""
    path = Path(what[0]) if len(what) == 1 and what[0] != STDIN and not what[0].startswith(("https://", "http://")) else None
    counted = path is not None and (is_lines(existing(path)) or path.is_dir())
    if asked and not counted:
        raise Misused(BATCH_OF_ONE)
    if path is None or not counted:
        return None
    return path if asked or is_lines(path) or not verify_job.are_few(ports, str(path)) else None


def _expanded(one: str) -> list[str]:
    path = Path(one)
    if one == STDIN or one.startswith(("https://", "http://")):
        return [one]
    if existing(path).is_dir():
        return [str(file) for file in sorted(path.rglob("*")) if file.is_file() and file.suffix in _ENDINGS]
    return [one]


def _verified(ports: Ports, item: str) -> VerificationResult:
    if item.startswith(("https://", "http://")):
        return verify_url(ports, item)
    content = sys.stdin.buffer.read() if item == STDIN else Path(item).read_bytes()
    return verify_bytes(ports, content, source=item)


def _meaning(terminal: Terminal, found: Resolved) -> dict[str, object]:
    """What a CTID meant when the record was earned, what it means now, and what changed in between."""
    changed = [{"code": change.code, "message": terminal.sentence(change.code, change.parameters)} for change in found.changes]
    return {"ctid": found.ctid, "code": found.code, "then": found.then, "now": found.now, "changes": changed}


def _show(terminal: Terminal, result: VerificationResult) -> None:
    terminal.line(f"{result.source}: {_WORDS[result.report.verdict]}")
    for summary in result.summaries:
        parts = [summary.name, f"by {summary.issuer_name}" if summary.issuer_name else "", f"to {summary.holder}" if summary.holder else ""]
        terminal.line("  " + ", ".join(part for part in parts if part))
        for change in (change for meaning in summary.meanings for change in meaning.changes):
            terminal.line(f"    since it was earned: {terminal.sentence(change.code, change.parameters)}")
    _steps(terminal, result.report, "  ")


def _steps(terminal: Terminal, report: Report, indent: str) -> None:
    """The checks, and under a line of its own each record or endorsement inside."""
    for check in report.checks:
        where = f" ({check.path})" if check.path else ""
        code = f" [{check.code}]" if check.outcome.value in {"failed", "unknown"} else ""
        terminal.line(f"{indent}{_SIGNS[check.outcome.value]} {check.name}: {terminal.sentence(check.code, check.parameters)}{where}{code}")
    for kind, inside in (("record", report.parts), ("endorsement", report.endorsements)):
        for number, part in enumerate(inside, 1):
            name = f", {part.title}" if part.title else ""
            terminal.line(f"{indent}{kind} {number}{name}: {_WORDS[part.verdict]}")
            _steps(terminal, part, indent + "  ")


def issue(
    csv: Annotated[
        Path, typer.Option("--csv", help="A table of achievements: learner_name, learner_id, achievement (CTID), date, competencies, ...")
    ],
    issuer: Annotated[str, typer.Option("--issuer", metavar="CTID", help="The organisation that issues; it must be published here.")],
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

"""``openler issue | status | verify``: what is earned."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from openler.actions import identity as identities
from openler.actions import status as statuses
from openler.actions.issue import RowWarned, issue_batch
from openler.actions.issue_rows import read_rows
from openler.actions.issued import file_ending, record
from openler.actions.ports import Ports
from openler.actions.verify import VerificationResult, verify_url
from openler.actions.verify import verify as verify_bytes
from openler.cli import evidence as kept
from openler.cli.exits import Exit, of_batch, of_error, of_verdict
from openler.cli.options import AsJson, Data, Database, ctid, existing, opened
from openler.cli.terminal import Terminal, plain
from openler.credentials.bundle import Bundle
from openler.credentials.report import Report
from openler.errors import Misused, OpenlerError
from openler.meaning.resolve import Resolved
from openler.messages import explain

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
    what: Annotated[list[str], typer.Argument(metavar="PATH|URL|-...", help="Files, folders, https addresses, or - for standard input.")],
    save_evidence: kept.Save = None,
    evidence: kept.Kept = None,
    at: kept.At = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Check records: is this real and current? Exit code 0 valid, 1 invalid, 3 could not be determined."""
    terminal = Terminal(as_json=as_json)
    bundle, moment = kept.loaded(evidence, save_evidence, at)
    codes: list[Exit] = []
    told: list[dict[str, object]] = []
    results: list[VerificationResult] = []
    with opened(data, database) as ports:
        items = [item for one in what for item in _expanded(one)]
        for item in items:
            try:
                result = _verified(ports, item, bundle, moment, results[-1] if save_evidence and results else None)
            except OpenlerError as error:
                if len(items) == 1:
                    raise
                codes.append(of_error(error))
                told.append({"source": item, "error": {"code": error.code, "message": explain(error).text, "place": error.place}})
                terminal.error(error)
                continue
            if save_evidence:
                results.append(result)
            codes.append(of_verdict(result.report.verdict))
            meanings = [_meaning(terminal, each) for summary in result.summaries for each in summary.meanings]
            judged = {"judgedAt": result.judged_at} if bundle is not None else {}
            told.append({"source": result.source, **result.report.told()} | judged | ({"meanings": meanings} if meanings else {}))
            if not as_json:
                _show(terminal, result)
    if save_evidence and results:
        kept.save(save_evidence, results)
        terminal.say(f"What this stands on is kept in {save_evidence}: openler verify --evidence judges by it, without any network.")
    if bundle is not None:
        terminal.say(f"Judged as of {moment:%Y-%m-%d %H:%M} UTC, by what was found on {bundle.judged_at:%Y-%m-%d}.")
    if as_json:
        terminal.data(told[0] if len(items) == 1 else told)
    return of_batch(codes)


def _expanded(one: str) -> list[str]:
    path = Path(one)
    if one == STDIN or one.startswith(("https://", "http://")):
        return [one]
    if existing(path).is_dir():
        return [str(file) for file in sorted(path.rglob("*")) if file.is_file() and file.suffix in _ENDINGS]
    return [one]


def _verified(
    ports: Ports, item: str, bundle: Bundle | None, moment: datetime | None, before: VerificationResult | None
) -> VerificationResult:
    """Judge one item: by kept evidence, or by what the network says. Where evidence is to be kept, all are judged by the same."""
    policy, evidence, now = (before.policy, before.evidence, before.judged_at) if before is not None else (None, None, None)
    if item.startswith(("https://", "http://")):
        if bundle is not None:
            raise Misused(kept.ADDRESS_OFFLINE, place=item[:200])
        return verify_url(ports, item, policy=policy, evidence=evidence, now=now)
    content = sys.stdin.buffer.read() if item == STDIN else Path(item).read_bytes()
    if bundle is not None:
        found = bundle.expecting(content)
        return verify_bytes(ports, content, source=item, policy=bundle.policy(), evidence=found, now=moment, offline=True)
    return verify_bytes(ports, content, source=item, policy=policy, evidence=evidence, now=now)


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
    key: Annotated[str, typer.Option("--key", metavar="URI", help="The key it signs with, such as file:college.")],
    did: Annotated[Literal["web", "key"], typer.Option("--did", help="The kind of identifier the issuer signs as.")] = "web",
    form: Annotated[
        Literal["di", "jwt", "sd-jwt"],
        typer.Option("--format", help="A proof inside the record (di), a token (jwt), or one whose holder chooses what to show (sd-jwt)."),
    ] = "di",
    require_minimum: Annotated[
        bool, typer.Option("--require-minimum", help="Refuse rows whose achievement is described below the minimum, instead of warning.")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write each record here as a file of its own.")] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Issue a verifiable record for each row; a second run issues nothing twice."""
    terminal = Terminal(as_json=as_json)
    organisation = ctid(issuer)
    existing(csv)
    actor = f"cli:{organisation}"
    with opened(data, database) as ports, terminal.progress("issuing") as progress:
        identities.link(ports, organisation, key=key, form=did, actor=actor)
        report = issue_batch(
            ports,
            read_rows(ports, str(csv)),
            issuer=organisation,
            secured=form,
            minimum="refuse" if require_minimum else "warn",
            actor=actor,
            progress=lambda done: progress(done, 0),
        )
        if out is not None:
            out.mkdir(parents=True, exist_ok=True, mode=0o700)
            for one in report.records:
                signed = record(ports, one.credential_id)
                path = out / f"{one.number:06}-{one.credential_id.rsplit(':', 1)[-1]}.{file_ending(signed)}"
                path.touch(mode=0o600)
                path.write_bytes(signed)
    if as_json:
        terminal.data(report)
    else:
        terminal.line(f"{report.rows} rows: {report.issued} issued, {report.existing} issued before, {len(report.refused)} refused")
        _warn(terminal, report.warned)
        for refused in report.refused:
            terminal.line(
                f"  {refused.place or f'row {refused.number}'}: {terminal.sentence(refused.code, refused.parameters)} [{refused.code}]"
            )
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

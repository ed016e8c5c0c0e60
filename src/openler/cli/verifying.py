"""The command that judges records."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from openler.actions.ports import Ports
from openler.actions.verifying import verify_job
from openler.actions.verifying.verify import VerificationResult, verify_url
from openler.actions.verifying.verify import verify as verify_bytes
from openler.cli import evidence as kept
from openler.cli.batches import (
    Cluster,
    Hands,
    Processes,
    is_lines,
    judge_few,
    judge_many,
)
from openler.cli.exits import Exit, of_batch, of_error, of_verdict
from openler.cli.options import AsJson, Data, Database, at_work, existing, opened
from openler.cli.terminal import Terminal
from openler.credentials.bundle import Bundle
from openler.credentials.report import Report
from openler.errors import Misused, OpenlerError, declare
from openler.meaning.resolve import Resolved
from openler.messages import explain

BATCH_OF_ONE = declare("cli.batch_of_one", by=__name__)
EVIDENCE_OF_FEW = declare("cli.evidence_of_few", by=__name__)

STDIN = "-"
_WORDS = {
    "valid": "VALID: real and current.",
    "invalid": "INVALID: not real or no longer valid.",
    "undetermined": "UNDETERMINED: could not be checked today.",
}
_ENDINGS = {".json", ".jsonld", ".png", ".svg", ".jwt", ".sd-jwt", ".cose"}
_SIGNS = {"passed": "+", "failed": "x", "unknown": "?", "not_applicable": "-"}


def register(app: typer.Typer) -> None:
    """Add the command."""
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
    asked = bool(out or resume or workers or cluster)
    kept_or_saved = bundle is not None or save_evidence is not None
    if asked and kept_or_saved:
        raise Misused(EVIDENCE_OF_FEW, place="--evidence" if bundle is not None else "--save-evidence")
    with opened(data, database) as ports:
        many = None if kept_or_saved else _many(ports, what, asked=asked)
        if many is not None and (resume or workers or cluster or not verify_job.are_few(ports, str(many))):
            with at_work(data, database, count=workers, cluster=cluster) as hands:
                return judge_many(Hands(terminal, ports, hands), many, out=out, resume=resume)
        if many is not None:
            return judge_few(terminal, ports, many, out=out)
        return _each(terminal, ports, what, bundle=bundle, moment=moment, save_evidence=save_evidence)


def _each(
    terminal: Terminal, ports: Ports, what: Sequence[str], *, bundle: Bundle | None, moment: datetime | None, save_evidence: Path | None
) -> int:
    """Judge and show one after the other."""
    codes: list[Exit] = []
    told: list[dict[str, object]] = []
    results: list[VerificationResult] = []
    as_json = terminal.as_json
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

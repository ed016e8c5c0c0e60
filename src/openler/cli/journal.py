"""``openler registry``: the signed head, proofs, audits, signed envelopes and transfers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

from openler import bootstrap
from openler.actions.registry import head as heads
from openler.actions.registry import transfer as transfers
from openler.actions.registry.audit import audit as audit_inside
from openler.actions.registry.audit_findings import AuditFinding, AuditReport
from openler.actions.registry.audit_remote import audit_remote
from openler.actions.registry.check_proof import Checked
from openler.actions.registry.check_proof import check as check_file
from openler.actions.registry.registry_key import registry_document
from openler.actions.registry.statements import publisher_envelope
from openler.cli.exits import Exit
from openler.cli.options import AsJson, Data, Database, ctid, existing, opened
from openler.cli.terminal import Terminal, plain
from openler.credentials.report import Outcome
from openler.ctdl.document import MAX_DEPTH, parse
from openler.linkeddata.parse import parse_json

ACTOR = "cli:operator"
STDIN = "-"
_EXITS = {Outcome.PASSED: Exit.DONE, Outcome.FAILED: Exit.NEGATIVE, Outcome.UNKNOWN: Exit.UNDETERMINED}
_MARKS = {Outcome.PASSED: "yes", Outcome.FAILED: "NO", Outcome.UNKNOWN: "unknown"}

registry = typer.Typer(
    name="registry",
    help="Sign, prove and audit: show that nothing published was changed or dropped.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
transferring = typer.Typer(
    name="transfer",
    help="Pass a document to another organization: one offers, the other accepts.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
registry.add_typer(transferring)

Against = Annotated[Path | None, typer.Option("--against", metavar="HEAD.json", help="A head that you kept earlier.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(registry)


@registry.command("head")
def head(
    size: Annotated[int | None, typer.Option("--size", min=0, help="How many entries; all of them by default.")] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,  # noqa: ARG001 - it prints JSON in any case
) -> None:
    """Print the signed head: how many entries the journal has and what they amount to. Keep it elsewhere, to audit against."""
    with opened(data, database) as ports:
        Terminal(as_json=True).data(heads.signed_head(ports, size))


@registry.command("prove")
def prove(
    identifier: Annotated[str, typer.Argument(metavar="CTID", help="A document that is or was published.")],
    seq: Annotated[int | None, typer.Option("--seq", min=1, help="Which of its entries; the last by default.")] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,  # noqa: ARG001 - it prints JSON in any case
) -> None:
    """Print the proof that a document's entry stands in the journal, to be checked by anybody, offline."""
    with opened(data, database) as ports:
        Terminal(as_json=True).data(heads.prove(ports, ctid(identifier), seq=seq))


@registry.command("grown")
def grown(
    since: Annotated[Path, typer.Argument(metavar="HEAD.json", help="A head that somebody kept.")],
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,  # noqa: ARG001 - it prints JSON in any case
) -> None:
    """Print the proof that the journal has only grown since a head that was kept."""
    value = parse_json(existing(since).read_bytes(), max_bytes=1_000_000, max_depth=MAX_DEPTH)
    with opened(data, database) as ports:
        Terminal(as_json=True).data(heads.consistency(ports, heads.size_of(value)))


@registry.command("identity")
def identity(data: Data = None, database: Database = None, as_json: AsJson = False) -> None:  # noqa: ARG001 - it prints JSON in any case
    """Print the registry's DID document, which lists the keys by which it signs: what openler registry check takes as --did."""
    with opened(data, database) as ports:
        Terminal(as_json=True).data(registry_document(ports))


@registry.command("check")
def check(
    proof: Annotated[Path, typer.Argument(metavar="PROOF.json", help="A head, a proof, a signed envelope; - for standard input.")],
    did: Annotated[
        Path | None, typer.Option("--did", metavar="DID.json", help="The registry's DID document: whose key signed is confirmed by it.")
    ] = None,
    against: Against = None,
    document: Annotated[
        Path | None, typer.Option("--document", metavar="FILE", help="The published document that the proof is to be about.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Check what a registry signed, offline: nothing is read but these files."""
    terminal = Terminal(as_json=as_json)
    content = sys.stdin.buffer.read() if str(proof) == STDIN else existing(proof).read_bytes()
    known = None if did is None else parse_json(existing(did).read_bytes(), max_bytes=1_000_000, max_depth=MAX_DEPTH)
    checked = check_file(
        content,
        now=bootstrap.now(),
        did_document=known,
        against=None if against is None else existing(against).read_bytes(),
        document=None if document is None else existing(document).read_bytes(),
    )
    _show_checked(terminal, checked, as_json=as_json)
    return _EXITS[checked.outcome]


def _show_checked(terminal: Terminal, checked: Checked, *, as_json: bool) -> None:
    told = [{**plain(finding), "message": terminal.sentence(finding.code, finding.parameters)} for finding in checked.findings]
    if as_json:
        terminal.data({"kind": checked.kind, "outcome": checked.outcome, "findings": told})
        return
    for finding, one in zip(checked.findings, told, strict=True):
        terminal.line(f"{_MARKS[finding.outcome]:8}{one['message']} [{finding.code}]")


@registry.command("audit")
def audit(
    url: Annotated[
        str | None, typer.Argument(metavar="[URL]", help="Another registry, read over HTTP; without it the one in the data directory.")
    ] = None,
    against: Against = None,
    documents: Annotated[bool, typer.Option("--documents", help="Over HTTP: read and hash every version, too.")] = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Recompute digests, chain and tree, and name what was changed or dropped."""
    terminal = Terminal(as_json=as_json)
    kept = None if against is None else existing(against).read_bytes()
    with opened(data, database) as ports, terminal.progress("auditing") as progress:
        if url is None:
            report = audit_inside(ports, against=kept, progress=progress)
        else:
            report = audit_remote(ports, url, against=kept, documents=documents, progress=progress)
    _show_report(terminal, report, outside=url is not None, as_json=as_json)
    return Exit.DONE if report.sound else Exit.NEGATIVE


def _show_report(terminal: Terminal, report: AuditReport, *, outside: bool, as_json: bool) -> None:
    def told(finding: AuditFinding) -> dict[str, object]:
        return {**plain(finding), "message": terminal.sentence(finding.code, finding.parameters)}

    if as_json:
        terminal.data({
            "sound": report.sound, "entries": report.entries, "documents": report.documents, "compared": report.compared,
            "head": report.head, "count": report.count, "findings": [told(one) for one in report.findings],
            "notes": [told(one) for one in report.notes],
        })  # fmt: skip
        return
    terminal.line(f"entries {report.entries}, versions hashed {report.documents}, root {report.head['root']}")
    for finding in report.findings:
        terminal.line(f"  {finding.place}: {told(finding)['message']} [{finding.code}]")
    if report.count > len(report.findings):
        terminal.line(f"  ... and {report.count - len(report.findings)} more")
    for note in report.notes:
        terminal.say(str(told(note)["message"]))
    if outside and not report.documents:
        terminal.say("The documents themselves were not read; --documents reads and hashes each of them.")
    if report.compared is None:
        terminal.say("Compared with no earlier head. Keep one (openler registry head > HEAD.json) to find out later what only it can show.")
    terminal.say("Nothing was changed or dropped." if report.sound else f"{report.count} things are not as they were written.")


@registry.command("sign")
def sign(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A document of CTDL JSON-LD.")],
    publisher: Annotated[
        str, typer.Option("--publisher", metavar="CTID", help="The organization that signs; it needs a key (openler issue).")
    ],
    key: Annotated[str | None, typer.Option("--key", metavar="URI", help="Another key than the one it was linked with.")] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,  # noqa: ARG001 - it prints JSON in any case
) -> None:
    """Print a document in an envelope that its publisher signed, to be published as it is."""
    document = parse(existing(path).read_bytes())
    with opened(data, database) as ports:
        made = publisher_envelope(ports, document, publisher=ctid(publisher), key=key)
    sys.stdout.write(orjson.dumps(made, option=orjson.OPT_INDENT_2).decode() + "\n")


@transferring.command("offer")
def offer(
    identifier: Annotated[str, typer.Argument(metavar="CTID", help="The document.")],
    owner: Annotated[str, typer.Option("--owner", metavar="CTID", help="The organization that owns it.")],
    to: Annotated[str, typer.Option("--to", metavar="CTID", help="The organization that is to own it.")],
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Offer a document to another organization. The offer ends when the document changes."""
    with opened(data, database) as ports:
        done = transfers.offer(ports, ctid(identifier), owner=ctid(owner), to=ctid(to), actor=ACTOR)
    _show_transfer(done, as_json=as_json)


@transferring.command("accept")
def accept(
    identifier: Annotated[str, typer.Argument(metavar="CTID", help="The document.")],
    organization: Annotated[str, typer.Option("--organization", metavar="CTID", help="The organization that it was offered to.")],
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Accept a document that was offered: from now on only the new owner may change it."""
    with opened(data, database) as ports:
        done = transfers.accept(ports, ctid(identifier), organization=ctid(organization), actor=ACTOR)
        ports.projector.catch_up()
    _show_transfer(done, as_json=as_json)


def _show_transfer(done: transfers.TransferReport, *, as_json: bool) -> None:
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.data({"ctid": done.ctid, "state": done.state, "organization": done.organization, "seq": done.entry.seq})
    else:
        terminal.line(f"{done.ctid} {done.state} to {done.organization} (entry {done.entry.seq})")

"""``openler verify --save-evidence | --evidence``: what a verdict stood on, kept in a file and judged again without a network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer

from openler import __version__
from openler.actions.verifying.verify import VerificationResult
from openler.cli.options import existing
from openler.cli.writing import write_private
from openler.credentials.bundle import MAX_BUNDLE, Bundle, concerning, merged, read
from openler.credentials.times import parse_time
from openler.errors import Malformed, Misused, TooLarge, declare

EVIDENCE_TOO_LARGE = declare("cli.evidence_too_large", by=__name__)
EVIDENCE_BOTH = declare("cli.evidence_both", by=__name__)
TIME_WITHOUT_EVIDENCE = declare("cli.time_without_evidence", by=__name__)
ADDRESS_OFFLINE = declare("cli.address_offline", by=__name__)
TIME_MALFORMED = declare("cli.time_malformed", by=__name__)

Save = Annotated[
    Path | None,
    typer.Option("--save-evidence", metavar="FILE", help="Keep what the verdict stands on, so that it can be judged again offline."),
]
Kept = Annotated[
    Path | None, typer.Option("--evidence", metavar="FILE", help="Judge by evidence that was kept, as of then, without any network.")
]
At = Annotated[str | None, typer.Option("--at", metavar="TIME", help="With --evidence: as of another moment, such as 2031-05-01.")]


def loaded(kept: Path | None, save: Path | None, at: str | None) -> tuple[Bundle | None, datetime | None]:
    """The kept evidence and the moment to judge for; both None without ``--evidence``.

    :raises Misused: the options do not go together, a file is missing, or ``--at`` is no time
    :raises Malformed: the file holds no evidence, or is damaged
    """
    if kept is None:
        if at is not None:
            raise Misused(TIME_WITHOUT_EVIDENCE, place="--at")
        return None, None
    if save is not None:
        raise Misused(EVIDENCE_BOTH, place="--save-evidence")
    size = existing(kept).stat().st_size
    if size > MAX_BUNDLE:
        raise TooLarge(EVIDENCE_TOO_LARGE, place=str(kept), size=size, limit=MAX_BUNDLE)
    bundle = read(kept.read_bytes())
    return bundle, bundle.judged_at if at is None else moment(at)


def moment(text: str) -> datetime:
    """A day (its first moment, UTC) or a time with its zone. :raises Misused: ``cli.time_malformed``"""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if len(text) == len("2026-01-31") else parse_time(text)
    except (ValueError, Malformed):
        raise Misused(TIME_MALFORMED, place="--at", seen=text[:40]) from None


def save(file: Path, results: Sequence[VerificationResult]) -> None:
    """Write what the verdicts of one run stood on. :raises Misused: ``cli.not_writable``"""
    first = results[0]
    bundle = Bundle(
        judged_at=first.judged_at,
        records=frozenset(each.digest for each in results),
        evidence=merged(each.evidence for each in results),
        issuers=concerning(first.policy.issuers, [each.document for each in results]),
        custodians=first.policy.custodians,
        snapshot_age=first.policy.snapshot_age,
    )
    content = orjson.dumps(bundle.told(made_by=f"openler {__version__}"), option=orjson.OPT_INDENT_2)
    write_private(file, content + b"\n")

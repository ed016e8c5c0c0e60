"""Evidence that was kept: one file with all that a verdict stood on, judged again offline, years later, to the same report.

The format is documented in ``docs/reference/evidence.md``. It holds what was fetched, which was public, and the digests of
the records that were judged, never a record, a wallet or a secret. Digests show damage, not forgery: a bundle is worth as
much as whoever kept it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from openler.credentials.envelopes import is_token, open_bytes
from openler.credentials.evidence import BUNDLE_MALFORMED, Evidence, Item, Kind
from openler.credentials.policy import Custodian, KnownIssuers, Listing, Policy
from openler.credentials.times import parse_time
from openler.errors import Malformed, OpenlerError, Refused, declare
from openler.linkeddata.parse import parse_json

OTHER_RECORD = declare("credentials.evidence_other_record", by=__name__)
VERSION_UNKNOWN = declare("credentials.evidence_version_unknown", by=__name__)

VERSION: Final = 1
MAX_BUNDLE = 128 * 1024 * 1024
"""Largest bundle read, in bytes."""
_DEPTH = 64


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one run of verification stood on. ``records`` are SHA-256 digests (hex) of the bytes that were judged."""

    judged_at: datetime
    records: frozenset[str]
    evidence: Evidence
    issuers: KnownIssuers | None = None
    custodians: tuple[Custodian, ...] = ()
    snapshot_age: timedelta | None = None

    def policy(self) -> Policy:
        """Whom the verifier knew and believed then; everything else as this version of openler has it."""
        found = Policy(issuers=self.issuers, custodians=self.custodians)
        return found if self.snapshot_age is None else replace(found, snapshot_age=self.snapshot_age)

    def expecting(self, record: bytes) -> Evidence:
        """The evidence for a record. :raises Refused: ``credentials.evidence_other_record``"""
        if digest(record) not in self.records:
            raise Refused(OTHER_RECORD)
        return self.evidence

    def told(self, *, made_by: str) -> dict[str, Any]:
        """The bundle as JSON."""
        found = {
            **self.evidence.told(),
            "madeBy": made_by,
            "judgedAt": self.judged_at.isoformat(),
            "records": sorted(f"sha256:{each}" for each in self.records),
            "custodians": [{"name": each.name, "did": each.did, "address": each.address} for each in self.custodians],
        }
        if self.snapshot_age is not None:
            found["snapshotAgeSeconds"] = int(self.snapshot_age.total_seconds())
        if self.issuers is not None:
            known = self.issuers
            found["issuers"] = {
                "unavailable": list(known.unavailable),
                "known": {
                    did: {
                        "name": name,
                        "lists": [{"name": each.list, "dated": each.dated.isoformat()} for each in known.listings.get(did, ())],
                    }
                    for did, name in sorted(known.names.items())
                },
            }
        return found


def digest(record: bytes) -> str:
    """By which a bundle knows a record: the SHA-256 of its bytes, in hex."""
    return hashlib.sha256(record).hexdigest()


def merged(many: Iterable[Evidence]) -> Evidence:
    """The evidence of several verdicts of one run as one, each piece once: what was found goes before what was not."""
    kept: dict[tuple[Kind, str], Item] = {}
    for evidence in many:
        for item in evidence.items:
            before = kept.get((item.kind, item.key))
            if before is None or (before.body is None and item.body is not None):
                kept[item.kind, item.key] = item
    return Evidence(tuple(kept.values()))


def concerning(issuers: KnownIssuers | None, documents: Iterable[object]) -> KnownIssuers | None:
    """As much of the lists of issuers as documents speak of."""
    if issuers is None:
        return None
    said = {text for document in documents for text in _texts(document)}
    names = {did: name for did, name in issuers.names.items() if did in said}
    return KnownIssuers(names, issuers.unavailable, {did: issuers.listings[did] for did in names if did in issuers.listings})


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    """All texts in a document, those inside tokens included."""
    if depth > _DEPTH:
        return
    if isinstance(value, str):
        yield value
        if value[:2] == "ey" and is_token(value.encode()):
            try:
                yield from _texts(open_bytes(value.encode()).read.document, depth + 1)
            except OpenlerError:
                return
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each, depth + 1)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each, depth + 1)


def read(data: bytes) -> Bundle:
    """A saved bundle.

    :raises Malformed: ``credentials.evidence_bundle_malformed``, ``.evidence_version_unknown``, or as :meth:`Evidence.read`
    :raises TooLarge: over :data:`MAX_BUNDLE`, or a body in it is over the limit of its kind
    """
    document = parse_json(data, max_bytes=MAX_BUNDLE)
    if not isinstance(document, dict) or "openlerEvidence" not in document:
        raise Malformed(BUNDLE_MALFORMED)
    if document["openlerEvidence"] != VERSION:
        raise Malformed(VERSION_UNKNOWN, place="/openlerEvidence", seen=str(document["openlerEvidence"])[:20], known=VERSION)
    evidence = Evidence.read(document)
    try:
        return _read(document, evidence)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, Malformed):
        raise Malformed(BUNDLE_MALFORMED) from None


def _read(document: dict[str, Any], evidence: Evidence) -> Bundle:
    age = document.get("snapshotAgeSeconds")
    stated = document.get("issuers")
    return Bundle(
        judged_at=parse_time(document["judgedAt"]),
        records=frozenset(str(each).removeprefix("sha256:") for each in document["records"]),
        evidence=evidence,
        issuers=None if stated is None else _issuers(stated),
        custodians=tuple(Custodian(str(each["name"]), str(each["did"]), str(each["address"])) for each in document.get("custodians", [])),
        snapshot_age=None if age is None else timedelta(seconds=int(age)),
    )


def _issuers(stated: dict[str, Any]) -> KnownIssuers:
    known = stated["known"]
    return KnownIssuers(
        names={str(did): str(each["name"]) for did, each in known.items()},
        unavailable=tuple(str(each) for each in stated["unavailable"]),
        listings={
            str(did): tuple(Listing(str(one["name"]), parse_time(one["dated"])) for one in each["lists"])
            for did, each in known.items()
            if each["lists"]
        },
    )

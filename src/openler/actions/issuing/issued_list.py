"""The list of what an issuer had issued before one of its keys was stolen, by which old records stay good (ADR 0016)."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from openler.actions.issuing.identity import compromised_keys
from openler.actions.ports import Ports
from openler.actions.private_ports import Ledger
from openler.credentials import anchors
from openler.credentials.dids import web_did
from openler.errors import NotFound, declare
from openler.ids import Ctid

LIST_UNKNOWN = declare("keys.issued_list_unknown", by=__name__)

SETTLED = timedelta(hours=1)
"""After so long no batch that was begun before is still being written."""
_BATCH = 1000
_kept: WeakKeyDictionary[Ledger, dict[tuple[Ctid, datetime], bytes]] = WeakKeyDictionary()
_turn = threading.Lock()


def issued_list(ports: Ports, ctid: Ctid, fragment: str) -> bytes:
    """The list served at ``/issuers/{ctid}/issued/{fragment}``: digests of all that was issued before the key was stolen.

    What the past holds does not change, so it is read once and kept for as long as this process has this ledger; a past of which
    something may still be on its way into the ledger is not kept.

    :raises NotFound: ``keys.issued_list_unknown``: no such issuer, or its key is not stolen
    """
    since = compromised_keys(ports, ctid).get(fragment)
    if since is None:
        raise NotFound(LIST_UNKNOWN, ctid=ctid)
    did = web_did(ports.base_url, "issuers", ctid)
    with _turn:
        kept = _kept.setdefault(ports.ledger, {})
        found = kept.get((ctid, since))
        if found is None:
            found = b"".join(sorted(_digests(ports, ctid, since)))
            if ports.clock.now() - since > SETTLED:
                kept[ctid, since] = found
    digests = (found[at : at + anchors.DIGEST_BYTES] for at in range(0, len(found), anchors.DIGEST_BYTES))
    return anchors.write(did, f"{did}#{fragment}", since, digests)


def _digests(ports: Ports, ctid: Ctid, since: datetime) -> list[bytes]:
    found: list[bytes] = []
    after = 0
    while batch := ports.ledger.listing(ctid, after=after, limit=_BATCH, state="issued"):
        found += [
            anchors.digest_of(each.signed)
            for each in batch
            if each.signed is not None and each.issued_at is not None and each.issued_at < since
        ]
        after = batch[-1].seq
    return found

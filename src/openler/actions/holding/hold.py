"""Holding: a wallet is made, takes in what issuers left for it, keeps what its holder adds, and gives all of it back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import orjson

from openler.access.audit import AuditEvent
from openler.actions.holding.collection import collection, record
from openler.actions.holding.consent import releases
from openler.actions.holding.own_copy import check_own_copy
from openler.actions.holding.session import sign_out_everywhere, unlock
from openler.actions.holding.share import disclosures, shares
from openler.actions.ports import Ports
from openler.actions.private_ports import Deposit, Holder, HolderKey
from openler.credentials import baked
from openler.credentials.multikey import PublicKey
from openler.errors import Code, NotFound, OpenlerError, TooLarge, declare
from openler.holding import experience as own_words
from openler.holding.collection import RECORD_UNKNOWN
from openler.holding.experience import Experience
from openler.holding.record import Record, read, receive, state, write
from openler.ids import Digest
from openler.linkeddata.canonical import jcs

WALLET_FULL = declare("hold.wallet_full", by=__name__)
DEPOSIT_DAMAGED = declare("hold.deposit_damaged", by=__name__)
DEPOSIT_UNKNOWN = declare("hold.deposit_unknown", by=__name__)

MAX_RECORDS: Final = 1000
"""Most records in one wallet: anybody may make one, and nobody may fill the disk through it."""

_EXPORT_FORMAT: Final = 1

__all__ = [
    "MAX_RECORDS", "Waiting", "add_credential", "add_experience", "change_passphrase", "collection", "create_wallet", "delete_wallet",
    "drop_deposit", "export", "record", "remove_record", "take_in", "waiting",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something an issuer left that is not in the wallet yet.

    ``record`` is what it will be; None where it cannot be taken in, and ``fault`` is the reason's code.
    """

    deposit_id: str
    deposited: datetime
    record: Record | None
    fault: Code | None = None


def create_wallet(ports: Ports, handle: str, passphrase: str, *, actor: str) -> Holder:
    """Make a wallet. Nobody can open it without the passphrase, nor give that back.

    :raises Malformed: ``vault.handle_malformed``
    :raises Refused: ``vault.passphrase_short``
    :raises Conflict: ``vault.handle_taken``
    """
    now = ports.clock.now()
    return ports.vault.create_holder(handle=handle, passphrase=passphrase, at=now, event=AuditEvent("hold:wallet:create", actor, now))


def change_passphrase(ports: Ports, handle: str, old: str, new: str, *, actor: str) -> None:
    """Give the wallet another passphrase and sign out everywhere: who knew the old one is shut out.

    :raises Refused: ``vault.wrong_passphrase``, ``vault.passphrase_short``
    :raises RateLimited: ``access.too_many_attempts``
    """
    key = unlock(ports, handle, old, actor=actor)
    now = ports.clock.now()
    event = AuditEvent("hold:wallet:change_passphrase", f"{actor}:{key.holder_id}", now)
    ports.vault.change_passphrase(key.holder_id, old, new, at=now, event=event)
    sign_out_everywhere(ports, key)


def waiting(ports: Ports, key: HolderKey) -> tuple[Waiting, ...]:
    """What was left for her and is not taken in, oldest first; what cannot be is told with its reason."""
    return tuple(_judged(ports, deposit) for deposit in ports.vault.deposits(key))


def take_in(ports: Ports, key: HolderKey) -> tuple[Record, ...]:
    """Take in everything that waits and can be taken in: the records, each once however often this is called.

    What is damaged or cannot be read stays where it is, for :func:`waiting` to tell and :func:`drop_deposit` to end.

    :raises TooLarge: ``hold.wallet_full``; what was taken in so far stays
    """
    taken = []
    for one in waiting(ports, key):
        if one.record is not None:
            kept = _kept(ports, key, one.record)
            ports.vault.settle(key, one.deposit_id, item_id=kept.record_id, content=write(kept), at=ports.clock.now())
            taken.append(kept)
    return tuple(taken)


def drop_deposit(ports: Ports, key: HolderKey, deposit_id: str) -> None:
    """Turn away something that waits. :raises NotFound: ``hold.deposit_unknown``"""
    if deposit_id not in {deposit.deposit_id for deposit in ports.vault.deposits(key)}:
        raise NotFound(DEPOSIT_UNKNOWN, deposit=deposit_id[:100])
    ports.vault.settle(key, deposit_id, item_id=None, content=b"", at=ports.clock.now())


def add_credential(ports: Ports, key: HolderKey, data: bytes, *, source: str = "upload") -> Record:
    """Keep a credential she brings: JSON, a compact JWT, or an image that holds one. The same one again is the same record.

    :raises Malformed: ``holding.not_a_credential``, ``credentials.image_malformed``, ``credentials.image_empty``, no JSON
    :raises TooLarge: the credential, the image or the wallet is over its limit
    :raises Refused: ``hold.own_copy_broken``, as :func:`openler.actions.holding.own_copy.check_own_copy`
    """
    text = baked.extract(data) if baked.is_image(data) else data
    brought = receive(text, added=ports.clock.now(), source=source)
    check_own_copy(ports, brought)
    return _add(ports, key, brought)


def add_experience(ports: Ports, key: HolderKey, statement: Experience) -> Record:
    """Keep what she says of herself, marked as her own word. The same statement again is the same record.

    :raises Malformed: as :func:`openler.holding.experience.parse`
    :raises TooLarge: the statement or the wallet is over its limit
    """
    checked = own_words.parse(statement.as_json())
    record_id = f"experience-{Digest.of(jcs(checked.as_json()))[:32]}"
    return _add(ports, key, state(checked, record_id=record_id, added=ports.clock.now()))


def remove_record(ports: Ports, key: HolderKey, record_id: str) -> None:
    """Remove a record. Links that show it go on showing it until they end or are withdrawn.

    :raises NotFound: ``holding.record_unknown``
    """
    if not ports.vault.remove(key, "record", record_id):
        raise NotFound(RECORD_UNKNOWN, place="record", record=record_id[:100])
    ports.private_audit.record(AuditEvent("hold:record:remove", key.holder_id, ports.clock.now()))


def export(ports: Ports, key: HolderKey) -> bytes:
    """Everything she holds as one JSON file in UTF-8, to take with her.

    ``credential`` is the credential's exact text, so that its proof verifies elsewhere. Links are listed without their
    tokens, which are not kept.

    :raises NotFound: ``vault.holder_unknown``. :raises Internal: ``vault.damaged``
    """
    now = ports.clock.now()
    holder = ports.vault.holder(key.holder_id)
    form: dict[str, Any] = {
        "type": "openler wallet",
        "format": _EXPORT_FORMAT,
        "exported": now,
        "holder": None if holder is None else PublicKey("Ed25519", holder.signing_key).did,
        "records": [_exported(one) for one in collection(ports, key).records],
        "waiting": [_exported(one.record) for one in waiting(ports, key) if one.record is not None],
        "shares": [
            {
                "id": one.share_id, "records": one.records, "purpose": one.purpose, "audience": one.audience, "created": one.created,
                "expires": one.expires, "code": one.needs_code, "withdrawn": one.withdrawn,
            }
            for one in shares(ports, key)
        ],
        "disclosures": [
            {
                "share": one.share_id, "time": one.time, "opener": one.opener, "audience": one.audience, "purpose": one.purpose,
                "records": one.records,
            }
            for one in disclosures(ports, key)
        ],
        "consents": [
            {
                "id": one.consent_id, "records": one.records, "purpose": one.purpose, "party": one.party, "scope": one.scope,
                "given": one.given, "expires": one.expires, "withdrawn": one.withdrawn, "signature": one.signature.hex(),
            }
            for one in releases(ports, key)
        ],
    }  # fmt: skip
    ports.private_audit.record(AuditEvent("hold:wallet:export", key.holder_id, now))
    return orjson.dumps(form, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)


def delete_wallet(ports: Ports, key: HolderKey, *, actor: str) -> None:
    """Delete a wallet wholly: records, what waits, links, lists, sessions. Nothing of it can be brought back."""
    ports.vault.delete_holder(key, event=AuditEvent("hold:wallet:delete", f"{actor}:{key.holder_id}", ports.clock.now()))


def _add(ports: Ports, key: HolderKey, new: Record) -> Record:
    kept = _kept(ports, key, new)
    if kept is new:
        ports.vault.put(key, "record", new.record_id, write(new), at=new.added)
    return kept


def _kept(ports: Ports, key: HolderKey, new: Record) -> Record:
    """The record as the wallet has it already, else the new one, if there is room for it."""
    known = ports.vault.item(key, "record", new.record_id)
    if known is not None:
        return read(known.content)
    held = len(ports.vault.items(key, "record"))
    if held >= MAX_RECORDS:
        raise TooLarge(WALLET_FULL, seen=held, limit=MAX_RECORDS)
    return new


def _judged(ports: Ports, deposit: Deposit) -> Waiting:
    if deposit.content is None:
        return Waiting(deposit.deposit_id, deposit.deposited, None, DEPOSIT_DAMAGED)
    try:
        taken = receive(deposit.content, added=ports.clock.now(), source="deposit")
        check_own_copy(ports, taken)
    except OpenlerError as error:
        return Waiting(deposit.deposit_id, deposit.deposited, None, error.code)
    return Waiting(deposit.deposit_id, deposit.deposited, replace(taken, source=_source(ports, taken, deposit.content)))


def _source(ports: Ports, taken: Record, content: bytes) -> str:
    """The issuer's CTID where the ledger knows that it issued exactly this; what the credential says of itself does not count."""
    document = taken.document
    found = ports.ledger.issued(str(document.get("id"))) if document is not None else None
    return str(found.issuer) if found is not None and found.signed == content else taken.source


def _exported(one: Record) -> dict[str, Any]:
    form: dict[str, Any] = {"id": one.record_id, "kind": one.kind, "name": one.name, "added": one.added, "source": one.source}
    return form | ({"credential": one.received} if one.received is not None else {"statement": one.statement and one.statement.as_json()})

"""LER-RS files in and out of a wallet (HR Open 4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from openler.access.audit import AuditEvent
from openler.actions.holding import hold
from openler.actions.holding.collection import collection
from openler.actions.ports import Ports
from openler.actions.private_ports import HolderKey
from openler.credentials.multikey import PublicKey
from openler.errors import OpenlerError
from openler.holding import ler_rs
from openler.holding.record import Record
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json

MAX_FILE = 8 * 1024 * 1024
"""Largest LER-RS read, in bytes: a life's credentials with their proofs."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in, and what did not: (place in the file, code or word of the reason)."""

    records: tuple[Record, ...]
    left: tuple[tuple[str, str], ...]


def import_ler_rs(ports: Ports, key: HolderKey, data: bytes) -> Imported:
    """Take an LER-RS into a wallet: its credentials as they are, the rest as the holder's own words.

    The same file again adds nothing. A credential that the wallet refuses is told and the others go on.

    :raises Malformed: ``holding.not_ler_rs``, or no JSON. :raises TooLarge: the file, or the wallet is full
    """
    taken = ler_rs.read(parse_json(data, max_bytes=MAX_FILE))
    records: list[Record] = []
    left = list(taken.left)
    for number, credential in enumerate(taken.credentials):
        content = credential.encode() if isinstance(credential, str) else jcs(dict(credential))
        try:
            records.append(hold.add_credential(ports, key, content, source="LER-RS"))
        except OpenlerError as error:
            left.append((f"credential {number + 1}", error.code))
    records += [hold.add_experience(ports, key, each) for each in taken.experiences]
    return Imported(tuple(dict.fromkeys(records)), tuple(left))


def export_ler_rs(ports: Ports, key: HolderKey) -> bytes:
    """The wallet as one LER-RS file in UTF-8."""
    holder = ports.vault.holder(key.holder_id)
    did = None if holder is None else PublicKey("Ed25519", holder.signing_key).did
    body: Mapping[str, object] = ler_rs.write(collection(ports, key), holder=did)
    ports.private_audit.record(AuditEvent("hold:wallet:export", key.holder_id, ports.clock.now(), {"format": "ler-rs"}))
    return orjson.dumps(body, option=orjson.OPT_INDENT_2)

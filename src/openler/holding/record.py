"""One record of a holder: a credential somebody issued to her, kept as it came, or experience she states herself."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from openler.credentials.cose import is_cose
from openler.credentials.envelopes import open_bytes
from openler.errors import Malformed, OpenlerError, declare
from openler.holding import experience as own_words
from openler.holding.experience import Experience
from openler.holding.form import read_form, write_form
from openler.ids import Digest
from openler.linkeddata.parse import parse_json

NOT_A_CREDENTIAL = declare("holding.not_a_credential", by=__name__)

MAX_RECORD_BYTES: Final = 1_000_000
"""Largest credential kept: the limit of an anonymous verification, so that whatever is held can also be verified."""

RecordKind = Literal["credential", "self_asserted"]

_FORMAT: Final = 1
_CREDENTIAL_TYPES: Final = frozenset({"VerifiableCredential"})
_TOKEN = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(~[A-Za-z0-9_~.-]*)?|0o[QRST][A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept.

    ``received`` is a credential's exact text, so that its proof still verifies: JSON, a compact JWT, or a COSE_Sign1 in base64;
    ``statement`` is self-asserted experience. One of them is None, by ``kind``. ``source`` says where it came from, such as an
    issuer's CTID, ``upload`` or ``holder``.
    """

    record_id: str
    kind: RecordKind
    added: datetime
    source: str
    received: str | None = field(default=None, repr=False)
    statement: Experience | None = field(default=None, repr=False)

    @property
    def credential(self) -> dict[str, Any] | str | None:
        """The credential: parsed if it is JSON, the compact text of a JWT, None for self-asserted experience."""
        if self.received is None or not self.received.lstrip().startswith("{"):
            return self.received
        parsed = parse_json(self.received, max_bytes=MAX_RECORD_BYTES)
        return parsed if isinstance(parsed, dict) else None

    @property
    def octets(self) -> bytes:
        """The credential as its issuer handed it out; empty for self-asserted experience."""
        text = self.received or ""
        return base64.b64decode(text) if _TOKEN.fullmatch(text.encode()) and "." not in text else text.encode()

    @property
    def document(self) -> dict[str, Any] | None:
        """What the credential says, out of its envelope where it came in one; None for what cannot be read, or her own words."""
        credential = self.credential
        if not isinstance(credential, str):
            return credential
        try:
            return dict(open_bytes(credential.encode()).read.document)
        except OpenlerError:
            return None

    @property
    def name(self) -> str:
        """A short name for lists: the achievement's, else the credential's, else nothing."""
        if self.statement is not None:
            return self.statement.title
        document = self.document
        return _name(document) if document is not None else ""


def receive(data: bytes, *, added: datetime, source: str) -> Record:
    """A credential taken in as it is. Its id is its digest's, so that the same one twice is one record.

    Only its outer form is looked at here; whether it is real and current is for verification to say, each time.

    :raises Malformed: ``holding.not_a_credential``, or as :func:`openler.linkeddata.parse.parse_json`
    :raises TooLarge: over ``MAX_RECORD_BYTES``
    """
    stripped = base64.b64encode(data) if is_cose(data) else data.strip()
    if not (len(stripped) <= MAX_RECORD_BYTES and _TOKEN.fullmatch(stripped)):
        parsed = parse_json(stripped, max_bytes=MAX_RECORD_BYTES)
        if not isinstance(parsed, dict) or not _types(parsed) & _CREDENTIAL_TYPES:
            raise Malformed(NOT_A_CREDENTIAL)
    text = stripped.decode()
    return Record(f"credential-{Digest.of(stripped)[:32]}", "credential", added, source, received=text)


def state(statement: Experience, *, record_id: str, added: datetime) -> Record:
    """Experience in the holder's own words."""
    return Record(record_id, "self_asserted", added, "holder", statement=statement)


def write(record: Record) -> bytes:
    """A record as bytes for the vault."""
    form: dict[str, Any] = {
        "format": _FORMAT,
        "record": record.record_id,
        "kind": record.kind,
        "added": record.added.isoformat(),
        "source": record.source,
    }
    if record.received is not None:
        form["received"] = record.received
    if record.statement is not None:
        form["statement"] = record.statement.as_json()
    return write_form(form)


def read(content: bytes) -> Record:
    """The record that :func:`write` wrote."""
    form = read_form(content)
    statement = form.get("statement")
    return Record(
        record_id=form["record"],
        kind=form["kind"],
        added=datetime.fromisoformat(form["added"]),
        source=form["source"],
        received=form.get("received"),
        statement=None if statement is None else own_words.parse(statement),
    )


def _types(document: dict[str, Any]) -> set[str]:
    given = document.get("type", document.get("@type"))
    return {given} if isinstance(given, str) else {name for name in given if isinstance(name, str)} if isinstance(given, list) else set()


def _name(credential: dict[str, Any]) -> str:
    subject = credential.get("credentialSubject")
    first = subject[0] if isinstance(subject, list) and subject else subject
    achievement = first.get("achievement") if isinstance(first, dict) else None
    for source in (achievement, credential):
        if isinstance(source, dict) and (name := _plain(source.get("name"))):
            return name
    return ""


def _plain(value: object) -> str:
    """A name that may be a string, a language value or a list of them (VC Data Model 2.0, section 11.1): the first text."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) else ""

"""Consent as law asks for it: signed and dated, naming the records, the purpose and the party (34 CFR 99.30).

The holder signs with her own key (Ed25519, over the JCS form of the statement), so that a consent can be proven later,
and neither the operator nor the party can word one for her. It can be withdrawn at any time; what it allowed ends then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from openler.errors import Malformed, Misused, declare
from openler.holding.form import read_form, write_form
from openler.linkeddata.jcs import jcs

CONSENT_INCOMPLETE = declare("holding.consent_incomplete", by=__name__)
CONSENT_EXPIRY = declare("holding.consent_expiry", by=__name__)

LONGEST_CONSENT: Final = timedelta(days=731)
LONGEST_TEXT: Final = 500
_SIGNED_AS: Final = "openler consent 1"


@dataclass(frozen=True, slots=True)
class Consent:
    """What a holder allows. ``scope`` names, for machines, the use it opens, such as ``matching``."""

    consent_id: str
    holder_id: str
    records: tuple[str, ...]
    purpose: str
    party: str
    scope: str
    given: datetime
    expires: datetime
    signature: bytes = b""
    withdrawn: datetime | None = None

    def stands(self, now: datetime) -> bool:
        """Whether it allows anything now."""
        return self.withdrawn is None and self.given <= now < self.expires


def propose(
    *,
    consent_id: str,
    holder_id: str,
    records: tuple[str, ...],
    purpose: str,
    party: str,
    scope: str,
    given: datetime,
    expires: datetime,
) -> Consent:
    """A consent ready to be signed.

    :raises Malformed: ``holding.consent_incomplete``: it names no record, purpose, party or scope
    :raises Misused: ``holding.consent_expiry``: it ends before it begins, or after ``LONGEST_CONSENT``
    """
    for name, text in (("purpose", purpose), ("party", party), ("scope", scope)):
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise Malformed(CONSENT_INCOMPLETE, place=name, missing=name)
    if not records:
        raise Malformed(CONSENT_INCOMPLETE, place="records", missing="records")
    if not given < expires <= given + LONGEST_CONSENT:
        raise Misused(CONSENT_EXPIRY, place="expires", days=LONGEST_CONSENT.days)
    return Consent(consent_id, holder_id, records, purpose.strip(), party.strip(), scope.strip(), given, expires)


def statement(consent: Consent) -> bytes:
    """The bytes that are signed."""
    return jcs({"type": _SIGNED_AS} | _terms(consent))


def signed(consent: Consent, signature: bytes) -> Consent:
    """The consent with its signature."""
    return replace(consent, signature=signature)


def verifies(consent: Consent, signing_key: bytes) -> bool:
    """Whether the holder of ``signing_key`` (raw Ed25519) signed exactly this."""
    try:
        Ed25519PublicKey.from_public_bytes(signing_key).verify(consent.signature, statement(consent))
    except InvalidSignature:
        return False
    return True


def write(consent: Consent) -> bytes:
    """A consent as bytes for the vault."""
    form = _terms(consent) | {"signature": consent.signature.hex()}
    return write_form(form | ({} if consent.withdrawn is None else {"withdrawn": consent.withdrawn.isoformat()}))


def read(content: bytes) -> Consent:
    """The consent that :func:`write` wrote."""
    form = read_form(content)
    withdrawn = form.get("withdrawn")
    return Consent(
        consent_id=form["consent"],
        holder_id=form["holder"],
        records=tuple(form["records"]),
        purpose=form["purpose"],
        party=form["party"],
        scope=form["scope"],
        given=datetime.fromisoformat(form["given"]),
        expires=datetime.fromisoformat(form["expires"]),
        signature=bytes.fromhex(form["signature"]),
        withdrawn=None if withdrawn is None else datetime.fromisoformat(withdrawn),
    )


def _terms(consent: Consent) -> dict[str, Any]:
    return {
        "consent": consent.consent_id,
        "holder": consent.holder_id,
        "records": list(consent.records),
        "purpose": consent.purpose,
        "party": consent.party,
        "scope": consent.scope,
        "given": consent.given.isoformat(),
        "expires": consent.expires.isoformat(),
    }

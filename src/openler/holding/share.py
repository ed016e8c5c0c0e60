"""Shares: chosen records, for a purpose, for somebody, until a day. The rules of their life, and how they are sealed.

What a share shows is sealed under a key that only its link (and the code, if it has one) gives. The database holds a
hash of the link's token, so that who reads it can neither open a share nor make its link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from openler.access.sealing import STANDARD_COST, SealBroken, associated, derive, open_sealed, seal, stretch
from openler.errors import Malformed, Misused, Refused, declare
from openler.holding.form import read_form, write_form

PURPOSE_MISSING = declare("share.purpose_missing", by=__name__)
AUDIENCE_LONG = declare("share.audience_too_long", by=__name__)
EXPIRY_PAST = declare("share.expiry_past", by=__name__)
EXPIRY_FAR = declare("share.expiry_too_far", by=__name__)
EXPIRED = declare("share.expired", by=__name__)
WITHDRAWN = declare("share.withdrawn", by=__name__)
CODE_WRONG = declare("share.code_wrong", by=__name__)
CODE_NEEDED = declare("share.code_needed", by=__name__)
UNKNOWN = declare("share.unknown", by=__name__)

LONGEST_LIFE: Final = timedelta(days=366)
"""A share outlives no year: whoever needs it longer asks again, and the holder decides again."""
LONGEST_TEXT: Final = 500
CODE_DIGITS: Final = 8

ShareState = Literal["open", "expired", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Share:
    """A share as its holder sees it."""

    share_id: str
    records: tuple[str, ...]
    purpose: str
    audience: str
    created: datetime
    expires: datetime
    needs_code: bool = False
    withdrawn: datetime | None = None

    def state(self, now: datetime) -> ShareState:
        """A share ends at the moment it expires, not after it; withdrawn tells more than expired."""
        if self.withdrawn is not None:
            return "withdrawn"
        return "expired" if now >= self.expires else "open"


def propose(
    *, share_id: str, records: tuple[str, ...], purpose: str, audience: str, created: datetime, expires: datetime, needs_code: bool
) -> Share:
    """A share that keeps the rules: a purpose, and an end within ``LONGEST_LIFE``.

    :raises Malformed: ``share.purpose_missing``, ``share.audience_too_long``
    :raises Misused: ``share.expiry_past``, ``share.expiry_too_far``
    """
    purpose, audience = purpose.strip(), audience.strip()
    if not purpose or len(purpose) > LONGEST_TEXT:
        raise Malformed(PURPOSE_MISSING, place="purpose", limit=LONGEST_TEXT)
    if len(audience) > LONGEST_TEXT:
        raise Malformed(AUDIENCE_LONG, place="audience", limit=LONGEST_TEXT)
    if expires <= created:
        raise Misused(EXPIRY_PAST, place="expires", expires=expires.isoformat())
    if expires - created > LONGEST_LIFE:
        raise Misused(EXPIRY_FAR, place="expires", days=LONGEST_LIFE.days)
    return Share(share_id, records, purpose, audience, created, expires, needs_code=needs_code)


def check_open(*, expires: datetime, withdrawn: datetime | None, now: datetime) -> None:
    """Pass only while a share is open. :raises Refused: ``share.withdrawn``, ``share.expired``"""
    if withdrawn is not None:
        raise Refused(WITHDRAWN)
    if now >= expires:
        raise Refused(EXPIRED, expired=expires.date().isoformat())


def make_code(entropy: bytes) -> str:
    """A code of eight digits from 16 random bytes, told to the reader by another way than the link."""
    return f"{int.from_bytes(entropy[:16], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def seal_shown(shown: bytes, *, token: str, code: str | None, salt: bytes, nonce: bytes, share_id: str) -> bytes:
    """Seal what a share shows under its link and its code."""
    return seal(_key(token, code, salt), shown, nonce=nonce, place=associated("share", share_id))


def open_shown(sealed: bytes, *, token: str, code: str | None, salt: bytes, share_id: str) -> bytes:
    """Open it again. :raises Refused: ``share.code_wrong`` (or, without a code, bytes that were tampered with)"""
    try:
        return open_sealed(_key(token, code, salt), sealed, place=associated("share", share_id))
    except SealBroken as error:
        raise Refused(CODE_WRONG, place="code") from error


def write(share: Share) -> bytes:
    """What the holder's own vault keeps of a share; whether it was withdrawn stands in the database, where readers meet it."""
    return write_form(
        {
            "share": share.share_id,
            "records": list(share.records),
            "purpose": share.purpose,
            "audience": share.audience,
            "created": share.created.isoformat(),
            "expires": share.expires.isoformat(),
            "needsCode": share.needs_code,
        }
    )


def read(content: bytes, *, withdrawn: datetime | None) -> Share:
    """The share that :func:`write` wrote."""
    form = read_form(content)
    return Share(
        share_id=form["share"],
        records=tuple(form["records"]),
        purpose=form["purpose"],
        audience=form["audience"],
        created=datetime.fromisoformat(form["created"]),
        expires=datetime.fromisoformat(form["expires"]),
        needs_code=form["needsCode"],
        withdrawn=withdrawn,
    )


def _key(token: str, code: str | None, salt: bytes) -> bytes:
    # The code is short, so it is stretched: who has the link and a copy of the database still pays for every guess.
    stretched = b"" if code is None else stretch("".join(code.split()), salt, STANDARD_COST)
    return derive(token.encode() + stretched, "share", salt=salt)

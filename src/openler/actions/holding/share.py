"""Sharing: chosen records, for a purpose, until a day, by a link that the holder gives to whom she likes.

Who has the link, and the code where there is one, sees what she chose until it ends or she withdraws it. Each look is
written into her log before anything is shown.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NoReturn

from openler.access.audit import AuditEvent
from openler.access.sealing import NONCE_BYTES, SALT_BYTES
from openler.access.secret import SECRET_BYTES, encode, fingerprint
from openler.access.turns import GUESSES
from openler.actions.holding import share_parts
from openler.actions.holding.collection import collection
from openler.actions.ports import Ports
from openler.actions.private_ports import HolderKey, StoredShare
from openler.credentials.evidence import MAX_CREDENTIALS
from openler.errors import Internal, NotFound, Refused, TooLarge, declare
from openler.holding import disclosure as log
from openler.holding import share as rules
from openler.holding.cutting import Cut
from openler.holding.disclosure import LONGEST_OPENER, Disclosure
from openler.holding.experience import Experience, parse
from openler.holding.form import read_form, write_form
from openler.holding.presentation import show
from openler.holding.share import Share
from openler.linkeddata.canonical import jcs

TOO_MUCH = declare("share.too_much", by=__name__)
TOO_MANY = declare("share.too_many", by=__name__)
DAMAGED = declare("share.damaged", by=__name__)

PATH: Final = "/shares/"
MAX_SHOWN: Final = 1_000_000
"""Largest presentation in a share, in bytes: what anybody may have verified without an account."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class ShareLink:
    """A new share. The link and the code are told this once and are kept nowhere; the code goes another way than the link."""

    share_id: str
    url: str = field(repr=False)
    code: str | None = field(repr=False)
    expires: datetime


@dataclass(frozen=True, slots=True)
class Door:
    """What a link tells before it is opened: whether it asks for a code, and until when it is good."""

    needs_code: bool
    expires: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """What a reader gets. ``presentation`` can be verified; for ``self_asserted`` nobody has vouched.

    ``left_out`` counts, for each credential in the presentation, the parts that the holder chose not to show, as her
    wallet counted them. ``document`` is the presentation as bytes, the same at each opening.
    """

    share_id: str
    purpose: str
    audience: str
    created: datetime
    expires: datetime
    presentation: dict[str, Any] = field(repr=False)
    self_asserted: tuple[Experience, ...] = field(repr=False)
    left_out: tuple[int, ...] = ()

    @property
    def document(self) -> bytes:
        """What :func:`openler.actions.verifying.verify.verify` takes."""
        return jcs(self.presentation)


def share(
    ports: Ports,
    key: HolderKey,
    record_ids: Iterable[str],
    *,
    purpose: str,
    audience: str = "",
    expires: datetime,
    with_code: bool = False,
    hidden: Mapping[str, Collection[str]] | None = None,
    actor: str,
) -> ShareLink:
    """Share records as they are now; what she changes later does not change what the link shows.

    ``hidden`` leaves parts of a record out, by its id: pointers of :class:`openler.holding.parts.Part`.

    :raises NotFound: ``holding.record_unknown``
    :raises Misused: ``holding.part_unknown``, ``holding.too_little_shown``
    :raises Misused: ``holding.nothing_chosen``, ``share.expiry_past``, ``share.expiry_too_far``
    :raises Malformed: ``share.purpose_missing``, ``share.audience_too_long``
    :raises TooLarge: ``share.too_many``, ``share.too_much``
    """
    now = ports.clock.now()
    chosen = collection(ports, key).choose(record_ids)
    share_id = ports.entropy.token(_ID_BYTES).hex()
    terms = rules.propose(
        share_id=share_id,
        records=tuple(one.record_id for one in chosen),
        purpose=purpose,
        audience=audience,
        created=now,
        expires=expires,
        needs_code=with_code,
    )
    shown = _shown(terms, share_parts.bound(ports, key, share_parts.cuts(chosen, hidden), nonce=share_id))
    token = encode(ports.entropy.token(SECRET_BYTES))
    code = rules.make_code(ports.entropy.token(_ID_BYTES)) if with_code else None
    salt, nonce = ports.entropy.token(SALT_BYTES), ports.entropy.token(NONCE_BYTES)
    sealed = rules.seal_shown(shown, token=token, code=code, salt=salt, nonce=nonce, share_id=share_id)
    stored = StoredShare(share_id, key.holder_id, fingerprint(token), sealed, salt, with_code, now, expires)
    event = AuditEvent("hold:share:create", f"{actor}:{key.holder_id}", now, {"share": share_id, "records": len(chosen)})
    ports.vault.add_share(key, stored, rules.write(terms), event=event)
    return ShareLink(share_id, f"{ports.base_url}{PATH}{token}", code, expires)


def check_terms(ports: Ports, *, purpose: str, audience: str, expires: datetime) -> None:
    """Whether a share on these terms could be made now. Errors as :func:`share`."""
    now = ports.clock.now()
    rules.propose(share_id="", records=(), purpose=purpose, audience=audience, created=now, expires=expires, needs_code=False)


def door(ports: Ports, token: str) -> Door:
    """Whether a link is open, and asks for a code. Nothing is shown, so nothing is logged.

    :raises NotFound: ``share.unknown``
    :raises Refused: ``share.expired``, ``share.withdrawn``
    """
    stored = _open(ports, token, ports.clock.now())
    return Door(stored.needs_code, stored.expires)


def open_share(ports: Ports, token: str, *, code: str | None, opener: str) -> Opened:
    """What the link shows. The holder's log has it before this returns; ``opener`` is what is said there of the reader.

    :raises NotFound: ``share.unknown``
    :raises Refused: ``share.expired``, ``share.withdrawn``, ``share.code_needed``, ``share.code_wrong``
    :raises RateLimited: ``access.too_many_attempts``
    :raises Internal: ``share.damaged``
    """
    now = ports.clock.now()
    stored = _open(ports, token, now)
    form = read_form(_unsealed(ports, stored, token, (code or "").strip(), now))
    # The end that the holder set is sealed in; who can write to the database cannot put it off.
    expires = datetime.fromisoformat(form["expires"])
    rules.check_open(expires=expires, withdrawn=None, now=now)
    opened = Opened(
        share_id=stored.share_id,
        purpose=form["purpose"],
        audience=form["audience"],
        created=datetime.fromisoformat(form["created"]),
        expires=expires,
        presentation=form["presentation"],
        self_asserted=tuple(parse(one) for one in form["selfAsserted"]),
        left_out=tuple(form.get("leftOut", ())),
    )
    told = Disclosure(stored.share_id, now, opener.strip()[:LONGEST_OPENER], opened.audience, opened.purpose, tuple(form["records"]))
    event = AuditEvent("hold:share:open", f"share:{stored.share_id}", now, {"share": stored.share_id})
    if not ports.vault.disclose(stored.share_id, log.write(told), at=now, event=event):
        _ended(ports, token, now)
    return opened


def shares(ports: Ports, key: HolderKey) -> tuple[Share, ...]:
    """Her shares, oldest first, ended ones included."""
    withdrawn = {stored.share_id: stored.withdrawn for stored in ports.vault.shares(key)}
    return tuple(rules.read(item.content, withdrawn=withdrawn.get(item.item_id)) for item in ports.vault.items(key, "share"))


def withdraw(ports: Ports, key: HolderKey, share_id: str, *, actor: str) -> bool:
    """End a share at once; whether it was still open. :raises NotFound: ``share.unknown``"""
    now = ports.clock.now()
    event = AuditEvent("hold:share:withdraw", f"{actor}:{key.holder_id}", now, {"share": share_id[: 2 * _ID_BYTES]})
    return ports.vault.withdraw_share(key, share_id, at=now, event=event)


def disclosures(ports: Ports, key: HolderKey) -> tuple[Disclosure, ...]:
    """Who looked at what, when, oldest first."""
    return tuple(log.read(stored.content) for stored in ports.vault.disclosures(key))


def _shown(terms: Share, chosen: tuple[Cut, ...]) -> bytes:
    """What the link shows, as bytes to be sealed."""
    shown = show((one.record for one in chosen), presentation_id=f"urn:uuid:{uuid.UUID(hex=terms.share_id, version=4)}")
    held = len(shown.presentation["verifiableCredential"])
    if held > MAX_CREDENTIALS:
        raise TooLarge(TOO_MANY, place="records", seen=held, limit=MAX_CREDENTIALS)
    size = len(jcs(shown.presentation))
    if size > MAX_SHOWN:
        raise TooLarge(TOO_MUCH, place="records", seen=size, limit=MAX_SHOWN)
    told = {"purpose": terms.purpose, "audience": terms.audience, "records": list(terms.records)}
    ends = {"created": terms.created.isoformat(), "expires": terms.expires.isoformat()}
    left_out = {"leftOut": [one.left_out for one in chosen if one.record.credential is not None]}
    return write_form(told | ends | left_out | shown.as_json())


def _open(ports: Ports, token: str, now: datetime) -> StoredShare:
    stored = ports.vault.share_by_token(fingerprint(token)) if _TOKEN.fullmatch(token) else None
    if stored is None:
        raise NotFound(rules.UNKNOWN)
    rules.check_open(expires=stored.expires, withdrawn=stored.withdrawn, now=now)
    return stored


def _unsealed(ports: Ports, stored: StoredShare, token: str, code: str, now: datetime) -> bytes:
    if stored.sealed is None:
        # Cleared away between two looks at the clock: it had ended.
        raise Refused(rules.EXPIRED, expired=stored.expires.date().isoformat())
    if not stored.needs_code:
        try:
            return rules.open_shown(stored.sealed, token=token, code=None, salt=stored.salt, share_id=stored.share_id)
        except Refused as error:
            raise Internal(DAMAGED) from error
    if not code:
        raise Refused(rules.CODE_NEEDED, place="code")
    subject = f"share {stored.share_id}"
    with GUESSES.turn():
        # Counted before it is judged, so that many guesses at once are not one guess.
        ports.vault.begin_attempt(subject, at=now)
        shown = rules.open_shown(stored.sealed, token=token, code=code, salt=stored.salt, share_id=stored.share_id)
        ports.vault.clear_attempts(subject)
    return shown


def _ended(ports: Ports, token: str, now: datetime) -> NoReturn:
    """Tell why a share that was open a moment ago is not. :raises Refused:"""
    _open(ports, token, now)
    raise Refused(rules.WITHDRAWN)

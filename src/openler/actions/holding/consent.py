"""Consent: a holder lets somebody use what her records show, names the purpose and the end, signs it, and can take it back.

What leaves her wallet is not the records but the skills that they verify (:mod:`openler.skills.released`). Whoever uses
it reads it through :func:`released`, which passes only what a signed consent allows at that moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from openler.access.audit import AuditEvent
from openler.actions.holding.collection import collection
from openler.actions.matching.landscape import Landscape, landscape
from openler.actions.matching.match_held import held
from openler.actions.ports import Ports
from openler.actions.private_ports import HolderKey, ReleasedProfile
from openler.errors import Misused, NotFound, declare
from openler.holding import consent as terms
from openler.holding.consent import Consent
from openler.skills import released as form
from openler.skills.evidence import profile_of
from openler.skills.profile import Profile

NOTHING_VERIFIED = declare("consent.nothing_verified", by=__name__)
CONSENT_UNKNOWN = declare("consent.unknown", by=__name__)

MATCHING: Final = "matching"
_ID_BYTES: Final = 16
_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Released:
    """A profile that may be used now, and the consent that allows it. ``release_id`` stands for its holder."""

    release_id: str
    profile: Profile = field(repr=False)
    consent: Consent = field(repr=False)


def release(
    ports: Ports,
    key: HolderKey,
    record_ids: Iterable[str],
    *,
    purpose: str,
    party: str,
    scope: str = MATCHING,
    expires: datetime,
    actor: str,
    ground: Landscape | None = None,
) -> Consent:
    """Let ``party`` use the skills that these records verify now, for ``purpose``, until ``expires``.

    The consent names the records, the purpose and the party, and is signed and dated (34 CFR 99.30). Self-asserted
    experience is not released: nobody has verified it. ``ground`` is a landscape read before.

    :raises NotFound: ``holding.record_unknown``
    :raises Misused: ``holding.nothing_chosen``, ``holding.consent_expiry``; ``consent.nothing_verified``: no record verifies a skill
    :raises Malformed: ``holding.consent_incomplete``
    """
    now = ports.clock.now()
    chosen = collection(ports, key).choose(record_ids)
    proposed = terms.propose(
        consent_id=ports.entropy.token(_ID_BYTES).hex(),
        holder_id=key.holder_id,
        records=tuple(one.record_id for one in chosen),
        purpose=purpose,
        party=party,
        scope=scope,
        given=now,
        expires=expires,
    )
    credentials, _ = held(ports, (one for one in chosen if one.kind == "credential"), serving=True)
    profile = profile_of(credentials, (ground or landscape(ports)).entries)
    if not any(claim.kind == "verified" for claim in profile.claims):
        raise Misused(NOTHING_VERIFIED, place="records")
    given = terms.signed(proposed, ports.vault.sign(key, terms.statement(proposed)))
    content = terms.write(given)
    # The holder's own copy first: whatever is released, she can see and end.
    ports.vault.put(key, "consent", given.consent_id, content, at=now)
    ports.vault.release(
        key,
        release_id=given.consent_id,
        scope=given.scope,
        profile=form.write(profile),
        consent=content,
        at=now,
        expires=expires,
        event=AuditEvent("hold:consent:give", f"{actor}:{key.holder_id}", now, {"consent": given.consent_id}),
    )
    return given


def withdraw_release(ports: Ports, key: HolderKey, consent_id: str, *, actor: str) -> bool:
    """End a consent at once and delete what it released; whether it stood until now.

    :raises NotFound: ``consent.unknown``
    """
    now = ports.clock.now()
    item = ports.vault.item(key, "consent", consent_id)
    if item is None:
        raise NotFound(CONSENT_UNKNOWN, consent=consent_id[:100])
    consent = terms.read(item.content)
    stood = consent.stands(now)
    ports.vault.withdraw_release(
        key, consent_id, event=AuditEvent("hold:consent:withdraw", f"{actor}:{key.holder_id}", now, {"consent": consent.consent_id})
    )
    if consent.withdrawn is None:
        ports.vault.put(key, "consent", consent_id, terms.write(replace(consent, withdrawn=now)), at=now)
    return stood


def releases(ports: Ports, key: HolderKey) -> tuple[Consent, ...]:
    """Every consent she gave, oldest first, ended ones included."""
    return tuple(terms.read(item.content) for item in ports.vault.items(key, "consent"))


def released(ports: Ports, *, scope: str = MATCHING) -> Iterator[Released]:
    """The profiles that may be used for ``scope`` now: released, not withdrawn, and under a consent that her key signed."""
    now, after = ports.clock.now(), ""
    while page := ports.vault.released(scope, at=now, after=after, limit=_PAGE):
        for one in page:
            consent = terms.read(one.consent)
            if _allows(ports, one, consent, now):
                yield Released(one.release_id, form.read(one.profile), consent)
        after = page[-1].release_id


def _allows(ports: Ports, one: ReleasedProfile, consent: Consent, now: datetime) -> bool:
    holder = ports.vault.holder(consent.holder_id)
    named = consent.consent_id == one.release_id and consent.scope == one.scope
    return named and consent.stands(now) and holder is not None and terms.verifies(consent, holder.signing_key)

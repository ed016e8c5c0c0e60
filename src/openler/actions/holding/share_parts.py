"""Which parts of chosen records a share shows: named by their holder, tried out before a link is made, bound to her key where it can be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from openler.actions.holding.collection import collection
from openler.actions.ports import Ports
from openler.actions.private_ports import HolderKey
from openler.credentials import sdjwt
from openler.credentials.multikey import PublicKey, from_jwk
from openler.errors import Misused, OpenlerError, declare
from openler.holding.cutting import Cut, cut
from openler.holding.experience import Experience
from openler.holding.parts import Parts, parts
from openler.holding.presentation import presentation
from openler.holding.record import Record

PART_NOT_NAMED = declare("share.part_not_named", by=__name__)
NOTHING_TO_CHOOSE = declare("share.nothing_to_choose", by=__name__)

_MOST_TOLD: Final = 12
_PREVIEW: Final = "preview"
"""What her key answers where she looks herself: never what a link or a verifier asks."""


@dataclass(frozen=True, slots=True)
class Divided:
    """A record of hers with its parts."""

    record: Record
    parts: Parts


@dataclass(frozen=True, slots=True)
class Previewed:
    """One record just as its reader would get it: ``credential`` is an entry of a presentation, None for her own words."""

    record: Record
    credential: Any = field(repr=False)
    statement: Experience | None = field(repr=False)
    left_out: int


def divided(ports: Ports, key: HolderKey, record_ids: Iterable[str]) -> tuple[Divided, ...]:
    """Chosen records with their parts. :raises NotFound: ``holding.record_unknown`` :raises Misused: ``holding.nothing_chosen``"""
    return tuple(Divided(record, parts(record)) for record in collection(ports, key).choose(record_ids))


def hidden(chosen: Iterable[Divided], *, hide: Collection[str] = (), show: Collection[str] | None = None) -> dict[str, frozenset[str]]:
    """What to leave out of each record, by names of parts or their pointers: those of ``hide``, or all free ones but those of ``show``.

    A name means that part of every chosen record that has it.

    :raises Misused: ``share.part_not_named``: none has it, or it always shows; ``share.nothing_to_choose``
    """
    known = tuple(chosen)
    offered = [each for one in known for each in one.parts.free]
    names = {each.name for each in offered} | {each.pointer for each in offered}
    asked = {*hide, *(show or ())}
    if asked and not offered:
        raise Misused(NOTHING_TO_CHOOSE, place="parts")
    unknown = sorted(asked - names)
    if unknown:
        told = ", ".join(dict.fromkeys(each.name for each in offered[:_MOST_TOLD]))
        raise Misused(PART_NOT_NAMED, place="parts", seen=unknown[0][:80], offered=told)
    return {
        one.record.record_id: frozenset(
            each.pointer
            for each in one.parts.free
            if not {each.name, each.pointer}.isdisjoint(hide) or (show is not None and {each.name, each.pointer}.isdisjoint(show))
        )
        for one in known
    }


def cuts(chosen: Iterable[Record], left_out: Mapping[str, Collection[str]] | None) -> tuple[Cut, ...]:
    """Records as others get them. Errors as :func:`openler.holding.cutting.cut`."""
    return tuple(cut(record, (left_out or {}).get(record.record_id, ())) for record in chosen)


def preview(
    ports: Ports, key: HolderKey, record_ids: Iterable[str], left_out: Mapping[str, Collection[str]] | None
) -> tuple[Previewed, ...]:
    """What a reader would get of each record, without making a link. Errors as :func:`cuts`."""
    made = bound(ports, key, cuts(collection(ports, key).choose(record_ids), left_out), nonce=_PREVIEW)
    entries = iter(presentation(one.record for one in made)["verifiableCredential"])
    return tuple(
        Previewed(one.record, None if one.record.statement is not None else next(entries), one.record.statement, one.left_out)
        for one in made
    )


def bound(ports: Ports, key: HolderKey, made: Iterable[Cut], *, nonce: str) -> tuple[Cut, ...]:
    """Tokens whose issuer confirmed the wallet's own key, signed by it: that she herself chose to show just this, for this link.

    The question answered is the share's own (``nonce``), since no verifier has asked one yet.
    """
    holder = ports.vault.holder(key.holder_id)
    own = PublicKey("Ed25519", holder.signing_key) if holder is not None else None
    return tuple(_bound(ports, key, one, own, nonce) if own is not None else one for one in made)


def _bound(ports: Ports, key: HolderKey, one: Cut, own: PublicKey, nonce: str) -> Cut:
    token = one.record.credential
    if not isinstance(token, str) or not token.endswith("~") or _confirmed(token) != own:
        return one
    prepared = sdjwt.prepare_binding(token, key=own, nonce=nonce, audience=ports.base_url, at=ports.clock.now())
    signed = prepared.finish(ports.vault.sign(key, prepared.message))
    return Cut(replace(one.record, received=token + signed), one.left_out)


def _confirmed(token: str) -> PublicKey | None:
    """The key that the issuer confirmed as the holder's (RFC 7800)."""
    try:
        confirmed = sdjwt.parse(token).jws.claims().get("cnf")
        jwk = confirmed.get("jwk") if isinstance(confirmed, Mapping) else None
        return from_jwk(jwk) if isinstance(jwk, Mapping) else None
    except OpenlerError:
        return None

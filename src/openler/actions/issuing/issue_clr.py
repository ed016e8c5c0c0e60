"""Issuing a comprehensive learner record: several signed records of one learner, put together and signed as a whole (CLR 2.0).

The records go in as they are, proofs and all. Each is verified first: an issuer that signs a collection vouches for
having looked at what is in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from openler.access.audit import AuditEvent
from openler.actions.issuing.identity import identity
from openler.actions.issuing.issue import issue_one
from openler.actions.issuing.issue_learner import Learner, learner
from openler.actions.issuing.signing import MEDIA_TYPES
from openler.actions.ports import Ports
from openler.actions.verifying.verify import verify
from openler.credentials import baked, clr, openbadges2
from openler.credentials.envelopes import is_token
from openler.credentials.enveloping import enveloped
from openler.credentials.model import Credential, read_credential
from openler.credentials.openbadges import Issuer
from openler.credentials.proofs import sd_holder
from openler.errors import Malformed, Misused, Refused, declare
from openler.ids import Ctid
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json

ITEM_NOT_A_RECORD = declare("issue.clr_item_not_a_record", by=__name__)
ITEM_INVALID = declare("issue.clr_item_invalid", by=__name__)
SEVERAL_LEARNERS = declare("issue.clr_several_learners", by=__name__)
NOTHING_TO_COLLECT = declare("issue.clr_nothing", by=__name__)
TOO_MANY = declare("issue.clr_too_many", by=__name__)
WHOLE_IN_PARTS = declare("issue.clr_whole_in_parts", by=__name__)


@dataclass(frozen=True, slots=True)
class Collected:
    """The collection as issued. ``undetermined`` names the sources of items that could not be checked; ``delivered``: a wallet has it."""

    credential_id: str
    credential: dict[str, Any]
    items: int
    undetermined: tuple[str, ...]
    delivered: bool


@dataclass(frozen=True, slots=True)
class _Item:
    source: str
    document: Mapping[str, Any]
    read: Credential
    verdict: str


def issue_clr(
    ports: Ports,
    records: Sequence[tuple[str, bytes]],
    *,
    issuer: Ctid,
    name: str,
    holder: str = "",
    partial: bool | None = None,
    associations: Sequence[tuple[str, str, str]] = (),
    secured: Literal["di", "di-sd"] = "di",
    actor: str,
) -> Collected:
    """Put records together and sign the collection; it can be revoked like any other record.

    ``records`` are (source, bytes): JSON credentials or images that hold one. ``holder`` is a wallet's handle or id, or a
    DID; without it the collection is about whom its records name. ``associations`` are (type, source id, target id), the
    type one of :data:`openler.credentials.clr.ASSOCIATION_TYPES`. Of a collection in the form ``di-sd`` its holder may leave
    records out.

    :raises Malformed: ``issue.clr_item_not_a_record`` with the source, or what the lint found
    :raises Refused: ``issue.clr_item_invalid``; ``issue.clr_several_learners``; the organisation may not issue
    :raises Misused: ``issue.clr_whole_in_parts``; as :func:`openler.actions.issuing.signing_in_parts.check_key`
    """
    if not records:
        raise Malformed(NOTHING_TO_COLLECT)
    if secured == "di-sd" and partial is False:
        raise Misused(WHOLE_IN_PARTS, place="--whole")
    if len(records) > clr.MAX_ITEMS:
        raise Malformed(TOO_MANY, count=len(records), limit=clr.MAX_ITEMS)
    by = identity(ports, issuer)
    items = [_item(ports, source, data) for source, data in records]
    who = _learner(ports, holder, items)
    organisation = by.organisation
    document = clr.clr(
        credential_id=None,
        issuer=Issuer(by.did, organisation.name, f"{ports.base_url}/resources/{organisation.ctid}", organisation.ctid),
        subject=who.subject,
        credentials=[item.document for item in items],
        identifiers=_identifiers(items),
        name=name,
        valid_from=ports.clock.now(),
        associations=[clr.association(*each) for each in associations],
        partial=partial,
    )
    issued = issue_one(ports, document, issuer=issuer, actor=actor, with_status=True, secured=secured)
    if who.wallet is not None:
        now = ports.clock.now()
        event = AuditEvent("issue:credential:deliver", actor, now, {"credential": issued.credential_id})
        ports.vault.deposit(who.wallet, jcs(issued.credential), at=now, event=event)
    open_items = tuple(item.source for item in items if item.verdict == "undetermined")
    return Collected(issued.credential_id, issued.credential, len(items), open_items, who.wallet is not None)


def _item(ports: Ports, source: str, data: bytes) -> _Item:
    # What lies at our own address is read from our own stores: who issues need not be serving at the time.
    data = _for_others(data)
    judged = verify(ports, data, source=source, serving=True, max_bytes=baked.MAX_IMAGE if baked.is_image(data) else clr.MAX_ITEM_BYTES)
    read = read_credential(judged.document)
    text = (baked.extract(data) if baked.is_image(data) else data).strip()
    # An old badge carried over is signed by nobody: what goes in is what came, or nothing.
    token = text.decode() if is_token(text) and text.startswith(b"eyJ") and openbadges2.read(text) is None else None
    if "VerifiableCredential" not in read.types or not (read.proofs or token):
        raise Malformed(ITEM_NOT_A_RECORD, place=source)
    if judged.report.verdict == "invalid":
        raise Refused(ITEM_INVALID, place=source, reason=judged.report.reasons[0].code)
    document = read.document if token is None else enveloped(token, MEDIA_TYPES["sd-jwt" if "~" in token else "jwt"])
    return _Item(source, document, read, judged.report.verdict)


def _for_others(data: bytes) -> bytes:
    """A collection is shown whole, so that a record which its holder can show in parts goes in as a copy of all of it."""
    if not data.lstrip().startswith(b"{"):
        return data
    document = parse_json(data, max_bytes=clr.MAX_ITEM_BYTES)
    return jcs(dict(sd_holder.for_others(document))) if isinstance(document, dict) and sd_holder.base_of(document) is not None else data


def _learner(ports: Ports, holder: str, items: Sequence[_Item]) -> Learner:
    """The subject's id and her wallet. Records that name different people are never put together."""
    named = {str(subject["id"]) for item in items for subject in item.read.subjects if "id" in subject}
    if len(named) > 1:
        raise Refused(SEVERAL_LEARNERS, seen=", ".join(sorted(named))[:200])
    subject = next(iter(named), None)
    who = learner(ports, holder, "holder")
    if subject is not None and who.subject is not None and subject != who.subject:
        raise Refused(SEVERAL_LEARNERS, seen=f"{subject}, {who.subject}"[:200])
    return Learner(who.subject or subject, who.wallet)


def _identifiers(items: Sequence[_Item]) -> list[dict[str, Any]]:
    """Identities that every record carries alike, such as the learner's name; salted hashes differ and are left out."""
    carried = [[each for subject in item.read.subjects for each in _mappings(subject.get("identifier"))] for item in items]
    first, *others = carried
    return [dict(each) for each in first if all(each in other for other in others)]


def _mappings(value: object) -> list[Mapping[str, Any]]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, Mapping)]

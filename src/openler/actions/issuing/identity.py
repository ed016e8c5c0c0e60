"""Issuers' identities: the DIDs organisations sign as, the documents that list their keys, and their tie to a CTID.

An organisation's did:web is ``{base}/issuers/{ctid}/did.json``: its CTID is in the identifier, and the document names the
organisation's description in the registry as another name of the same subject.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from openler.access.audit import AuditEvent
from openler.access.organisation import Organisation, Role, roles
from openler.actions.ports import KeyInfo, Ports
from openler.actions.verifying import issuers
from openler.credentials import anchors
from openler.credentials.dids import document_for, web_did
from openler.credentials.multikey import PublicKey
from openler.ctdl.document import parse
from openler.errors import NotFound, Refused, declare
from openler.ids import Ctid, Did
from openler.meaning.achievement import name_of

ISSUER_UNKNOWN = declare("issue.issuer_unknown", by=__name__)
ISSUER_WITHOUT_KEY = declare("issue.issuer_without_key", by=__name__)
ORGANISATION_UNPUBLISHED = declare("issue.organisation_unpublished", by=__name__)

DidForm = Literal["web", "key"]
_SUCCESSOR = re.compile(r"\.\d{1,6}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Identity:
    """As whom an organisation signs: its DID, and the URL of the key that ``key`` names."""

    organisation: Organisation
    did: Did
    method: str
    key: str
    public_key: PublicKey


def issuer_did(ports: Ports, ctid: Ctid, public_key: PublicKey, form: DidForm) -> Did:
    """The DID an organisation signs as: its did:web under our address, or the did:key of its key."""
    return web_did(ports.base_url, "issuers", ctid) if form == "web" else Did.parse(public_key.did)


def link(ports: Ports, ctid: Ctid, *, key: str, form: DidForm = "web", actor: str) -> Organisation:
    """Let a published organisation issue: tie its CTID to a DID and to the key it signs with.

    :raises NotFound: ``issue.organisation_unpublished``, or there is no such key
    :raises Refused: the key is retired
    """
    signer = ports.keys.signer(key)
    now = ports.clock.now()
    did = issuer_did(ports, ctid, PublicKey(signer.key_type, signer.public_key), form)
    known = ports.organisations.get(ctid)
    named = Organisation(ctid, _published_name(ports, ctid), (), now) if known is None else known
    issuer = replace(named, roles=roles([*named.roles, Role.ISSUER]), did=did, key=key)
    for identifier in dict.fromkeys((did, web_did(ports.base_url, "issuers", ctid))):  # both resolve to its keys
        issuers.add(ports, identifier, name=named.name, ctid=ctid, actor=actor)
    if issuer == known:
        return issuer
    ports.organisations.put(issuer, event=AuditEvent("issue:organisation:link", actor, now, {"ctid": ctid, "did": str(did)}))
    return issuer


def _published_name(ports: Ports, ctid: Ctid) -> str:
    stored = ports.store.get(ctid)
    if stored is None or stored.deleted:
        raise NotFound(ORGANISATION_UNPUBLISHED, ctid=ctid)
    return name_of(parse(stored.normalised).main) or ctid


def issuer(ports: Ports, ctid: Ctid) -> Organisation:
    """An organisation that may issue.

    :raises NotFound: ``issue.issuer_unknown``
    :raises Refused: ``issue.issuer_without_key``
    """
    organisation = ports.organisations.get(ctid)
    if organisation is None:
        raise NotFound(ISSUER_UNKNOWN, ctid=ctid)
    if Role.ISSUER not in organisation.roles or organisation.did is None or organisation.key is None:
        raise Refused(ISSUER_WITHOUT_KEY, ctid=ctid)
    return organisation


def identity(ports: Ports, ctid: Ctid, *, key: str | None = None, form: DidForm | None = None) -> Identity:
    """As whom an organisation signs now; ``key`` and ``form`` override what it was linked with.

    :raises NotFound: ``issue.issuer_unknown``, or there is no such key
    :raises Refused: ``issue.issuer_without_key``, or the key is retired
    """
    organisation = issuer(ports, ctid)
    uri = key or organisation.key or ""
    signer = ports.keys.signer(uri)
    public_key = PublicKey(signer.key_type, signer.public_key)
    did = organisation.did if form is None and organisation.did is not None else issuer_did(ports, ctid, public_key, form or "web")
    return Identity(organisation, did, f"{did}#{public_key.multikey}", uri, public_key)


def did_document(ports: Ports, ctid: Ctid) -> dict[str, Any]:
    """The document served at ``/issuers/{ctid}/did.json``: every key the organisation signs or signed with.

    :raises NotFound: ``issue.issuer_unknown``
    """
    organisation = ports.organisations.get(ctid)
    if organisation is None or organisation.key is None:
        raise NotFound(ISSUER_UNKNOWN, ctid=ctid)
    keys = {key.multikey: (key, retired) for key, retired, _ in _keys_of(ports, organisation.key)}
    also = (f"{ports.base_url}/resources/{ctid}",)
    did = web_did(ports.base_url, "issuers", ctid)
    stolen = compromised_keys(ports, ctid)
    book = {"id": f"{did}#issued", "type": anchors.SERVICE, "serviceEndpoint": f"{ports.base_url}/issuers/{ctid}/issued"}
    return document_for(did, keys, also=also, revoked=stolen, services=(book,) if stolen else ())


def compromised_keys(ports: Ports, ctid: Ctid) -> dict[str, datetime]:
    """The organisation's keys that may have been somebody else's, by their fragment, and since when. Empty for an unknown one."""
    organisation = ports.organisations.get(ctid)
    if organisation is None or organisation.key is None:
        return {}
    return {key.multikey: since for key, _, since in _keys_of(ports, organisation.key) if since is not None}


def _keys_of(ports: Ports, uri: str) -> list[tuple[PublicKey, datetime | None, datetime | None]]:
    """The organisation's key, and those it replaced or that replaced it: keys named alike but for ``.2``, ``.3``, ...

    Each with when it was retired, and since when it is compromised.
    """
    listed = ports.keys.keys()
    current = next((info for info in listed if uri in {info.uri, info.held}), None)
    if current is None:
        signer = ports.keys.signer(uri)
        return [(PublicKey(signer.key_type, signer.public_key), None, None)]
    stem = _stem(current)
    return [(PublicKey(info.key_type, info.public_key), info.retired, info.compromised) for info in listed if _stem(info) == stem]


def _stem(info: KeyInfo) -> str:
    return _SUCCESSOR.sub("", info.uri)

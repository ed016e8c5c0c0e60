"""Whether a statement of Open Badges 2 still stands: by its own word, by its address, or by its issuer's list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openler.credentials.badge2proof import PART_UNREADABLE, Statement, part, profile
from openler.credentials.evidence import Evidence, Kind
from openler.credentials.faults import CannotCheck
from openler.credentials.proofcheck import Finding
from openler.credentials.report import Outcome
from openler.credentials.shapes import listed
from openler.errors import OpenlerError, declare

NO_LONGER_HOSTED = declare("credentials.badge2_gone", by=__name__)
REVOKED = declare("credentials.badge2_revoked", by=__name__)
STANDING = declare("credentials.badge2_standing", by=__name__)
NO_REVOCATION_LIST = declare("credentials.badge2_no_revocation_list", by=__name__)

_GONE = "410"


def check(said: Statement, held: Evidence) -> Finding:
    """Revoked: it says so itself, its address answers 410 Gone, or the issuer's revocation list names it."""
    if said.document is not None and said.document.get("revoked") is True:
        reason = str(said.document.get("revocationReason") or "?")[:200]
        return Finding(Outcome.FAILED, REVOKED, {"reason": reason}, "/revoked")
    hosted = said.brought.form == "hosted"
    try:
        return _still_hosted(said, held) if hosted else _not_listed(said, held)
    except OpenlerError as error:
        # Whatever is wrong with where the status is kept, it tells nothing either way.
        return Finding(Outcome.UNKNOWN, error.code, error.parameters, "/id" if hosted else said.issuer_at + "/revocationList")


def _still_hosted(said: Statement, held: Evidence) -> Finding:
    url = str(said.brought.url)
    item = held.find(Kind.BADGE, url)
    if item is not None and item.body is None and str(item.parameters.get("status")) == _GONE:
        return Finding(Outcome.FAILED, NO_LONGER_HOSTED, {"url": url[:200]}, "/id")
    part(held, url, "/id")
    return Finding(Outcome.PASSED, STANDING, {}, "/id")


def _not_listed(said: Statement, held: Evidence) -> Finding:
    issuer = profile(said, held)
    if "revocationList" not in issuer:
        return Finding(Outcome.NOT_APPLICABLE, NO_REVOCATION_LIST, {})
    return _on_list(said.document or {}, part(held, issuer["revocationList"], said.issuer_at + "/revocationList"))


def _on_list(document: Mapping[str, Any], revocations: Mapping[str, Any]) -> Finding:
    """Section 4.8: entries are ids, or objects with an id or uid and a reason."""
    if "revokedAssertions" not in revocations:
        raise CannotCheck(PART_UNREADABLE, url=str(revocations.get("id"))[:200])
    own = {str(document[name]) for name in ("id", "uid") if document.get(name)}
    for entry in listed(revocations["revokedAssertions"]):
        named = {str(entry[name]) for name in ("id", "uid") if entry.get(name)} if isinstance(entry, Mapping) else {str(entry)}
        if named & own:
            reason = entry.get("revocationReason") if isinstance(entry, Mapping) else None
            return Finding(Outcome.FAILED, REVOKED, {"reason": str(reason or "?")[:200]}, "/id")
    return Finding(Outcome.PASSED, STANDING, {}, "/id")

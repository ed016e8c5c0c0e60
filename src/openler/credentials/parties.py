"""The checks of issuer trust and of who brings a credential that stands alone."""

from __future__ import annotations

from openler.credentials.model import Credential
from openler.credentials.openbadges import matches_identity
from openler.credentials.policy import Policy
from openler.credentials.proofcheck import Finding
from openler.credentials.report import Outcome
from openler.credentials.shapes import is_object, listed
from openler.errors import declare

ISSUER_KNOWN = declare("credentials.issuer_known", by=__name__)
ISSUER_LISTED = declare("credentials.issuer_listed", by=__name__)
ISSUER_NOT_KNOWN = declare("credentials.issuer_not_known", by=__name__)
ISSUER_LIST_UNAVAILABLE = declare("credentials.issuer_list_unavailable", by=__name__)
ISSUER_TRUST_NOT_ASKED = declare("credentials.issuer_trust_not_asked", by=__name__)
HOLDER_NOT_SHOWN = declare("credentials.holder_not_shown", by=__name__)
HOLDER_IDENTITY_MATCHES = declare("credentials.holder_identity_matches", by=__name__)
HOLDER_IDENTITY_DIFFERS = declare("credentials.holder_identity_differs", by=__name__)

_NOT_ASKED = Finding(Outcome.NOT_APPLICABLE, ISSUER_TRUST_NOT_ASKED, {})
_NOT_SHOWN = Finding(Outcome.UNKNOWN, HOLDER_NOT_SHOWN, {}, "/credentialSubject")


def issuer(read: Credential, policy: Policy) -> Finding:
    """Whether the issuer is on a list that the verifier trusts: known, not known, or the list could not be had."""
    if policy.issuers is None:
        return _NOT_ASKED
    name = policy.issuers.names.get(read.issuer or "")
    if name is not None:
        listings = policy.issuers.listings.get(read.issuer or "", ())
        if listings:
            where = ", ".join(f"{each.list} ({each.dated:%Y-%m-%d})" for each in listings)
            return Finding(Outcome.PASSED, ISSUER_LISTED, {"name": name, "lists": where}, "/issuer")
        return Finding(Outcome.PASSED, ISSUER_KNOWN, {"name": name}, "/issuer")
    if policy.issuers.unavailable:
        return Finding(Outcome.UNKNOWN, ISSUER_LIST_UNAVAILABLE, {"list": ", ".join(policy.issuers.unavailable)}, "/issuer")
    return Finding(Outcome.UNKNOWN, ISSUER_NOT_KNOWN, {}, "/issuer")


def bearer(read: Credential, policy: Policy) -> Finding:
    """For a credential alone: nothing shows who brings it, unless she names an identity that its subject carries hashed."""
    if policy.identity is None:
        return _NOT_SHOWN
    identities = [each for subject in read.subjects for each in listed(subject.get("identifier")) if is_object(each)]
    if not identities:
        return _NOT_SHOWN
    if any(matches_identity(each, policy.identity) for each in identities):
        return Finding(Outcome.PASSED, HOLDER_IDENTITY_MATCHES, {}, "/credentialSubject")
    return Finding(Outcome.FAILED, HOLDER_IDENTITY_DIFFERS, {}, "/credentialSubject")

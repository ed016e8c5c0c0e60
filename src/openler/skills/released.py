"""A skill profile as it leaves its holder's hands for bulk matching: what was verified, and nothing that names her.

Only verified claims are in it. Credentials are numbered instead of named, and dates are years, so that two profiles, or a
profile and an issuer's books, are not tied together by an identifier or a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from openler.ids import Ctid
from openler.linkeddata.jcs import jcs
from openler.skills.profile import Claim, Link, Profile, profile

FORMAT: Final = 1
_YEAR: Final = 4


def write(held: Profile) -> bytes:
    """The verified claims of a profile, as JSON in UTF-8."""
    verified = [claim for claim in held.claims if claim.kind == "verified"]
    numbers = {name: f"credential-{number}" for number, name in enumerate(sorted({claim.credential for claim in verified}), 1)}
    return jcs({"format": FORMAT, "claims": [_form(claim, numbers[claim.credential]) for claim in verified]})


def read(content: bytes) -> Profile:
    """The profile that :func:`write` wrote: it matches as the holder's verified claims do."""
    return profile(_claim(form) for form in orjson.loads(content)["claims"])


def _form(claim: Claim, credential: str) -> dict[str, Any]:
    form: dict[str, Any] = {
        "key": claim.key,
        "name": claim.name,
        "credential": credential,
        "credentialName": claim.credential_name,
        "issuer": claim.issuer,
        "issuerName": claim.issuer_name,
        "year": claim.date[:_YEAR],
        "chain": [[link.relation, link.id, link.name] for link in claim.chain],
    }
    for name, ctid in (("achievement", claim.achievement), ("entry", claim.entry)):
        if ctid is not None:
            form[name] = str(ctid)
    return form


def _claim(form: Mapping[str, Any]) -> Claim:
    return Claim(
        key=form["key"],
        kind="verified",
        name=form["name"],
        credential=form["credential"],
        credential_name=form["credentialName"],
        issuer=form["issuer"],
        issuer_name=form["issuerName"],
        date=form["year"],
        achievement=Ctid(form["achievement"]) if "achievement" in form else None,
        entry=Ctid(form["entry"]) if "entry" in form else None,
        chain=tuple(Link(*link) for link in form["chain"]),
    )

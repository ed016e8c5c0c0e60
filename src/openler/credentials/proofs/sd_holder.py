"""A base proof of ecdsa-sd-2023 in its holder's hands: what she can leave out, and the copies that she makes for others.

The base proof itself is for her alone: who has it can make every copy of the record. So nothing here hands it on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from openler.credentials.proofs import ecdsa_sd_2023
from openler.credentials.proofs.sd_values import BASE_NOT_DERIVED, read_base, read_derived
from openler.credentials.shapes import listed, pointer
from openler.errors import Malformed, OpenlerError
from openler.linkeddata.contexts import Contexts

EVERYTHING: Final = ("",)
"""The pointer to the whole document: a copy from which nothing is left out."""

_ALWAYS: Final = (
    "issuer", "validFrom", "validUntil", "issuanceDate", "expirationDate", "awardedDate", "credentialStatus", "name", "description",
    "relatedResource", "termsOfUse", "refreshService",
)  # fmt: skip
_WHOLE: Final = ("achievement", "type", "id")


def mandatory(document: Mapping[str, Any]) -> tuple[str, ...]:
    """What no copy of a record may lack, so that each can be judged and means what was meant, as JSON Pointers.

    Who issued it, for how long, where its status stands, what was achieved, as it was described at the time. Left to the
    holder: who she is in words, how well she did, evidence, and all else.
    """
    found = [pointer(name) for name in _ALWAYS if name in document]
    stated = document.get("credentialSubject")
    for number, subject in enumerate(listed(stated)):
        path = pointer("credentialSubject", number) if isinstance(stated, list) else "/credentialSubject"
        # A collection's achievements tell of every record in it, and it is for its holder to say which she shows.
        whole = _WHOLE[1:] if isinstance(subject, Mapping) and "verifiableCredential" in subject else _WHOLE
        within = next((name for name in whole if isinstance(subject, Mapping) and name in subject), None)
        found.append(path if within is None else path + pointer(within))
    return tuple(found)


def base_of(document: object) -> dict[str, Any] | None:
    """The base proof of a record, None where it has none."""
    for proof in listed(document.get("proof")) if isinstance(document, Mapping) else ():
        if isinstance(proof, dict) and proof.get("cryptosuite") == ecdsa_sd_2023.NAME and _is_base(proof):
            return proof
    return None


def _is_base(proof: Mapping[str, Any]) -> bool:
    try:
        read_derived(proof.get("proofValue"))
    except OpenlerError as error:
        return error.code == BASE_NOT_DERIVED
    return False


def always_shown(proof: Mapping[str, Any]) -> tuple[str, ...]:
    """What the issuer wants every copy to show. :raises Malformed: ``credentials.sd_value_malformed``"""
    return read_base(proof.get("proofValue")).mandatory


def copied(document: Mapping[str, Any], pointers: Sequence[str] = EVERYTHING) -> dict[str, Any]:
    """A copy for others with what ``pointers`` choose and what always shows; without ``pointers``, all of it.

    Contexts with two versions in the wild are tried in turn, until the statements are those that were signed.

    :raises Malformed: as :func:`openler.credentials.proofs.ecdsa_sd_2023.derive`
    """
    proofs = listed(document.get("proof"))
    base = base_of(document)
    number = proofs.index(base) if base is not None else None
    first: OpenlerError | None = None
    for contexts in Contexts.pinned().variants(document):
        try:
            return ecdsa_sd_2023.derive(document, pointers, contexts=contexts, number=number)
        except OpenlerError as error:
            first = first or error
    raise first or Malformed(ecdsa_sd_2023.NO_BASE_PROOF, count=0)


def for_others(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record as others may have it: itself, or, where it has a base proof, a copy that leaves nothing out."""
    return document if base_of(document) is None else copied(document)

"""Deriving: of a record that its holder may show in parts, the part that she chooses (VC-API ``POST /credentials/derive``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openler.credentials.faults import CannotCheck
from openler.credentials.proofs import sd_holder
from openler.errors import Malformed, declare
from openler.linkeddata.contexts import ContextNotPinned

NOT_AN_OBJECT = declare("derive.not_an_object", by=__name__)


def derive(credential: object, pointers: Sequence[str]) -> dict[str, Any]:
    """What the pointers choose, with what the issuer wants always shown, under a derived proof. Nothing is kept of it.

    Whether the issuer's signature holds is the verifier's question: a bad one gives a part that does not verify.

    :raises Malformed: it has no base proof or more than one; a pointer leads nowhere; a context that is not held
    """
    if not isinstance(credential, Mapping):
        raise Malformed(NOT_AN_OBJECT, place="/verifiableCredential")
    try:
        return sd_holder.copied(credential, pointers)
    except (ContextNotPinned, CannotCheck) as error:
        raise Malformed(error.code, place=error.place, **error.parameters) from error

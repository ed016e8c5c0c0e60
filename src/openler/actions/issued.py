"""Hand out what was issued: the signed record, as it went to its holder."""

from __future__ import annotations

from openler.actions.ports import Ports
from openler.errors import NotFound, declare

NOT_ISSUED = declare("issue.not_issued", by=__name__)


def record(ports: Ports, credential_id: str) -> bytes:
    """The signed credential. :raises NotFound: ``issue.not_issued``"""
    found = ports.ledger.issued(credential_id)
    if found is None or found.signed is None:
        raise NotFound(NOT_ISSUED, credential=credential_id[:100])
    return found.signed

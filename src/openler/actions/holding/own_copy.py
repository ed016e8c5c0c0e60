"""The door of a wallet for records that their holder can show in parts: what comes in must be what the issuer signed, all of it.

Any other record is judged each time somebody looks at it. From this one copies are made, and one broken place in it would
break copies that do not even show that place, at a time when nobody can mend it.
"""

from __future__ import annotations

from openler.actions.ports import Ports
from openler.actions.verifying.standing import of_record
from openler.credentials.proofs import sd_holder
from openler.credentials.report import Outcome
from openler.errors import Refused, declare
from openler.holding.cutting import whole
from openler.holding.record import Record

OWN_COPY_BROKEN = declare("hold.own_copy_broken", by=__name__)


def check_own_copy(ports: Ports, record: Record) -> None:
    """Pass a record unless it has a base proof that does not hold: each statement's signature, and the issuer's over the rest.

    An issuer whose key cannot be had today keeps nothing out: the record then *could not be checked*, as any other. Nor does
    one that has expired or was revoked.

    :raises Malformed: the proof cannot be read, or belongs to another record
    :raises Refused: ``hold.own_copy_broken``
    """
    credential = record.credential
    if not isinstance(credential, dict) or sd_holder.base_of(credential) is None:
        return
    whole(record)
    standing = of_record(ports, record, serving=True)
    checks = standing.report.checks if standing is not None else ()
    for each in checks:
        if each.name in {"shape", "proof", "issuer_key"} and each.outcome is Outcome.FAILED:
            raise Refused(OWN_COPY_BROKEN, reason=each.code)

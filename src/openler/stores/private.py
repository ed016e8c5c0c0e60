"""Open the private wall: all of its ports on one database."""

from __future__ import annotations

from dataclasses import dataclass

from openler.access.sealing import STANDARD_COST, Cost
from openler.actions.ports import Clock, Entropy
from openler.actions.private_ports import STATUS_LIST_LENGTH
from openler.stores.jobs import StoredJobs
from openler.stores.ledger import SealedLedger
from openler.stores.organisations import StoredOrganisations, StoredSessions
from openler.stores.private_audit import StoredAudit
from openler.stores.private_keys import data_key
from openler.stores.rows import Rows
from openler.stores.vault import SealedVault


@dataclass(frozen=True, slots=True)
class PrivateWall:
    """The private side's stores, named as in :class:`openler.actions.ports.Ports`."""

    vault: SealedVault
    ledger: SealedLedger
    organisations: StoredOrganisations
    sessions: StoredSessions
    private_audit: StoredAudit
    jobs: StoredJobs


def open_private(
    rows: Rows,
    *,
    secret: bytes,
    entropy: Entropy,
    clock: Clock,
    cost: Cost = STANDARD_COST,
    status_list_length: int = STATUS_LIST_LENGTH,
) -> PrivateWall:
    """The private wall on ``rows``; ``secret`` is the operator's, at least 32 random bytes kept outside the database.

    :raises Misused: ``vault.operator_secret_short``, ``vault.operator_secret_wrong``
    :raises Unavailable: ``stores.unavailable``
    """
    now = clock.now()
    vault_key = data_key(rows, "vault", secret=secret, entropy=entropy, at=now)
    ledger_key = data_key(rows, "ledger", secret=secret, entropy=entropy, at=now)
    jobs = StoredJobs(rows, key=ledger_key, entropy=entropy)
    return PrivateWall(
        vault=SealedVault(rows, key=vault_key, entropy=entropy, cost=cost),
        ledger=SealedLedger(rows, key=ledger_key, entropy=entropy, jobs=jobs, length=status_list_length),
        organisations=StoredOrganisations(rows),
        sessions=StoredSessions(rows),
        private_audit=StoredAudit(rows),
        jobs=jobs,
    )

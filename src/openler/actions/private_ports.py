"""The ports of the private wall: what is earned, and whose it is.

*Vault* keeps what people hold, *Ledger* what issuers issued. Both live in the private database; neither is ever read
together with the registry in one transaction (ADR 0001, decision 3).
"""

from __future__ import annotations

from typing import Protocol


class Vault(Protocol):
    """What holders hold, encrypted per holder."""


class Ledger(Protocol):
    """What issuers issued: reservations, records, status."""

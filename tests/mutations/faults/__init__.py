"""All faults, by the part of the house they are in."""

from __future__ import annotations

from tests.mutations.fault import Fault
from tests.mutations.faults import (
    audit,
    faces,
    federation,
    importing,
    insight,
    issuing,
    linkeddata,
    matching,
    network,
    private,
    registry,
    suites,
    verifying,
    web,
)

FAULTS: tuple[Fault, ...] = (
    *verifying.FAULTS, *linkeddata.FAULTS, *registry.FAULTS, *network.FAULTS, *importing.FAULTS, *matching.FAULTS, *issuing.FAULTS,
    *private.FAULTS, *suites.FAULTS, *faces.FAULTS, *insight.FAULTS, *web.FAULTS, *audit.FAULTS, *federation.FAULTS,
)  # fmt: skip

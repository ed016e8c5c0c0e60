"""All faults, by the part of the house they are in."""

from __future__ import annotations

from tests.mutations.fault import Fault
from tests.mutations.faults import (
    audit,
    faces,
    federation,
    formats,
    importing,
    insight,
    issuing,
    jobs,
    keys,
    language,
    linkeddata,
    matching,
    network,
    parts,
    private,
    querying,
    registry,
    searching,
    suites,
    trust,
    verifying,
    web,
)

FAULTS: tuple[Fault, ...] = (
    *verifying.FAULTS, *linkeddata.FAULTS, *registry.FAULTS, *network.FAULTS, *importing.FAULTS, *matching.FAULTS, *issuing.FAULTS,
    *private.FAULTS, *parts.FAULTS, *suites.FAULTS, *faces.FAULTS, *insight.FAULTS, *web.FAULTS, *keys.FAULTS, *jobs.FAULTS,
    *trust.FAULTS, *querying.FAULTS, *audit.FAULTS, *language.FAULTS, *formats.FAULTS,
    *searching.FAULTS, *federation.FAULTS,
)  # fmt: skip

"""What an audit of a registry may find, and its report: shared by the audit from inside and the one from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openler.errors import Code, Malformed, declare

ENTRY_MISSING = declare("audit.entry_missing", by=__name__)
ENTRY_CHANGED = declare("audit.entry_changed", by=__name__)
ENTRY_UNREADABLE = declare("audit.entry_unreadable", by=__name__)
CHAIN_BROKEN = declare("audit.chain_broken", by=__name__)
CUT_OFF = declare("audit.cut_off", by=__name__)
TREE_DIFFERS = declare("audit.tree_differs", by=__name__)
DOCUMENT_CHANGED = declare("audit.document_changed", by=__name__)
DOCUMENT_MISSING = declare("audit.document_missing", by=__name__)
DOCUMENT_UNKNOWN = declare("audit.document_unknown", by=__name__)
STATEMENT_MISSING = declare("audit.statement_missing", by=__name__)
STATE_DIFFERS = declare("audit.state_differs", by=__name__)
STATE_MISSING = declare("audit.state_missing", by=__name__)
HEAD_SHORTER = declare("audit.head_shorter", by=__name__)
HEAD_REWRITTEN = declare("audit.head_rewritten", by=__name__)
HEAD_MALFORMED = declare("audit.head_malformed", by=__name__)
HEAD_NOT_ANSWERED = declare("audit.not_answered", by=__name__)

MAX_FINDINGS = 200
"""Most findings that are listed; all are counted."""


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """Something that was changed, dropped or slipped in. ``place`` is ``seq N``, a CTID, a digest or a tile."""

    code: Code
    place: str
    parameters: Mapping[str, object]


@dataclass(slots=True)
class Findings:
    """What is found on the way."""

    listed: list[AuditFinding] = field(default_factory=list)
    count: int = 0

    def add(self, code: Code, place: str, **parameters: object) -> None:
        """One more; it is listed while there is room."""
        self.count += 1
        if len(self.listed) < MAX_FINDINGS:
            self.listed.append(AuditFinding(code, place, parameters))


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A head that somebody kept, its signature checked; ``notes`` are about its key."""

    registry: str
    size: int
    root: str
    chain: str | None
    time: str
    notes: tuple[AuditFinding, ...]

    @classmethod
    def read(cls, value: object, notes: tuple[AuditFinding, ...]) -> KeptHead:
        """A head out of its JSON. :raises Malformed: ``audit.head_malformed``"""
        told = value if isinstance(value, Mapping) else {}
        size, root, chain = told.get("size"), told.get("root"), told.get("chain")
        if type(size) is not int or size < 0 or not isinstance(root, str) or not isinstance(chain, str | None):
            raise Malformed(HEAD_MALFORMED, place="head")
        return cls(str(told.get("registry")), size, root, chain, str(told.get("time"))[:40], notes)


@dataclass(frozen=True, slots=True)
class AuditReport:
    """How a registry was found. ``head`` is what its journal amounts to now (from outside: what the registry signed).

    ``compared`` is the size of the head it was held against, None without one; ``documents`` how many versions were read and
    hashed; ``notes`` are what was found that is no fault, such as a key that nobody confirmed.
    """

    entries: int
    documents: int
    head: Mapping[str, Any]
    compared: int | None
    findings: tuple[AuditFinding, ...]
    count: int
    notes: tuple[AuditFinding, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return self.count == 0

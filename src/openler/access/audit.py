"""Audit events: typed ``source:subject:action`` names, each wall with its own log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

_NAME = re.compile(r"[a-z]+:[a-z_]+:[a-z_]+")


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Who did what, when.

    ``name`` is ``source:subject:action``, such as ``cli:document:publish``. ``actor`` is an organisation's CTID, a
    token's public id or a holder's id, never a secret. ``details`` hold counts and identifiers, no personal data.
    """

    name: str
    actor: str
    time: datetime
    details: Mapping[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            message = f"not a source:subject:action name: {self.name!r}"
            raise ValueError(message)

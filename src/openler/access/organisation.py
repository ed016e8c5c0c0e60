"""Organisations and the roles they may play here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from openler.errors import Malformed, declare
from openler.ids import Ctid, Did

ROLE_UNKNOWN = declare("access.role_unknown", by=__name__)
NAME_EMPTY = declare("access.name_empty", by=__name__)

MAX_NAME = 300
"""Longest name of an organisation or label of a token, in characters."""


class Role(StrEnum):
    """What an organisation, and a token of it, may do: publish to the registry, issue credentials, make tokens for others."""

    PUBLISHER = "publisher"
    ISSUER = "issuer"
    ADMIN = "admin"

    @classmethod
    def parse(cls, text: str) -> Role:
        """Read a role's name. :raises Malformed: ``access.role_unknown``"""
        try:
            return cls(text.strip().lower())
        except ValueError as error:
            raise Malformed(ROLE_UNKNOWN, place="role", seen=text[:40], known=", ".join(cls)) from error


def roles(names: Iterable[str | Role]) -> tuple[Role, ...]:
    """Roles by name, each once, sorted."""
    return tuple(sorted({Role.parse(name) for name in names}))


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation that may write here.

    ``did`` and ``key`` are set for issuers: the identifier it signs as and the URI of its signing key, such as
    ``file:ridgeway`` (never the key itself).
    """

    ctid: Ctid
    name: str
    roles: tuple[Role, ...]
    created: datetime
    did: Did | None = None
    key: str | None = field(default=None)

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > MAX_NAME:
            raise Malformed(NAME_EMPTY, place="name", limit=MAX_NAME)

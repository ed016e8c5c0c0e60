"""Organisations, roles and the names of audit events."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from openler.access.audit import AuditEvent
from openler.access.organisation import MAX_NAME, Organisation, Role, roles
from openler.errors import Malformed
from openler.ids import Ctid

T0 = datetime(2026, 6, 1, 12, tzinfo=UTC)
OWNER = Ctid.derive("tests", "ceterms:CredentialOrganization", "owner")


def test_roles_are_read_by_name_and_kept_once() -> None:
    assert roles(["issuer", Role.PUBLISHER, " Issuer "]) == (Role.ISSUER, Role.PUBLISHER)
    with pytest.raises(Malformed, match=r"access\.role_unknown"):
        Role.parse("owner")


@pytest.mark.parametrize("name", ["", "  ", "x" * (MAX_NAME + 1)])
def test_an_organisation_has_a_name(name: str) -> None:
    with pytest.raises(Malformed, match=r"access\.name_empty"):
        Organisation(OWNER, name, (), T0)


@pytest.mark.parametrize("name", ["publish", "a:b", "A:b:c", "a:b:c:d", "a:b:", ""])
def test_an_audit_event_is_named_by_source_subject_and_action(name: str) -> None:
    with pytest.raises(ValueError, match="source:subject:action"):
        AuditEvent(name, "tests", T0)

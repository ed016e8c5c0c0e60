"""The whole HTTP service over a registry of the test's own, asked as browsers and programs ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from openler import bootstrap
from openler.access.organisation import Role
from openler.actions.registry.publish import publish
from openler.actions.registry.tokens import add_organisation, create_token
from openler.asgi import application
from tests.support.ctdl import OWNER, complete, document, program

PASSPHRASE = "a passphrase for the tests only"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("OPENLER_DATABASE", "OPENLER_BASE_URL", "OPENLER_PASSPHRASE_FILE", "OPENLER_ALLOWED_ORIGINS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENLER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("OPENLER_PASSPHRASE", PASSPHRASE)
    return tmp_path / "data"


@pytest.fixture
def token(home: Path) -> str:
    """A publisher's token, made as ``openler token create`` makes it."""
    with bootstrap.open_ports() as ports:
        add_organisation(ports, OWNER, name="Tests College", roles=[Role.PUBLISHER], actor="tests:setup")
        return create_token(ports, OWNER, roles=[Role.PUBLISHER], label="tests", actor="tests:setup")[1].reveal()


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    organisation = {
        **complete("ceterms:CredentialOrganization", "owner"),
        "ceterms:ctid": str(OWNER),
        "ceterms:name": {"en-US": "Tests College"},
    }
    welding = program(ceterms__name={"en-US": "Welding Technology"}, ceterms__offeredBy=[str(OWNER)])
    with bootstrap.open_ports() as ports:
        publish(ports, [document(organisation), document(welding)], publisher=OWNER, actor="tests:setup")
    with TestClient(application(), base_url="http://localhost:8000") as opened:
        yield opened

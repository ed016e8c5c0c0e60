"""A school's system asks for a framework on the path that CASE names, and nothing else is given out there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from openler import bootstrap
from openler.actions.interchange.export_case import find_case
from openler.actions.interchange.import_skills import import_case
from tests.support.case import uuid, welding

PATH = "/ims/case/v1p1/CFPackages/"


@pytest.fixture
def framework(client: TestClient, tmp_path: Path) -> str:
    """The CTID of a framework that was imported beside the running service."""
    (tmp_path / "welding.json").write_text(json.dumps(welding()), encoding="utf-8")
    with bootstrap.open_ports() as ports:
        import_case(ports, str(tmp_path / "welding.json"), catch_up=False)
        found = find_case(ports, uuid(1))
    assert found is not None
    return str(found)


def test_a_package_is_found_by_its_case_identifier_and_by_its_ctid(client: TestClient, framework: str) -> None:
    answer = client.get(PATH + uuid(1))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert [entry["identifier"] for entry in answer.json()["CFItems"]] == [uuid(number) for number in (2, 4, 3, 5)]
    assert client.get(PATH + framework.removeprefix("ce-")).json() == answer.json()


@pytest.mark.parametrize("identifier", [uuid(2), uuid(77), "nonsense", "x" * 3000, "..%2f..%2f"])
def test_what_is_no_framework_is_not_found(client: TestClient, framework: str, identifier: str) -> None:
    assert framework
    answer = client.get(PATH + identifier)
    assert answer.status_code == 404
    assert answer.json()["code"] in {"case.framework_unknown", "http.not_found"}

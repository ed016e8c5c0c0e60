"""A framework is imported once, published by whom it names, and written out again as the package that it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from openler.actions.interchange.export_case import export_case, find_case
from openler.actions.interchange.import_skills import import_case
from openler.actions.ports import EnvelopeFilter, Ports
from openler.errors import Malformed, Misused, NotFound
from openler.ids import Ctid
from openler.stores.memory import MemoryStore
from openler.stores.tables import FileTables
from tests.support.case import BASE, uuid, welding


@pytest.fixture
def ports() -> Ports:
    clock = SimpleNamespace(now=lambda: datetime(2026, 6, 15, tzinfo=UTC))
    return cast("Ports", SimpleNamespace(base_url=BASE, tables=FileTables(), store=MemoryStore(), clock=clock))


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "welding.json").write_text(json.dumps(welding()), encoding="utf-8")
    return str(tmp_path / "welding.json")


def framework_of(ports: Ports) -> Ctid:
    found = find_case(ports, uuid(1))
    assert found is not None
    return found


def test_a_second_import_changes_nothing(ports: Ports, file: str) -> None:
    first, second = import_case(ports, file, catch_up=False), import_case(ports, file, catch_up=False)
    assert first.published is not None
    assert second.published is not None
    assert (first.published.published, first.published.refused) == (3, ())
    assert (second.published.published, second.published.unchanged) == (0, 3)


def test_a_dry_run_returns_the_documents_and_writes_nothing(ports: Ports, file: str) -> None:
    report = import_case(ports, file, dry_run=True)
    assert (report.published, len(report.documents), ports.store.count(EnvelopeFilter())) == (None, 3, 0)
    assert report.rows_read == 15


def test_what_was_imported_is_exported_as_it_was(ports: Ports, file: str) -> None:
    import_case(ports, file, catch_up=False)
    out = export_case(ports, framework_of(ports))
    given = welding()
    assert {entry["identifier"]: entry["fullStatement"] for entry in out.package["CFItems"]} == {
        entry["identifier"]: entry["fullStatement"] for entry in given["CFItems"]
    }
    assert (out.items, out.associations) == (4, 10)


def test_an_export_by_a_competency_is_that_of_its_framework(ports: Ports, file: str) -> None:
    report = import_case(ports, file, catch_up=False)
    framework = framework_of(ports)
    document = next(document for document in report.documents if document.ctid == framework)
    assert export_case(ports, document.resources[1]).ctid == framework


def test_a_framework_that_is_not_there_is_not_found(ports: Ports, file: str) -> None:
    with pytest.raises(NotFound) as caught:
        export_case(ports, Ctid.derive("tests", "ceasn:CompetencyFramework", "absent"))
    assert caught.value.code == "case.framework_unknown"
    report = import_case(ports, file, catch_up=False)
    with pytest.raises(Misused) as misused:
        export_case(ports, report.publisher)
    assert misused.value.code == "case.not_a_framework"
    assert find_case(ports, uuid(2)) is None


@pytest.mark.parametrize(("content", "error"), [(b"{", Malformed), (b"[]", Malformed), (b'{"CFDocument": 1}', Malformed)])
def test_a_file_that_is_no_package_is_told(ports: Ports, tmp_path: Path, content: bytes, error: Any) -> None:
    (tmp_path / "bad.json").write_bytes(content)
    with pytest.raises(error):
        import_case(ports, str(tmp_path / "bad.json"))

"""A dump of the national Registry comes in under the CTIDs it has, and every document of it is accounted for."""

from __future__ import annotations

import base64
import gzip
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from openler.actions.interchange.import_registry import DumpReport, import_registry
from openler.actions.ports import EnvelopeFilter, Ports
from openler.ctdl.document import Document
from openler.errors import Malformed, Misused
from openler.ids import Ctid
from tests.support.planning import planning_ports
from tests.support.small_region import documents

REGION = documents()
SENDER = Ctid.derive("tests", "ceterms:Organization", "sender")


@pytest.fixture
def ports() -> Ports:
    made, _ = planning_ports()
    made.projector = SimpleNamespace(catch_up=lambda **_: None)  # type: ignore[misc]
    return made


def envelope(document: Document, **more: Any) -> dict[str, Any]:
    return {
        "envelope_community": "ce_registry", "envelope_ceterms_ctid": document.ctid, "published_by": SENDER,
        "decoded_resource": json.loads(document.normalised),
    } | more  # fmt: skip


def lines(path: Path, *envelopes: Mapping[str, Any]) -> str:
    path.write_bytes(b"\n".join(json.dumps(one).encode() for one in envelopes))
    return str(path)


def sums(report: DumpReport) -> bool:
    parts = (report.published, report.updated, report.unchanged, report.refused, report.deleted, report.repeated)
    return report.read == sum(parts)


def test_envelopes_are_published_by_whom_they_name_and_keep_ctids_addresses_and_digests(ports: Ports, tmp_path: Path) -> None:
    given = list(REGION.values())
    report = import_registry(ports, lines(tmp_path / "dump.ndjson", *map(envelope, given)))
    assert (report.published, report.publishers) == (len(given), 1)
    stored = ports.store.documents(EnvelopeFilter(), limit=100)
    assert {(one.ctid, one.digest, one.publisher) for one in stored} == {(one.ctid, one.digest, SENDER) for one in given}
    again = import_registry(ports, lines(tmp_path / "dump.ndjson", *map(envelope, given)))
    assert (again.published, again.updated, again.unchanged) == (0, 0, len(given))


def test_a_token_is_opened_where_the_envelope_has_nothing_else(ports: Ports, tmp_path: Path) -> None:
    document = REGION["north"]
    payload = base64.urlsafe_b64encode(document.normalised).rstrip(b"=").decode()
    one = envelope(document, resource=f"eyJhbGciOiJSUzI1NiJ9.{payload}.c2ln")
    del one["decoded_resource"]
    assert import_registry(ports, lines(tmp_path / "dump.ndjson", one)).published == 1


def test_every_document_read_is_counted_once(ports: Ports, tmp_path: Path) -> None:
    first, second = REGION["north"], REGION["south"]
    with zipfile.ZipFile(tmp_path / "dump.zip", "w") as archive:
        archive.writestr(f"graphs/{first.ctid}.json", first.normalised)
        archive.writestr(f"resources/{first.ctid}.json", json.dumps(first.main))
        archive.writestr(f"metadata/{first.ctid}.json", json.dumps({"envelope_ceterms_ctid": first.ctid}))
        archive.writestr("graphs/gone.json", json.dumps(envelope(second, node_headers={"deleted_at": "2026-01-01T00:00:00Z"})))
        archive.writestr("graphs/broken.json", b"{")
        archive.writestr(f"deletes/metadata/{second.ctid}.json", b"{}")
    report = import_registry(ports, str(tmp_path / "dump.zip"))
    assert (report.read, report.published, report.refused, report.deleted, report.repeated) == (6, 1, 1, 2, 2)
    assert sums(report)
    assert [one.source for one in report.refusals] == ["graphs/broken.json"]


def test_a_dry_run_counts_the_same_and_writes_nothing(ports: Ports, tmp_path: Path) -> None:
    place = lines(tmp_path / "dump.jsonl", *map(envelope, REGION.values()), {"envelope_id": "x"})
    shown = import_registry(ports, place, dry_run=True)
    assert ports.store.head() == 0
    done = import_registry(ports, place)
    assert (shown.published, shown.refused, shown.findings) == (done.published, done.refused, done.findings)
    assert sums(shown)
    assert done.refusals[0].code == "import.resource_unreadable"


def test_who_is_named_publishes_all_and_what_nobody_publishes_is_refused(ports: Ports, tmp_path: Path) -> None:
    orphan = REGION["orphan"] if "orphan" in REGION else next(one for one in REGION.values() if one.owner is None)
    place = lines(tmp_path / "dump.ndjson", json.loads(orphan.normalised))
    assert import_registry(ports, place).refusals[0].code == "import.publisher_unknown"
    import_registry(ports, place, publisher=SENDER)
    (stored,) = ports.store.documents(EnvelopeFilter(), limit=2)
    assert stored.publisher == SENDER


@pytest.mark.parametrize("told", [True, False])
def test_a_graph_without_an_owner_is_published_by_whom_its_metadata_names(ports: Ports, tmp_path: Path, told: bool) -> None:
    orphan = next(one for one in REGION.values() if one.owner is None)
    named = {"envelope_ceterms_ctid": orphan.ctid, "owned_by": None, "published_by": SENDER if told else None}
    with zipfile.ZipFile(tmp_path / "dump.zip", "w") as archive:
        archive.writestr(f"graphs/{orphan.ctid}.json", orphan.normalised)
        archive.writestr("metadata/broken.json", b"{")
        archive.writestr(f"metadata/{orphan.ctid}.json", json.dumps(named))
    report = import_registry(ports, str(tmp_path / "dump.zip"))
    assert (report.read, report.published, report.refused, report.repeated) == (3, int(told), int(not told), 2)
    assert sums(report)
    assert [one.publisher for one in ports.store.documents(EnvelopeFilter())] == [SENDER] * told
    refused = [] if told else [(f"graphs/{orphan.ctid}.json", "import.publisher_unknown")]
    assert [(one.source, one.code) for one in report.refusals] == refused


def test_packed_lines_are_read_and_broken_ones_told(ports: Ports, tmp_path: Path) -> None:
    (tmp_path / "dump.ndjson.gz").write_bytes(gzip.compress(json.dumps(envelope(REGION["north"])).encode() + b"\n"))
    assert import_registry(ports, str(tmp_path / "dump.ndjson.gz")).published == 1
    (tmp_path / "cut.ndjson.gz").write_bytes(gzip.compress(b"{}" * 5000)[:-20])
    with pytest.raises(Malformed):
        import_registry(ports, str(tmp_path / "cut.ndjson.gz"))
    with pytest.raises(Misused):
        import_registry(ports, str(tmp_path / "none.zip"))

"""An export says all that is published and nothing else, is the same for the same registry, and is read back without loss."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyoxigraph
import pytest

from openler.actions.interchange.archive import Archive
from openler.actions.interchange.export import Since, export, since
from openler.actions.interchange.export_formats import COLUMNS, Format
from openler.actions.interchange.importing import import_tables
from openler.actions.ports import EnvelopeFilter, Ports
from openler.actions.registry.publish import publish_bytes
from openler.actions.registry.withdraw import withdraw
from openler.ctdl.document import Document, parse
from openler.ctdl.formats.mapping import parse as parse_mapping
from openler.errors import Malformed, Misused, TooLarge
from openler.ids import Ctid, Digest
from tests.support import sample
from tests.support.planning import PUBLISHER, START, planning_ports, put, remove
from tests.support.regions import MAPPING, TABLES
from tests.support.small_region import COST, ctid, documents, program

REGION = documents()


def registry(published: Iterable[Document] = REGION.values()) -> Ports:
    ports, _ = planning_ports(published)
    return ports


def written(ports: Ports, form: Format = "zip", **chosen: Any) -> bytes:
    sink = io.BytesIO()
    export(ports, sink, form=form, **chosen)
    return sink.getvalue()


def entries(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def standing(ports: Ports) -> set[tuple[Ctid, Digest]]:
    return {(one.ctid, one.digest) for one in ports.store.documents(EnvelopeFilter(), limit=10_000)}


def take_in(ports: Ports, content: bytes) -> None:
    archive = Archive(io.BytesIO(content), "export.zip")
    withdraw(ports, archive.deleted, publisher=PUBLISHER, actor="test")
    report = publish_bytes(ports, archive.documents(), publisher=PUBLISHER, actor="test", catch_up=False)
    assert report.refused == ()


# --- read back ---


def test_an_export_published_into_an_empty_registry_gives_the_same_documents() -> None:
    ports, elsewhere = registry(sample.documents()), registry(())
    take_in(elsewhere, written(ports))
    assert standing(elsewhere) == standing(ports)
    assert len(standing(ports)) == len(sample.documents())


def test_a_graph_in_the_archive_has_the_bytes_whose_digest_the_registry_tells() -> None:
    ports = registry()
    found = entries(written(ports))
    assert {(Ctid(name[7:-5]), Digest.of(content)) for name, content in found.items() if name.startswith("graphs/")} == standing(ports)


def test_the_archive_has_each_resource_and_the_envelope_of_each_document() -> None:
    published = sample.onet().documents
    found = entries(written(registry(published)))
    resources = {one for document in published for one in document.resources}
    assert {name for name in found if name.startswith("resources/")} == {f"resources/{one}.json" for one in resources}
    for document in published[:20]:
        metadata = json.loads(found[f"metadata/{document.ctid}.json"])
        assert (metadata["envelope_ceterms_ctid"], metadata["node_headers"]["resource_digest"]) == (document.ctid, document.digest)
        assert "decoded_resource" not in metadata
        resource = json.loads(found[f"resources/{document.ctid}.json"])
        assert resource.pop("@context") == document.context
        assert resource == document.main


def test_lines_published_into_an_empty_registry_give_the_same_documents() -> None:
    ports, elsewhere = registry(), registry(())
    publish_bytes(elsewhere, [("all.ndjson", written(ports, "ndjson"))], publisher=PUBLISHER, actor="test", catch_up=False)
    assert standing(elsewhere) == standing(ports)


def test_an_import_adopts_the_ctids_of_an_export(tmp_path: Any) -> None:
    for name, content in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    ports, elsewhere = registry(()), registry(())
    import_tables(ports, parse_mapping(MAPPING), str(tmp_path), catch_up=False)
    (tmp_path / "export.zip").write_bytes(written(ports))
    # The same tables by another name would get other CTIDs, were it not for the export.
    renamed = parse_mapping(MAPPING.replace(b"id: xx-lakes", b"id: xx-ponds"))
    assert renamed.source.id == "xx-ponds"
    adopted = import_tables(elsewhere, renamed, str(tmp_path), adopt=str(tmp_path / "export.zip"), catch_up=False)
    kept = {found for found, _ in standing(ports)}
    assert adopted.unread == 0
    assert adopted.adopted
    assert set(adopted.adopted) <= kept


# --- the same registry, the same bytes ---


@pytest.mark.parametrize("form", ["zip", "ndjson", "ntriples", "csv"])
def test_the_same_registry_gives_the_same_bytes(form: Format) -> None:
    ports = registry()
    assert written(ports, form) == written(ports, form)


@pytest.mark.parametrize("form", ["zip", "ndjson", "ntriples", "csv"])
def test_one_change_is_seen(form: Format) -> None:
    ports = registry()
    before = written(ports, form)
    put(ports, program("cooking", "south"))
    assert written(ports, form) != before


# --- a part of it ---


def test_a_class_is_exported_with_those_below_it() -> None:
    found = entries(written(registry(), types=("Credential", "ceterms:Job")))
    graphs = {name[7:-5] for name in found if name.startswith("graphs/")}
    assert graphs == {ctid(key) for key in ("certificate", "license", "diploma", "job")}


def test_a_class_that_does_not_exist_is_told_before_anything_is_written() -> None:
    sink = io.BytesIO()
    with pytest.raises(Misused) as caught:
        export(registry(), sink, form="zip", types=("Credentail",))
    assert caught.value.code == "export.type_unknown"
    assert sink.getvalue() == b""


def test_a_changeset_brings_a_follower_to_the_same_state() -> None:
    ports, follower = registry(), registry(())
    sink = io.BytesIO()
    head = export(ports, sink, form="zip").head
    take_in(follower, sink.getvalue())
    put(ports, program("cooking", "south"))
    put(ports, program("baking", "south", ceterms__estimatedCost=COST))
    remove(ports, REGION["nursing"])
    changes = written(ports, begin=Since(seq=head))
    take_in(follower, changes)
    assert standing(follower) == standing(ports)
    found = entries(changes)
    assert {name for name in found if "graphs" in name} == {f"upserts/graphs/{ctid(key)}.json" for key in ("cooking", "baking")}
    assert [name for name in found if name.startswith("deletes")] == [f"deletes/metadata/{ctid('nursing')}.json"]


def test_what_a_deleted_document_said_is_not_spread_any_further() -> None:
    ports = registry()
    remove(ports, REGION["welding"])
    assert REGION["welding"].main["ceterms:name"]["en-US"] == "welding"
    changed = entries(written(ports, begin=Since(seq=len(REGION))))
    assert list(changed) == [f"deletes/metadata/{ctid('welding')}.json"]
    assert b'"welding"' not in b"".join(changed.values())
    assert f"graphs/{ctid('welding')}.json" not in entries(written(ports))


def test_a_document_made_and_deleted_since_is_only_told_as_gone() -> None:
    ports = registry()
    cooking = program("cooking", "south")
    put(ports, cooking)
    remove(ports, cooking)
    assert list(entries(written(ports, begin=Since(seq=len(REGION))))) == [f"deletes/metadata/{cooking.ctid}.json"]


def test_a_changeset_may_begin_at_a_moment() -> None:
    ports, clock = planning_ports(REGION.values())
    clock.at = START.replace(day=20)
    put(ports, program("cooking", "south"))
    found = entries(written(ports, begin=since("2026-06-20")))
    assert [name for name in found if "graphs" in name] == [f"upserts/graphs/{ctid('cooking')}.json"]
    assert written(ports, "ndjson", begin=since("2026-06-21")) == b""


def test_a_form_that_cannot_tell_deletions_says_so() -> None:
    ports = registry()
    remove(ports, REGION["welding"])
    reports = {form: export(ports, io.BytesIO(), form=form, begin=Since(seq=len(REGION))) for form in ("zip", "csv")}
    assert {form: (report.deleted, report.untold) for form, report in reports.items()} == {"zip": (1, False), "csv": (1, True)}


@pytest.mark.parametrize("text", ["yesterday", "-3", "2026-13-01", "2026-06-20 or so", "", "٣", "1" * 40])
def test_a_beginning_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Misused) as caught:
        since(text)
    assert caught.value.code == "export.since_malformed"


# --- statements and tables ---


def test_the_statements_are_those_of_each_document_and_no_blank_node_is_shared() -> None:
    one, two = REGION["diploma"], REGION["welding outcomes"]
    together = list(pyoxigraph.parse(written(registry([one, two]), "ntriples"), format=pyoxigraph.RdfFormat.N_TRIPLES))
    apart = [
        list(pyoxigraph.parse(written(registry([document]), "ntriples"), format=pyoxigraph.RdfFormat.N_TRIPLES)) for document in (one, two)
    ]
    assert len(together) == len(set(map(str, together))) == sum(map(len, apart))
    names = [
        {str(term) for quad in part for term in (quad.subject, quad.object) if isinstance(term, pyoxigraph.BlankNode)} for part in apart
    ]
    assert all(names)
    assert names[0].isdisjoint(names[1])


def test_a_text_that_looks_like_a_blank_node_stays_a_text() -> None:
    spoken = 'He said: "_:b0" and "x":"_:y"'
    document = program("cooking", "south", ceterms__description={"en-US": spoken})
    quads = list(pyoxigraph.parse(written(registry([document]), "ntriples"), format=pyoxigraph.RdfFormat.N_TRIPLES))
    assert spoken in {quad.object.value for quad in quads if isinstance(quad.object, pyoxigraph.Literal)}


def test_the_table_has_a_row_for_each_resource() -> None:
    published = sample.onet().documents
    rows = list(csv.DictReader(io.StringIO(written(registry(published), "csv").decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert sorted(row["ctid"] for row in rows) == sorted(one for document in published for one in document.resources)
    assert all(row["name"] and row["type"] and row["address"].endswith(row["ctid"]) for row in rows)


def test_no_cell_of_the_table_is_a_formula() -> None:
    document = program("cooking", "south", ceterms__name={"en-US": "=HYPERLINK(1)"})
    row = next(csv.DictReader(io.StringIO(written(registry([document]), "csv").decode("utf-8-sig"))))
    assert row["name"] == "'=HYPERLINK(1)"


# --- failures ---


class _Full(io.BytesIO):
    """A disk that is full after a while."""

    def write(self, data: Any) -> int:
        if self.tell() > 2_000:
            raise OSError(28, "No space left on device")
        return super().write(data)


def test_an_export_that_fails_midway_does_not_look_finished() -> None:
    sink = _Full()
    with pytest.raises(OSError, match="No space"):
        export(registry(), sink, form="zip")
    assert not zipfile.is_zipfile(io.BytesIO(sink.getvalue()))


@pytest.mark.parametrize("content", [b"", b"not a zip at all", b"PK\x03\x04 half of one"])
def test_what_is_no_archive_is_told(content: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        Archive(io.BytesIO(content), "export.zip")
    assert caught.value.code == "archive.broken"


def test_a_damaged_entry_is_told_with_its_name() -> None:
    content = bytearray(written(registry()))
    content[60:80] = bytes(20)
    with pytest.raises(Malformed) as caught:
        list(Archive(io.BytesIO(bytes(content)), "export.zip").documents())
    assert caught.value.place is not None
    assert caught.value.place.startswith("export.zip/graphs/")


def test_a_document_that_unpacks_to_too_much_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openler.actions.interchange.archive.MAX_ENTRY_BYTES", 1_000)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("graphs/bomb.json", b" " * 1_000_000)
    with pytest.raises(TooLarge) as caught:
        list(Archive(sink, "bomb.zip").documents())
    assert caught.value.code == "archive.entry_too_large"


# --- withdrawing ---


def test_only_who_published_or_owns_a_document_can_withdraw_it() -> None:
    ports = registry()
    stranger = Ctid.derive("tests", "ceterms:Organization", "stranger")
    before = standing(ports)
    report = withdraw(ports, [ctid("welding"), ctid("nursing")], publisher=stranger, actor="test")
    assert (report.deleted, report.absent) == (0, 0)
    assert {refusal.code for refusal in report.refused} == {"registry.other_publisher"}
    assert standing(ports) == before


def test_one_that_may_not_be_withdrawn_does_not_keep_the_others() -> None:
    ports = registry()
    foreign = parse(program("foreign", "south").normalised)
    other = Ctid.derive("tests", "ceterms:Organization", "other")
    publish_bytes(ports, [("foreign", foreign.normalised)], publisher=other, actor="test", catch_up=False)
    report = withdraw(ports, [ctid("welding"), foreign.ctid, ctid("baking")], publisher=PUBLISHER, actor="test")
    assert (report.deleted, [refusal.ctid for refusal in report.refused]) == (2, [foreign.ctid])


def test_withdrawing_what_is_not_there_changes_nothing() -> None:
    ports = registry()
    head = ports.store.head()
    report = withdraw(ports, [Ctid.derive("tests", "ceterms:Job", "nobody's")], publisher=PUBLISHER, actor="test")
    assert (report.deleted, report.absent, report.refused) == (0, 1, ())
    assert ports.store.head() == head


# --- other forms ---


def test_turtle_and_n_quads_say_what_n_triples_say_and_name_each_graph() -> None:
    ports = registry(sample.documents())
    lines = written(ports, "ntriples")
    triples = {str(quad.triple) for quad in pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES)}
    short = written(ports, "turtle")
    assert {str(quad.triple) for quad in pyoxigraph.parse(short, format=pyoxigraph.RdfFormat.TURTLE)} == triples
    quads = list(pyoxigraph.parse(written(ports, "nquads"), format=pyoxigraph.RdfFormat.N_QUADS))
    assert {str(quad.triple) for quad in quads} == triples
    assert {quad.graph_name.value for quad in quads} == {f"{ports.base_url}/graph/{one.ctid}" for one in sample.documents()}
    assert short == written(ports, "turtle")
    assert len(short) < len(lines) * 0.6


def test_columns_have_types_and_a_row_for_each_resource_with_all_that_it_says(tmp_path: Path) -> None:
    ports = registry(sample.documents())
    (tmp_path / "all.parquet").write_bytes(written(ports, "parquet"))
    with duckdb.connect() as connection:
        table = connection.read_parquet(str(tmp_path / "all.parquet"))
        found = table.select("ctid", "type", "codes", "json", duckdb.SQLExpression("typeof(created)")).fetchall()
    said = {ctid: node for one in sample.documents() for ctid in one.resources if (node := one.find(ctid)) is not None}
    assert {row[0]: json.loads(row[3]) for row in found} == said
    assert {row[4] for row in found} == {"TIMESTAMP WITH TIME ZONE"}
    assert all(isinstance(row[2], list) for row in found)


def test_a_hostile_text_in_a_column_stays_a_text(tmp_path: Path) -> None:
    odd = program("odd", "north", ceterms__description={"en": "'); DROP TABLE told; --\u2028\x00\"\n"})
    (tmp_path / "one.parquet").write_bytes(written(registry([odd]), "parquet"))
    with duckdb.connect() as connection:
        found = connection.read_parquet(str(tmp_path / "one.parquet")).select("description").fetchall()
    assert found == [("'); DROP TABLE told; --\u2028\x00\"\n",)]


def test_requests_for_the_publishing_api_leave_out_what_it_has_none_for_and_say_so() -> None:
    ports = registry(sample.documents())
    sink = io.BytesIO()
    told = export(ports, sink, form="assistant")
    requests = [json.loads(line) for line in sink.getvalue().splitlines()]
    assert (len(requests), told.documents + told.left) == (told.documents, len(sample.documents()))
    assert told.left > 0


def test_a_bulk_table_of_two_kinds_at_once_is_refused() -> None:
    for types in ((), ("LearningProgram", "Credential"), ("Job",)):
        with pytest.raises(Misused) as refused:
            written(registry(), "csv-bulk", types=types)
        assert refused.value.code == "export.bulk_one_kind"

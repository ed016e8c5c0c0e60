"""A preview tells what a publication then does, and does nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openler.actions.ports import EnvelopeFilter, Ports
from openler.actions.registry.preview import preview, preview_bytes
from openler.actions.registry.publish import publish, publish_bytes
from openler.ctdl.document import Document, build
from openler.ids import Ctid
from tests.support.planning import PUBLISHER, planning_ports, remove
from tests.support.small_region import BASE, COST, ctid, iri, program

STRANGER = Ctid.derive("tests", "ceterms:Organization", "stranger")


def registry(published: Iterable[Document]) -> Ports:
    ports, _ = planning_ports(published)
    return ports


def a_program(**stated: Any) -> Document:
    return program("welding", "north", **stated)


def test_a_changed_property_is_told_with_what_was_and_what_would_be() -> None:
    ports = registry([a_program(ceterms__description={"en-US": "Old."}, ceterms__keyword={"en-US": ["metal"]})])
    shown = preview(ports, [a_program(ceterms__description={"en-US": "New."}, ceterms__estimatedCost=COST)], publisher=PUBLISHER)
    (change,) = shown.changes
    told = {one.name: (one.before, one.after) for one in change.properties}
    assert told == {
        "ceterms:description": ({"en-US": "Old."}, {"en-US": "New."}),
        "ceterms:estimatedCost": (None, COST),
        "ceterms:keyword": ({"en-US": ["metal"]}, None),
    }
    assert {one.resource for one in change.properties} == {ctid("welding")}
    assert shown.properties == {"ceterms:description": 1, "ceterms:estimatedCost": 1, "ceterms:keyword": 1}


def test_a_change_inside_of_the_graph_is_told_with_the_resource_it_is_in() -> None:
    def framework(words: str) -> Document:
        part = {
            "@type": "ceasn:Competency", "ceterms:ctid": str(ctid("weld")), "ceasn:competencyText": {"en-US": words},
            "ceasn:isPartOf": [iri("skills")],
        }  # fmt: skip
        main = {"@type": "ceasn:CompetencyFramework", "ceterms:ctid": str(ctid("skills")), "ceasn:name": {"en-US": "Skills"}}
        return build(BASE, [main, part])

    shown = preview(registry([framework("Weld.")]), [framework("Weld well.")])
    (one,) = shown.changes[0].properties
    assert (one.resource, one.name) == (ctid("weld"), "ceasn:competencyText")


def test_the_counts_are_those_of_the_publication_that_follows_and_nothing_is_written_before() -> None:
    ports = registry([a_program(), program("baking", "north")])
    given = [a_program(ceterms__estimatedCost=COST), program("baking", "north"), program("sewing", "north")]
    head = ports.store.head()
    shown = preview(ports, given, publisher=PUBLISHER)
    assert ports.store.head() == head
    done = publish(ports, given, publisher=PUBLISHER, actor="test", catch_up=False)
    assert (shown.new, shown.changed, shown.unchanged, shown.refused) == (1, 1, 1, 0)
    assert (shown.new, shown.changed, shown.unchanged) == (done.published, done.updated, done.unchanged)
    assert shown.findings == done.findings
    again = preview(ports, given, publisher=PUBLISHER)
    assert (again.unchanged, again.changes, again.total) == (3, (), 3)


def test_what_a_publication_refuses_a_preview_refuses_for_the_same_reason() -> None:
    ports = registry([a_program()])
    sources = [("a.json", b"{"), ("b.ndjson", a_program(ceterms__estimatedCost=COST).normalised + b"\n\n" + b"[]\n")]
    shown = preview_bytes(ports, sources, publisher=STRANGER)
    done = publish_bytes(ports, sources, publisher=STRANGER, actor="test", catch_up=False)
    assert sorted((one.source, one.code) for one in shown.changes) == sorted((one.source, one.code) for one in done.refused)
    assert shown.refused == len(done.refused) == 3


def test_what_was_deleted_would_be_new() -> None:
    ports = registry([a_program()])
    remove(ports, a_program())
    assert preview(ports, [a_program()], publisher=PUBLISHER).new == 1


def test_all_are_counted_where_not_all_are_kept() -> None:
    shown = preview(registry(()), [program(f"p{at}", "north") for at in range(7)], listed=3)
    assert (shown.new, len(shown.changes), shown.unlisted) == (7, 3, 4)
    assert not registry(()).store.documents(EnvelopeFilter(), limit=1)

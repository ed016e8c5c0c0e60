"""Fix lists over a registry."""

from __future__ import annotations

import pytest

from openler.actions.planning.gaps import gaps, unowned
from openler.errors import NotFound
from openler.ids import Ctid
from tests.support.planning import planning_ports, put
from tests.support.small_region import credential, ctid, documents, program


def test_every_provider_has_its_list_and_one_alone_is_the_same_list() -> None:
    ports, _ = planning_ports(documents().values())
    every = gaps(ports)
    assert {each.provider for each in every.gaps.providers} >= {ctid("north"), ctid("south"), None}
    alone = gaps(ports, ctid("south"))
    assert alone.gaps.providers == tuple(each for each in every.gaps.providers if each.provider == ctid("south"))
    assert alone.head == ports.store.head()


def test_a_provider_that_nothing_names_is_told() -> None:
    ports, _ = planning_ports(documents().values())
    with pytest.raises(NotFound) as unknown:
        gaps(ports, Ctid.derive("nobody", "x", "y"))
    assert unknown.value.code == "insight.provider_unknown"


def test_only_the_levels_asked_for_are_listed_also_when_another_was_asked_before() -> None:
    ports, _ = planning_ports(documents().values())
    assert {row.level for row in gaps(ports).gaps.rows} == {"required", "benchmark"}
    assert {row.level for row in gaps(ports, levels=("required",)).gaps.rows} == {"required"}
    assert {row.level for row in gaps(ports).gaps.rows} == {"required", "benchmark"}


def test_mending_one_description_takes_its_rows_away_at_once() -> None:
    ports, _ = planning_ports(documents().values())
    before = {(row.ctid, row.term) for row in gaps(ports).gaps.rows}
    assert (str(ctid("baking")), "ceterms:description") in before
    put(ports, program("baking", "south", ceterms__description={"en-US": "Bread and cakes."}))
    after = {(row.ctid, row.term) for row in gaps(ports).gaps.rows}
    assert before - after == {(str(ctid("baking")), "ceterms:description")}
    assert after < before


def test_what_names_no_provider_has_a_list_of_its_own_until_somebody_is_named() -> None:
    ports, _ = planning_ports(documents().values())
    (nobody,) = unowned(ports).gaps.providers
    assert set(nobody.things) == {str(ctid("license")), str(ctid("occupation"))}
    assert {row.provider for row in unowned(ports).gaps.rows} == {None}
    put(ports, credential("license", "ceterms:License", "north"))
    assert [each.things for each in unowned(ports).gaps.providers] == [(str(ctid("occupation")),)]

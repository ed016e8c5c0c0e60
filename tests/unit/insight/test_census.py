"""The census against a region that can be counted by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from openler.ctdl.document import Document
from openler.insight.census import Census, SourceNote, census
from openler.insight.facts import Kind, facts
from openler.messages import LANGUAGES, render
from tests.support.small_region import COST, ctid, documents, program


def taken(found: dict[str, Document], **options: tuple[SourceNote, ...]) -> Census:
    return census([row for document in found.values() for row in facts(document)], **options)


def cells(found: Census, table: str) -> dict[tuple[str, ...], int]:
    return {cell.labels: cell.count for cell in found.table(table).cells}


def test_everything_catalogued_is_counted_once_by_its_kind() -> None:
    found = taken(documents())
    assert {cell.key[0]: cell.count for cell in found.totals} == {
        "credential": 3, "learning_opportunity": 4, "organization": 2, "support_service": 1, "occupation": 1, "job": 1, "competency": 0,
        "outcomes": 3,
    }  # fmt: skip
    assert found.absent == (Kind.COMPETENCY,)


def test_what_is_only_mentioned_is_told_apart_and_lowers_the_share_with_a_ctid() -> None:
    found = taken(documents())
    mentioned = {cell.key[0]: cell for cell in found.mentioned}
    assert mentioned["credential"].count == 1
    assert mentioned["credential"].ctids[0].startswith(f"{ctid('diploma')}#")
    assert found.share("credential_ctid").value == Fraction(3, 4)


def test_credentials_are_counted_by_type_provider_and_type_of_provider() -> None:
    found = taken(documents())
    assert cells(found, "credential_by_type") == {("Certificate",): 1, ("License",): 1, ("Diploma",): 1}
    assert cells(found, "credential_by_provider") == {("north",): 1, ("south",): 1, ("",): 1}
    by_type = found.table("credential_by_provider_type")
    assert {cell.key[0]: cell.count for cell in by_type.cells} == {"TwoYear": 1, "TrainingProvider": 1, "HighSchool": 1, "": 1}
    assert by_type.total.count == 3, "a provider of two types stands in two cells, and the total still counts each credential once"
    assert cells(found, "credential_by_county") == {("Alder",): 1, ("Birch",): 1, ("",): 1}


def test_a_suspended_provider_is_counted_apart() -> None:
    assert cells(taken(documents()), "learning_opportunity_by_standing") == {("approved",): 2, ("suspended",): 2}


def test_the_largest_cell_stands_first_and_equal_ones_by_name() -> None:
    found = documents() | {key: program(key, "south") for key in ("sewing", "sailing")}
    table = taken(found).table("learning_opportunity_by_provider")
    assert [(cell.labels, cell.count) for cell in table.cells] == [(("south",), 4), (("north",), 2)]
    assert [cell.labels for cell in taken(documents()).table("credential_by_type").cells] == [("Certificate",), ("Diploma",), ("License",)]


def test_every_number_can_be_drilled_to_the_ctids_behind_it_and_has_its_definition() -> None:
    found = taken(documents())
    known = {str(ctid(key)) for key in documents()}
    for table in found.tables:
        assert table.definitions, table.name
        for code in table.definitions:
            for language in LANGUAGES:
                assert render(code, language=language).text != code, code
        for cell in (*table.cells, table.total):
            assert cell.count == len(cell.ctids) == len(set(cell.ctids))
            assert set(cell.ctids) <= known
        assert {name for cell in table.cells for name in cell.ctids} == set(table.total.ctids), table.name
    for share in found.shares:
        assert share.of == len({*share.have, *share.lack}), share.name
        assert render(share.definition).text != share.definition


@pytest.mark.parametrize(
    ("share", "having"),
    [
        ("learning_opportunity_taught", {"welding"}),
        ("learning_opportunity_cost", {"welding"}),
        ("learning_opportunity_outcomes", {"welding"}),
        ("learning_opportunity_occupation", {"welding", "baking"}),
        ("learning_opportunity_occupation_given", {"welding"}),
        ("learning_opportunity_supports", {"welding"}),
        ("learning_opportunity_owned", {"welding", "nursing", "baking", "english"}),
        ("credential_owned", {"certificate", "diploma"}),
        ("credential_taught", {"certificate"}),
        ("credential_cost", {"certificate"}),
        ("credential_outcomes", {"certificate"}),
        ("job_described", {"job"}),
        ("occupation_described", set()),
    ],
)
def test_shares_count_exactly_what_states_it(share: str, having: set[str]) -> None:
    assert set(taken(documents()).share(share).have) == {str(ctid(key)) for key in having}


def test_a_share_of_nothing_is_not_known_and_never_zero() -> None:
    found = taken({})
    assert found.share("job_described").value is None
    assert found.total(Kind.CREDENTIAL) == 0


def test_coverage_tells_for_each_property_who_has_it_and_who_lacks_it() -> None:
    owner = next(row for row in taken(documents()).coverage if row.kind is Kind.CREDENTIAL and "ceterms:ownedBy" in row.term)
    assert set(owner.lack) == {str(ctid("license"))}
    assert owner.share == Fraction(2, 3)


def test_what_the_sources_leave_out_is_told_once_and_in_order() -> None:
    notes = (SourceNote("b", "insight.note_sample", {"source": "b"}), SourceNote("a", "", text="No badges."))
    assert taken(documents(), notes=(*notes, *notes)).notes == (notes[1], notes[0])


def test_the_order_of_documents_changes_nothing() -> None:
    rows = [row for document in documents().values() for row in facts(document)]
    expected = census(rows)
    for step in (1, 3, 7):
        moved = [*rows[step:], *rows[:step]]
        assert census(reversed(moved)) == expected


def test_removing_one_program_lowers_exactly_the_cells_it_stands_in() -> None:
    whole, without = documents(), documents()
    del without["baking"]
    before, after = taken(whole), taken(without)
    gone = str(ctid("baking"))
    for table in before.tables:
        new = {cell.key: cell for cell in after.table(table.name).cells}
        for cell in table.cells:
            expected = tuple(name for name in cell.ctids if name != gone)
            assert (new[cell.key].ctids if cell.key in new else ()) == expected, (table.name, cell.key)
        assert set(new) <= {cell.key for cell in table.cells}
    for share in before.shares:
        assert set(after.share(share.name).have) == set(share.have) - {gone}
        assert set(after.share(share.name).lack) == set(share.lack) - {gone}


def test_changing_one_price_changes_only_the_shares_of_what_it_prices() -> None:
    changed = documents() | {"baking": program("baking", "south", ceterms__estimatedCost=COST)}
    before, after = taken(documents()), taken(changed)
    moved = {share.name for share in before.shares if set(after.share(share.name).have) != set(share.have)}
    assert moved == {"learning_opportunity_cost", "learning_opportunity_occupation"}, "the occupation went with the old description"
    assert [t for t in before.tables if t.kind is not Kind.LEARNING_OPPORTUNITY] == [
        t for t in after.tables if t.kind is not Kind.LEARNING_OPPORTUNITY
    ]


def test_two_documents_about_one_ctid_count_once_and_its_own_document_is_believed() -> None:
    found = documents()
    rows = [row for document in found.values() for row in facts(document)]
    assert census([*rows, *rows]) == census(rows)


def test_an_unknown_table_or_share_is_told() -> None:
    with pytest.raises(KeyError):
        taken({}).table("credential_by_colour")
    with pytest.raises(KeyError):
        taken({}).share("credential_colour")

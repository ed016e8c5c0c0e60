"""Change one cell, remove one program, reorder rows: exactly the documents that tell of it change."""

from __future__ import annotations

import random

from openler.ctdl.formats.convert import Conversion
from openler.ctdl.rules import check
from openler.ids import Ctid, Digest
from tests.support.regions import TABLES, Tables, lakes, named


def digests(made: Conversion) -> dict[Ctid, Digest]:
    return {document.ctid: document.digest for document in made.documents}


def changed(tables: Tables) -> tuple[set[str], set[str], set[str]]:
    """The names of what changed, went and came, as against the list as it is."""
    before, after = lakes(), lakes(tables)
    old, new = digests(before), digests(after)
    names = {
        document.ctid: next(iter((document.main.get("ceterms:name") or document.main["ceasn:name"]).values()))
        for document in (*before.documents, *after.documents)
    }
    both = old.keys() & new.keys()
    return (
        {names[ctid] for ctid in both if old[ctid] != new[ctid]},
        {names[ctid] for ctid in old.keys() - new.keys()},
        {names[ctid] for ctid in new.keys() - old.keys()},
    )


def test_the_same_input_makes_the_same_documents() -> None:
    assert digests(lakes()) == digests(lakes())


def test_every_row_is_accounted_for_once() -> None:
    made = lakes()
    assert (
        sum(table.read for table in made.tables) == sum(len(text.strip().splitlines()) - 1 for text in TABLES.values()) == len(made.fates)
    )
    for table in made.tables:
        assert table.read == table.published + table.merged + table.refused
    assert len({(fate.table, fate.row) for fate in made.fates}) == len(made.fates)


def test_no_document_has_an_error() -> None:
    assert [finding for document in lakes().documents for finding in check(document) if finding.severity == "error"] == []


def test_reordered_rows_change_no_document() -> None:
    chance = random.Random(7)  # noqa: S311 - a fixed shuffle
    for _ in range(5):
        shuffled = {}
        for name, text in TABLES.items():
            header, *lines = text.strip().splitlines()
            chance.shuffle(lines)
            shuffled[name] = "\n".join([header, *lines]) + "\n"
        assert digests(lakes(shuffled)) == digests(lakes())


def test_one_cost_changes_one_program() -> None:
    assert changed({"courses": TABLES["courses"].replace(",2000,100,", ",2100,100,")}) == ({"Welding"}, set(), set())


def test_one_figure_changes_one_data_set() -> None:
    assert changed({"results": TABLES["results"].replace("1,40,60,20,9000", "1,40,60,20,9100")}) == (
        {"After the course: Welding"},
        set(),
        set(),
    )


def test_a_suppressed_figure_may_change_unseen() -> None:
    assert changed({"results": TABLES["results"].replace("2,9,80,5,8000", "2,8,70,4,7000")}) == (set(), set(), set())


def test_a_renamed_school_changes_it_and_nothing_that_only_points_to_it() -> None:
    tables = {"schools": TABLES["schools"].replace("Dogwood Hall", "Dogwood House")}
    assert changed(tables) == ({"Dogwood House"}, set(), set())


def test_a_program_that_goes_takes_its_own_credential_and_data_set_along_and_changes_the_job_that_asks_for_it() -> None:
    lines = TABLES["courses"].splitlines(keepends=True)
    gone = changed({"courses": "".join(line for line in lines if not line.startswith("1,"))})
    assert gone == ({"Welder"}, {"Welding", "AAS in Welding", "After the course: Welding"}, set())


def test_the_last_program_of_a_school_takes_its_services_along() -> None:
    lines = TABLES["courses"].splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith(("1,", "2,")))
    after = lakes({"courses": kept})
    owners = [document.main["ceterms:offeredBy"] for document in after.documents if document.type == "ceterms:SupportService"]
    assert owners == [[f"https://registry.example/resources/{named(after, 'Birch School').ctid}"]]


def test_a_new_program_comes_with_what_it_names() -> None:
    row = '7,program,Canoeing,"Paddle.",B,Birch School,held,open,,,,,,10,,no,,,Cert,no,,\n'
    assert changed({"courses": TABLES["courses"] + row}) == (set(), set(), {"Canoeing", "Cert in Canoeing"})

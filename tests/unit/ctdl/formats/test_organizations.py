"""Organisations: one a key, the latest standing, services only from what the data says."""

from __future__ import annotations

from openler.ctdl.document import refs
from openler.ctdl.formats.standing import is_recommended, standing
from openler.ids import Ctid
from tests.support.regions import TABLES, codes, lakes, named


def test_a_suspended_or_pending_provider_is_shown_with_status_and_date_and_not_recommended() -> None:
    made = lakes()
    dogwood = named(made, "Dogwood Hall").main
    assert [(entry.status, entry.date, entry.words) for entry in standing(dogwood)] == [("suspended", "2021", "held")]
    assert dogwood["ceterms:lifeCycleStatusType"]["ceterms:targetNode"] == "lifeCycle:Suspended"
    assert not is_recommended(dogwood)
    assert standing(dogwood)[0].by == made.publisher
    waiting = lakes({"courses": TABLES["courses"].replace(",Alder College,ok,", ",Alder College,,")})
    alder = named(waiting, "Alder College").main
    assert [(entry.status, entry.date) for entry in standing(alder)] == [("pending", "2023")]
    assert not is_recommended(alder)


def test_the_latest_standing_wins_and_the_contradiction_is_listed() -> None:
    made = lakes()
    assert [(entry.status, entry.date) for entry in standing(named(made, "Alder College").main)] == [("approved", "2024-03")]
    assert is_recommended(named(made, "Alder College").main)
    assert [entry.status for entry in standing(named(made, "Birch School").main)] == ["suspended"]
    assert [row for code, row in codes(made, "schools") if code == "import.standing_contradicts"] == [2, 3]


def test_a_programs_life_cycle_follows_its_own_status_not_its_providers() -> None:
    made = lakes()
    boating = named(made, "Boating").main
    assert boating["ceterms:lifeCycleStatusType"]["ceterms:targetNode"] == "lifeCycle:Active"
    aide = named(made, "Nurse Aide", "ceterms:LearningProgram").main
    assert aide["ceterms:lifeCycleStatusType"]["ceterms:targetNode"] == "lifeCycle:Suspended"


def test_two_rows_with_one_key_are_refused_both_listing_the_other() -> None:
    made = lakes({"schools": TABLES["schools"] + "D,,Dogwood House,,,,,,,,held,2021,yes\n"})
    refused = [fate for fate in made.fates if fate.code == "import.duplicate_key"]
    assert [(fate.row, fate.parameters["rows"]) for fate in refused] == [(4, "4, 5"), (5, "4, 5")]
    assert not [document for document in made.documents if "Dogwood" in str(document.main)]


def test_a_row_told_twice_is_merged_into_the_first() -> None:
    row = "D,,Dogwood Hall,,,,,,,,held,2021,yes\n"
    made = lakes({"schools": TABLES["schools"] + row})
    merged = [fate for fate in made.fates if fate.code == "import.same_row"]
    assert [(fate.row, fate.ctids) for fate in merged] == [(5, (named(made, "Dogwood Hall").ctid,))]
    assert [document.digest for document in made.documents] == [document.digest for document in lakes().documents]


def test_of_rows_that_mention_an_organisation_what_most_say_is_taken_and_disagreement_noted() -> None:
    rows = [("7", "Rowing", "House"), ("8", "Diving", "House"), ("9", "Swim", "Hut")]
    extra = "".join(f"{number},course,{name},,E,Elm {school},ok,open,,,,,,,,no,,,,,,\n" for number, name, school in rows)
    made = lakes({"courses": TABLES["courses"] + extra})
    assert named(made, "Elm House").type == "ceterms:CredentialOrganization"
    assert ("import.source_disagrees", 8) in codes(made, "courses")


def test_a_bad_page_and_mail_are_gaps_and_left_out() -> None:
    found = codes(lakes(), "schools")
    assert ("import.page_unreadable", 3) in found
    assert ("import.email_unreadable", 3) in found


def test_a_stated_ctid_is_kept_and_one_given_twice_is_given_to_nobody() -> None:
    assert named(lakes(), "Alder College").ctid == "ce-11111111-1111-4111-8111-111111111111"
    twice = lakes({"schools": TABLES["schools"].replace("B,,", "B,ce-11111111-1111-4111-8111-111111111111,")})
    assert named(twice, "Alder College").ctid == Ctid.derive("xx-lakes", "ceterms:CredentialOrganization", "schools/A")
    assert [code for code, _ in codes(twice)].count("import.ctid_taken") == 2
    wrong = lakes({"schools": TABLES["schools"].replace("ce-1111", "CE-x")})
    assert ("import.ctid_unreadable", 2) in codes(wrong, "schools") or ("import.ctid_unreadable", 2) in codes(wrong)


def test_services_are_the_providers_linked_from_its_programs_and_none_where_no_program_is_offered() -> None:
    made = lakes()
    services = [document for document in made.documents if document.type == "ceterms:SupportService"]
    by = {Ctid.within(refs(document.main, "ceterms:offeredBy")[0]): document.ctid for document in services}
    assert set(by) == {named(made, "Alder College").ctid, named(made, "Birch School").ctid}
    linked = refs(named(made, "Welding").main, "ceterms:hasSupportService")
    assert [Ctid.within(found) for found in linked] == [by[named(made, "Alder College").ctid]]

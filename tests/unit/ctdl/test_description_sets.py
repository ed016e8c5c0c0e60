"""The national Registry's description sets: its paths, by the class of the record they start at."""

from __future__ import annotations

from openler.ctdl.description_sets import Step, branches, chosen
from openler.ctdl.terms import terms
from openler.resources import read_json


def test_every_step_is_a_property_that_refers_to_something() -> None:
    steps = {step.property for kind in terms().classes() for branch in branches(kind) for step in branch.steps}
    assert len(steps) > 70
    # The one that the vocabulary does not have stands in the national Registry's own table, where it leads nowhere either.
    assert {name for name in steps if not terms().is_property(name)} == {"ceasn:isMemberOf"}


def test_all_entries_of_the_national_registrys_table_are_there() -> None:
    table = read_json("openler.ctdl", "data", "description_sets.json")
    paths = [entry[0] for entry in table["entries"].values()]
    # Its file folds long paths over two lines: who counts the first lines counts 428 paths, who reads them 690.
    assert (len(paths), len(set(paths))) == (698, 690)
    reached = {branch.path for kind in terms().classes() for branch in branches(kind)}
    assert reached == set(paths), "each leads from a class that can be published"


def test_a_path_is_read_forwards_and_backwards() -> None:
    found = {branch.path: branch for branch in branches("ceterms:Certificate")}
    owner = found["> ceterms:ownedBy > ceterms:Agent"]
    assert owner.steps == (Step("ceterms:ownedBy", reverse=False),)
    assert "ceterms:CredentialOrganization" in owner.classes
    assert found["< ceterms:owns < ceterms:Agent"].steps == (Step("ceterms:owns", reverse=True),)


def test_classes_below_those_listed_count_too() -> None:
    assert branches("ceterms:Course") == branches("ceterms:LearningOpportunityProfile") != ()
    assert branches("ceterms:Nonsense") == ()


def test_paths_are_chosen_by_their_names() -> None:
    assert {branch.path for branch in chosen("ceterms:Course", exact="> CETERMS:ownedBy > ceterms:Agent")} == {
        "> ceterms:ownedBy > ceterms:Agent"
    }
    some = chosen("ceterms:Course", contains="ownedby")
    assert 0 < len(some) < len(branches("ceterms:Course"))

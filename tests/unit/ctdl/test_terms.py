"""The vocabulary answers by look-up, and reads its own defects as we say it does."""

from __future__ import annotations

import pytest

from openler.ctdl import defects
from openler.ctdl.terms import terms


def test_a_subclass_is_its_ancestors_and_not_the_other_way_round() -> None:
    assert terms().is_a("ceterms:BachelorOfScienceDegree", "ceterms:Credential")
    assert terms().is_a("ceterms:Course", "ceterms:LearningOpportunityProfile")
    assert not terms().is_a("ceterms:Credential", "ceterms:Certificate")
    assert not terms().is_a("ceterms:Nothing", "ceterms:Credential")


def test_a_credential_has_48_subclasses_that_can_be_published() -> None:
    assert len(terms().subclasses("ceterms:Credential") - {"ceterms:Credential"}) == 48


def test_a_property_tells_the_form_of_its_value() -> None:
    kinds = {name: terms().property(name).kind for name in (
        "ceterms:name", "ceterms:subjectWebpage", "ceterms:ctid", "ceterms:price", "ceterms:dateEffective", "ceterms:isNonCredit",
        "ceterms:exactDuration", "ceterms:approximateDateEffective", "ceterms:medianEarnings",
    )}  # fmt: skip
    assert kinds == {
        "ceterms:name": "language", "ceterms:subjectWebpage": "iri", "ceterms:ctid": "string", "ceterms:price": "float",
        "ceterms:dateEffective": "date", "ceterms:isNonCredit": "boolean", "ceterms:exactDuration": "duration",
        "ceterms:approximateDateEffective": "date", "ceterms:medianEarnings": "float",
    }  # fmt: skip


def test_concepts_and_labels_are_told_in_plain_words() -> None:
    assert terms().concepts("ceterms:Delivery")["deliveryType:OnlineOnly"] == "Online Only"
    assert terms().label("ceterms:LearningProgram") == "Learning Program"
    assert terms().label("deliveryType:OnlineOnly") == "Online Only"
    assert terms().label("other:Thing") == "Thing"
    assert dict(terms().concepts("ceterms:OccupationClassification")) == {}


def test_what_a_class_may_carry_its_subclasses_may() -> None:
    inherited = terms().properties_of("ceterms:Organization") - terms().properties_of("ceterms:CredentialOrganization")
    assert not inherited
    assert "ceterms:teaches" in terms().properties_of("ceterms:Course")
    assert "ceterms:teaches" not in terms().properties_of("ceterms:CredentialOrganization")


def test_a_concept_may_stand_for_an_alignment_object_and_the_reverse() -> None:
    for name in ("ceterms:creditUnitType", "ceterms:audienceLevelType"):
        entry = terms().property(name)
        assert terms().in_range(entry, "ceterms:CredentialAlignmentObject"), name
        assert terms().in_range(entry, "skos:Concept"), name
        assert not terms().in_range(entry, "ceterms:Place"), name


def test_a_version_of_a_thing_may_be_of_its_own_kind() -> None:
    entry = terms().property("ceterms:previousVersion")
    assert all(terms().in_range(entry, name) for name in entry.domains)


def test_a_retired_property_names_its_successor_which_exists() -> None:
    for name, successor in defects.RETIRED_PROPERTIES.items():
        assert terms().property(name).retired_for == successor
        assert not successor or (terms().is_property(successor) and successor not in defects.RETIRED_PROPERTIES)
    for name, successor in defects.RETIRED_CLASSES.items():
        assert terms().is_class(name)
        assert not successor or (terms().is_class(successor) and successor not in defects.RETIRED_CLASSES)


def test_every_departure_names_terms_of_the_vocabulary() -> None:
    assert all(terms().is_class(name) for name in defects.EXTRA_CLASSES)
    assert all(terms().is_class(name) for name in defects.MISSPELT.values())
    assert all(terms().is_property(name) for names in defects.DOMAINS_MISSING.values() for name in names)
    assert all(terms().is_class(name) for name in defects.DOMAINS_MISSING)


def test_an_unknown_property_is_none_and_not_a_guess() -> None:
    assert terms().find_property("ceterms:nmae") is None
    with pytest.raises(KeyError):
        terms().property("ceterms:nmae")


def test_the_context_is_fresh_so_that_a_caller_cannot_change_it_for_others() -> None:
    terms().context()["@context"]["ceterms"] = "elsewhere"
    assert terms().context()["@context"]["ceterms"] == "https://purl.org/ctdl/terms/"
    assert terms().context()["@context"]["ceterms:name"] == {"@container": "@language"}

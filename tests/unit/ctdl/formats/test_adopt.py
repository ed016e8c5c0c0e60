"""CTIDs that exist are adopted where the match is certain; what is doubtful is proposed and not applied."""

from __future__ import annotations

from typing import Any

from openler.ctdl.document import Document, build
from openler.ids import Ctid
from tests.support.regions import TABLES, lakes, named

NATIONAL = "https://credentialengineregistry.org"
ALDER = "ce-aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
BIRCH = "ce-bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
AIDE = "ce-cccccccc-cccc-4ccc-8ccc-cccccccccccc"
CERT = "ce-dddddddd-dddd-4ddd-8ddd-dddddddddddd"
UNSTATED = {"schools": TABLES["schools"].replace("ce-11111111-1111-4111-8111-111111111111", "")}


def known(kind: str, ctid: str, name: str, **more: Any) -> Document:
    node = {"@type": kind, "ceterms:ctid": ctid, "ceterms:name": {"en-US": name}}
    return build(NATIONAL, [{**node, **{key.replace("__", ":"): value for key, value in more.items()}}])


def college(ctid: str = ALDER, name: str = "Alder College of the Lakes", **more: Any) -> Document:
    return known("ceterms:CredentialOrganization", ctid, name, **more)


def place(street: str, code: str) -> list[dict[str, Any]]:
    return [{"@type": "ceterms:Place", "ceterms:streetAddress": {"en-US": street}, "ceterms:postalCode": code}]


def test_an_equal_federal_identifier_is_certain_whatever_the_name() -> None:
    made = lakes(UNSTATED, existing=[college(ceterms__fein="123456789")])
    assert named(made, "Alder College").ctid == ALDER
    assert made.adopted == (Ctid(ALDER),)
    assert made.proposals == ()
    assert f"/resources/{ALDER}" in str(named(made, "Welding").main["ceterms:offeredBy"])


def test_a_stated_ctid_comes_before_one_that_was_found() -> None:
    made = lakes(existing=[college(ceterms__fein="123456789")])
    assert named(made, "Alder College").ctid == "ce-11111111-1111-4111-8111-111111111111"


def test_an_equal_address_and_name_are_certain_and_either_alone_is_proposed() -> None:
    address = place("1 Lake Road", "07001-1234")
    assert named(lakes(UNSTATED, existing=[college(name="ALDER college", ceterms__address=address)]), "Alder College").ctid == ALDER
    for entry, reason in ((college(ceterms__address=address), "import.same_address"), (college(name="Alder College"), "import.same_name")):
        made = lakes(UNSTATED, existing=[entry])
        assert named(made, "Alder College").ctid != ALDER
        assert [(proposal.existing, proposal.reason, proposal.ours) for proposal in made.proposals] == [
            (ALDER, reason, named(made, "Alder College").ctid)
        ]


def test_one_identifier_that_several_of_ours_have_is_no_certainty() -> None:
    tables = {"schools": UNSTATED["schools"].replace("98-7654321", "12-3456789")}
    made = lakes(tables, existing=[college(ceterms__fein="12-3456789")])
    assert made.adopted == ()
    assert sorted((proposal.key, proposal.reason) for proposal in made.proposals) == [
        ("schools/A", "import.claimed_twice"),
        ("schools/B", "import.claimed_twice"),
    ]


def national_birch(*more: Document) -> list[Document]:
    return [college(BIRCH, "Birch", ceterms__fein="987654321"), *more]


def program(name: str, cip: str, ctid: str = AIDE) -> Document:
    coded = [{"@type": "ceterms:CredentialAlignmentObject", "ceterms:codedNotation": cip}]
    return known("ceterms:LearningProgram", ctid, name, ceterms__offeredBy=[BIRCH], ceterms__instructionalProgramType=coded)


def test_a_program_is_adopted_by_owner_name_and_cip_and_less_is_proposed() -> None:
    made = lakes(existing=national_birch(program("nurse aide", "51.3902")))
    assert named(made, "Nurse Aide", "ceterms:LearningProgram").ctid == AIDE
    other_cip = lakes(existing=national_birch(program("Nurse Aide", "51.9999")))
    assert named(other_cip, "Nurse Aide", "ceterms:LearningProgram").ctid != AIDE
    assert [(entry.kind, entry.reason) for entry in other_cip.proposals] == [("program", "import.same_name")]
    similar = lakes(existing=national_birch(program("Nurses Aide", "51.3902")))
    assert [(entry.kind, entry.reason) for entry in similar.proposals] == [("program", "import.similar_name")]


def test_a_program_of_another_owner_is_neither_adopted_nor_proposed() -> None:
    made = lakes(UNSTATED, existing=[program("Nurse Aide", "51.3902")])
    assert made.adopted == ()
    assert made.proposals == ()


def test_a_schools_credential_is_adopted_by_owner_class_and_name() -> None:
    owned = known("ceterms:Certificate", CERT, "Cert in Nurse Aide", ceterms__ownedBy=[BIRCH])
    assert named(lakes(existing=national_birch(owned)), "Cert in Nurse Aide").ctid == CERT
    badge = known("ceterms:DigitalBadge", CERT, "Cert in Nurse Aide", ceterms__ownedBy=[BIRCH])
    made = lakes(existing=national_birch(badge))
    assert named(made, "Cert in Nurse Aide").ctid != CERT
    assert [(entry.kind, entry.existing) for entry in made.proposals] == [("credential", CERT)]


def test_a_certification_without_owner_is_only_proposed() -> None:
    made = lakes(existing=[known("ceterms:Certification", CERT, "First Aider")])
    assert named(made, "First Aider").ctid != CERT
    assert [(entry.key, entry.reason) for entry in made.proposals] == [("papers/P1", "import.same_name")]


def test_what_has_no_ctid_gets_the_one_that_its_source_class_and_key_derive() -> None:
    made = lakes()
    assert named(made, "Birch School").ctid == Ctid.derive("xx-lakes", "ceterms:CredentialOrganization", "schools/B")
    assert named(made, "Welding").ctid == Ctid.derive("xx-lakes", "ceterms:LearningProgram", "courses/1")

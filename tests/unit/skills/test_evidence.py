from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from openler.credentials.employment import Position, Service, employment
from openler.credentials.openbadges import Issuer
from openler.ctdl.document import Document
from openler.skills.entries import Entries
from openler.skills.evidence import claims, profile_of
from openler.skills.profile import Held, Statement
from tests.support.skills import badge, competency, ctid, iri, names_competency, names_entry, occupation, resource, soc


def cip(code: str) -> dict[str, object]:
    return {"@type": "ceterms:CredentialAlignmentObject", "ceterms:codedNotation": code}


def requires(**targets: object) -> list[dict[str, object]]:
    return [{"@type": "ceterms:ConditionProfile", **{f"ceterms:{name}": value for name, value in targets.items()}}]


def entries(*documents: Document, crosswalk: Mapping[str, tuple[str, ...]] | None = None) -> Entries:
    return Entries.of(documents, crosswalk=crosswalk)


def test_competencies_named_by_a_valid_credential_are_verified() -> None:
    found = claims(badge("Welding", [names_competency("a")]), entries())

    assert [(claim.key, claim.kind) for claim in found] == [(ctid("competency", "a"), "verified")]
    assert found[0].issuer_name == "Test School"
    assert found[0].date == "2025-06-01"


@pytest.mark.parametrize("verdict", ["invalid", "undetermined"])
def test_only_valid_credentials_count_and_the_others_are_told(verdict: str) -> None:
    found = profile_of([badge("Welding", [names_competency("a")], verdict=verdict)], entries())

    assert found.claims == ()
    assert [(aside.name, aside.verdict) for aside in found.set_aside] == [("Welding", verdict)]


def test_the_registry_entry_says_what_a_program_teaches() -> None:
    program = resource("LearningProgram", "p", teaches=[competency("a"), competency("b")])
    found = claims(badge("Done", [names_entry("LearningProgram", "p")]), entries(program))

    shown = {claim.key: claim for claim in found}
    assert set(shown) == {ctid("competency", "a"), ctid("competency", "b"), ctid("LearningProgram", "p")}
    assert [link.relation for link in shown[ctid("competency", "a")].chain] == ["alignment", "teaches"]
    assert shown[ctid("competency", "a")].entry == ctid("LearningProgram", "p")


def test_a_credential_that_any_of_two_programs_leads_to_shows_only_what_both_teach() -> None:
    one = resource("LearningProgram", "1", teaches=[competency("a"), competency("b")])
    two = resource("LearningProgram", "2", teaches=[competency("b"), competency("c")])
    certificate = resource(
        "Certificate", "x", requires=requires(targetLearningOpportunity=[iri("LearningProgram", "1"), iri("LearningProgram", "2")])
    )
    found = claims(badge("Certificate", [names_entry("Certificate", "x")]), entries(one, two, certificate))

    assert {claim.key for claim in found} == {ctid("competency", "b"), ctid("Certificate", "x")}


def test_the_credentials_own_word_stands_before_the_registrys() -> None:
    certificate = resource("Certificate", "x", requires=requires(targetCompetency=[competency("a")]))
    held = badge("Certificate", [names_entry("Certificate", "x"), names_competency("a")])
    found = [claim for claim in claims(held, entries(certificate)) if claim.key == ctid("competency", "a")]

    assert [len(claim.chain) for claim in found] == [1]


def test_where_the_data_is_silent_skills_are_inferred_with_their_chain_and_fan_out() -> None:
    program = resource("LearningProgram", "p", instructionalProgramType=[cip("48.0508")])
    welder, fitter = occupation("welder", {"a": 4.0, "b": 3.5}, "51-4121.00"), occupation("fitter", {"a": 3.2}, "51-2041.00")
    crosswalk = {"48.0508": ("51-4121", "51-2041", "47-2211", "99-9999")}
    held = badge("Done", [names_entry("LearningProgram", "p")])
    found = [claim for claim in claims(held, entries(program, welder, fitter, crosswalk=crosswalk)) if claim.kind == "inferred"]

    assert {(claim.name, claim.share, claim.fan_out) for claim in found} == {
        ("Skill a", Fraction(1, 3), 3),
        ("Skill b", Fraction(1, 3), 3),
    }
    assert len(found) == 3
    assert [link.relation for link in found[0].chain] == ["alignment", "crosswalk", "occupation", "requires"]


def test_nothing_is_inferred_where_the_entry_names_a_competency() -> None:
    program = resource("LearningProgram", "p", teaches=[competency("z")], occupationType=[soc("51-4121")])
    found = claims(badge("Done", [names_entry("LearningProgram", "p")]), entries(program, occupation("w", {"a": 4}, "51-4121.00")))

    assert {claim.kind for claim in found} == {"verified"}


def test_an_occupation_named_by_the_entry_is_preferred_to_the_crosswalk() -> None:
    program = resource("LearningProgram", "p", occupationType=[soc("51-4121")], instructionalProgramType=[cip("48.0508")])
    known = entries(program, occupation("w", {"a": 4}, "51-4121.00"), crosswalk={"48.0508": ("47-2211",)})
    found = [claim for claim in claims(badge("Done", [names_entry("LearningProgram", "p")]), known) if claim.kind == "inferred"]

    assert [(claim.fan_out, claim.chain[1].relation) for claim in found] == [(1, "occupation_type")]


def test_what_learners_say_themselves_stands_apart() -> None:
    statement = Statement("urn:example:work", "Ten years in a kitchen", "2015", ((ctid("competency", "a"), "Skill a"),))
    found = profile_of([], entries(), [statement])

    assert [(claim.kind, claim.credential_name) for claim in found.claims] == [("self_asserted", "Ten years in a kitchen")]
    assert found.credentials == ()


@pytest.mark.parametrize(
    "subject",
    [None, "text", {"achievement": None}, {"achievement": ["x"]}, [{"achievement": {"alignment": ["x", {"targetCode": 7}]}}]],
)
def test_malformed_subjects_support_nothing_and_break_nothing(subject: object) -> None:
    held = badge("Odd", [])
    broken = type(held)(held.id, {**held.credential, "credentialSubject": subject}, "valid")

    assert [claim for claim in claims(broken, entries()) if claim.key.startswith("ce-")] == []


def worked(alignments: Sequence[Mapping[str, Any]] = (), codes: Sequence[str] = (), **service: Any) -> Held:
    """A record of work, or of military service, by an employer."""
    positions = [Position("Some work", "2019", occupation_code=code) for code in codes]
    document = employment(
        credential_id="urn:example:work", issuer=Issuer("did:web:employer.example", "Ironworks"), subject=None, organization="Ironworks",
        name="Welder, Ironworks", valid_from=datetime(2025, 6, 1, tzinfo=UTC), positions=positions, skills=alignments,
        service=Service(**service) if service else None,
    )  # fmt: skip
    return Held("urn:example:work", document, "valid")


def test_competencies_that_a_record_of_service_names_are_verified() -> None:
    held = worked([names_competency("a")], branch="Army", ending_rank="Sergeant", specialties=("12B",))
    assert [(claim.key, claim.kind, claim.issuer_name) for claim in claims(held, entries())] == [
        (ctid("competency", "a"), "verified", "Ironworks")
    ]


def test_where_a_record_of_work_names_none_its_occupation_leads_to_what_may_be_inferred() -> None:
    known = entries(occupation("welder", {"a": 4.0, "b": 3.5}, "51-4121.00"))
    found = claims(worked(codes=["51-4121.06", "12B", "51-4121"]), known)
    assert {(claim.name, claim.kind, claim.share) for claim in found} == {
        ("Skill a", "inferred", Fraction(1)),
        ("Skill b", "inferred", Fraction(1)),
    }
    assert [link.relation for link in found[0].chain] == ["occupation_type", "occupation", "requires"]
    assert found[0].entry is None
    assert profile_of([worked(codes=["51-4121"])], known).leads_to == {"51-4121": Fraction(1)}


def test_a_record_of_work_that_names_competencies_is_not_guessed_about() -> None:
    known = entries(occupation("welder", {"a": 4.0}, "51-4121.00"))
    assert {claim.kind for claim in claims(worked([names_competency("z")], ["51-4121"]), known)} == {"verified"}


@pytest.mark.parametrize("history", [None, "x", [7], {"positionHistories": "x"}, {"positionHistories": [{"occupationCode": 51}]}])
def test_a_malformed_history_supports_nothing_and_breaks_nothing(history: object) -> None:
    credential = {"credentialSubject": {"employmentHistory": history, "alignment": [7, {"targetType": "ceasn:Competency"}]}}
    assert claims(Held("urn:example:x", credential, "valid"), entries(occupation("w", {"a": 4.0}, "51-4121.00"))) == ()

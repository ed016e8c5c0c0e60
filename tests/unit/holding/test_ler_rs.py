"""LER-RS in and out of a wallet: credentials word for word, own words as own words, and what has no place is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from openler.errors import Malformed, TooLarge
from openler.holding import ler_rs
from openler.holding.collection import Collection
from openler.holding.experience import Experience, Skill
from openler.holding.record import Record, receive, state
from openler.linkeddata.canonical import jcs
from tests.support.presenting import Key, badge

AT = datetime(2026, 6, 1, tzinfo=UTC)
ISSUER = Key(1)
TOKEN = "eyJhbGciOiJFZERTQSJ9.e30.c2ln"


def credential(kind: str = "Certificate") -> Record:
    document = badge(ISSUER)
    document["credentialSubject"]["achievement"]["achievementType"] = kind
    return receive(jcs(ISSUER.sign(document)), added=AT, source="upload")


def own(**words: Any) -> Record:
    return state(Experience(**{"title": "Welder", **words}), record_id="experience-1", added=AT)


def test_credentials_come_back_word_for_word_and_own_words_as_own_words() -> None:
    statement = own(organisation="Ironworks", started="2019-04", ended="2021", description="Frames.", skills=(Skill("Weld"),))
    token = receive(TOKEN.encode(), added=AT, source="upload")
    one = credential()
    taken = ler_rs.read(ler_rs.write(Collection((one, statement, token)), holder="did:example:ana"))
    assert taken.credentials == (one.credential, TOKEN)
    assert taken.left == ()
    work, skills = taken.experiences
    assert (work.title, work.organisation, work.started, work.ended, work.description) == (
        "Welder",
        "Ironworks",
        "2019-04",
        "2021",
        "Frames.",
    )
    assert [skill.text for skill in skills.skills] == ["Weld"]


@pytest.mark.parametrize(
    ("kind", "section"),
    [
        ("BachelorDegree", "educationAndLearnings"), ("Course", "educationAndLearnings"), ("License", "licenses"),
        ("Certification", "certifications"), ("ext:Other", "certifications"),
    ],
)  # fmt: skip
def test_a_credential_stands_where_its_kind_belongs(kind: str, section: str) -> None:
    written = ler_rs.write(Collection((credential(kind),)))
    assert set(written) == {"type", section}


def test_a_position_that_goes_on_is_current_and_has_no_end() -> None:
    (entry,) = ler_rs.write(Collection((own(started="2020"),)))["employmentHistories"]
    assert entry["positionHistories"] == [{"title": "Welder", "start": "2020", "current": True}]
    assert entry["organization"] == {}


def test_every_section_gives_what_it_holds() -> None:
    taken = ler_rs.read(
        {
            "type": ler_rs.TYPE,
            "person": {"name": {"formattedName": "Ana"}, "militaryStatus": "Veteran"},
            "employmentHistories": [
                {
                    "organization": {"tradeName": "Ironworks"},
                    "positionHistories": [{"title": "Welder", "start": "2019-04-01T00:00:00Z", "current": True}],
                },
                {"verifications": [{"reference": "https://elsewhere.example/1"}]},
            ],
            "educationAndLearnings": [
                {"institution": {"name": "College"}, "educationDegrees": [{"name": "Associate of Arts"}], "start": "2015"},
            ],
            "certifications": [{"name": "First aid", "issuingAuthority": {"name": "Red Cross"}}],
            "licenses": [{"name": "Driver"}, {}],
            "skills": [{"name": "Weld"}, {"name": "Cut"}],
            "attachments": [],
        }
    )  # fmt: skip
    assert [(each.title, each.organisation, each.started) for each in taken.experiences] == [
        ("Welder", "Ironworks", "2019-04-01"), ("Associate of Arts", "College", "2015"), ("First aid", "Red Cross", ""), ("Driver", "", ""),
        ("Military status: Veteran", "", ""), ("Skills", "", ""),
    ]  # fmt: skip
    assert set(taken.left) == {
        ("/person", "section"), ("/attachments", "section"), ("/employmentHistories/1/verifications/0", "reference"),
        ("/licenses/1", "nothing said"),
    }  # fmt: skip


@pytest.mark.parametrize("document", [None, [], {}, {"skills": "many"}, {"credentialSubject": []}, {"employmentHistories": {}}])
def test_what_is_no_ler_rs_is_refused(document: object) -> None:
    with pytest.raises(Malformed) as caught:
        ler_rs.read(document)
    assert caught.value.code == "holding.not_ler_rs"


@pytest.mark.parametrize(
    "entry", [7, "x", None, [], {"positionHistories": [3]}, {"organization": 4}, {"positionHistories": [{"title": "W", "start": "soon"}]}]
)
def test_an_entry_that_makes_no_sense_is_told_and_the_others_go_on(entry: object) -> None:
    taken = ler_rs.read({"employmentHistories": [entry, {"organization": {"name": "Ironworks"}}]})
    assert [each.title for each in taken.experiences] == ["Ironworks"]
    assert [place for place, _ in taken.left] == ["/employmentHistories/0"]


def test_a_file_with_too_many_entries_is_refused() -> None:
    with pytest.raises(TooLarge):
        ler_rs.read({"skills": [{}] * (ler_rs.MOST_ENTRIES + 1)})

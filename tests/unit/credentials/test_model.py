"""Reading credentials: every fault with its path, and never an exception."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from openler.credentials.model import read_credential, read_presentation
from openler.credentials.openbadges import Issuer, Subject, badge, hashed_identity, matches_identity
from openler.credentials.times import parse_time
from openler.errors import Malformed

ACHIEVEMENT = {
    "id": "https://a.example/1", "type": ["Achievement"], "name": "Welding", "description": "Joins metal.",
    "criteria": {"narrative": "Pass."},
}  # fmt: skip


def good() -> dict[str, Any]:
    return badge(
        credential_id="urn:uuid:1", issuer=Issuer("did:web:a.example", "A"), subject=Subject("did:web:b.example"),
        achievement=ACHIEVEMENT, name="Welding", valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


def test_a_badge_we_make_has_no_faults() -> None:
    read = read_credential(good())
    assert read.faults == ()
    assert (read.version, read.issuer, read.issuer_name) == ("2.0", "did:web:a.example", "A")
    assert [path for path, _ in read.achievements] == ["/credentialSubject/achievement"]


@pytest.mark.parametrize(
    ("path", "value", "code", "place"),
    [
        ("@context", ["https://a.example/ctx"], "shape_context_missing", "/@context"),
        ("@context", ["https://www.w3.org/ns/credentials/v2", 3], "shape_not_url", "/@context/1"),
        ("id", "not a url", "shape_not_url", "/id"),
        ("id", ["https://a.example"], "shape_not_url", "/id"),
        ("type", [], "shape_type_missing", "/type"),
        ("type", ["OpenBadgeCredential"], "shape_type_missing", "/type"),
        ("type", ["VerifiableCredential", 7], "shape_type_malformed", "/type"),
        ("issuer", None, "shape_not_url", "/issuer"),
        ("issuer", {"name": "A", "type": ["Profile"]}, "shape_missing", "/issuer/id"),
        ("validFrom", "2026-01-01", "time_malformed", "/validFrom"),
        ("validFrom", "2026-13-01T00:00:00Z", "time_malformed", "/validFrom"),
        ("validFrom", "2026-01-01T00:00:00", "time_malformed", "/validFrom"),
        ("validUntil", "2020-01-01T00:00:00Z", "shape_period_reversed", "/validUntil"),
        ("credentialSubject", [], "shape_missing", "/credentialSubject"),
        ("credentialSubject", "did:web:b", "shape_wrong_kind", "/credentialSubject"),
        ("credentialStatus", {"id": "https://a.example/s"}, "shape_type_missing", "/credentialStatus/type"),
        ("credentialSchema", {"type": "JsonSchema"}, "shape_missing", "/credentialSchema/id"),
        ("evidence", [{"id": "https://a.example"}], "shape_type_missing", "/evidence/0/type"),
        ("refreshService", {"type": "X", "id": "no url"}, "shape_not_url", "/refreshService/id"),
        ("relatedResource", [{"id": "https://a.example"}], "shape_related_undigested", "/relatedResource/0"),
        ("name", {"@value": "A", "extra": "B"}, "shape_wrong_kind", "/name"),
        ("proof", "signed", "shape_wrong_kind", "/proof"),
    ],
)
def test_each_fault_is_told_with_its_place(path: str, value: Any, code: str, place: str) -> None:
    found = [(fault.code, fault.path) for fault in read_credential({**good(), path: value}).faults]
    assert (f"credentials.{code}", place) in found


@pytest.mark.parametrize("missing", ["name", "description", "criteria", "id", "type"])
def test_an_achievement_lacking_what_open_badges_requires_is_told(missing: str) -> None:
    document = deepcopy(good())
    del document["credentialSubject"]["achievement"][missing]
    assert any(fault.path.startswith("/credentialSubject/achievement") for fault in read_credential(document).faults)


@pytest.mark.parametrize("document", [None, [], 3, "x", {}, {"type": {}}, {"@context": {}, "credentialSubject": [[]], "proof": [1]}])
def test_no_shape_raises(document: object) -> None:
    assert read_credential(document).faults
    assert read_presentation(document).faults


def test_the_older_data_model_is_read_by_its_own_names() -> None:
    document = {
        "@context": ["https://www.w3.org/2018/credentials/v1"], "type": ["VerifiableCredential"], "issuer": "https://a.example",
        "issuanceDate": "2020-01-01T00:00:00Z", "expirationDate": "2021-01-01T00:00:00Z", "credentialSubject": {"id": "did:web:b"},
    }  # fmt: skip
    read = read_credential(document)
    assert (read.version, read.faults) == ("1.1", ())
    assert read.valid_until == datetime(2021, 1, 1, tzinfo=UTC)


def test_a_presentations_holder_may_be_an_object_and_must_be_a_url() -> None:
    base = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": "VerifiablePresentation"}
    assert read_presentation({**base, "holder": {"id": "did:web:b"}}).holder == "did:web:b"
    assert [fault.path for fault in read_presentation({**base, "holder": "Ana"}).faults] == ["/holder"]


@pytest.mark.parametrize("text", ["2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00+15:00", "x" * 100, 5, None])
def test_no_such_time(text: object) -> None:
    with pytest.raises(Malformed):
        parse_time(text)


def test_times_keep_their_zone_and_their_fraction() -> None:
    assert parse_time("2026-01-01T02:00:00.25+02:00") == datetime(2026, 1, 1, 0, 0, 0, 250000, tzinfo=UTC)


def test_a_hashed_identity_is_matched_by_its_person_only() -> None:
    identity = hashed_identity("Ana@Example.org ", kind="emailAddress", salt="s")
    assert "ana" not in str(identity).lower().replace("emailaddress", "")
    assert matches_identity(identity, "ana@example.org")
    assert not matches_identity(identity, "ben@example.org")
    assert not matches_identity({**identity, "salt": "t"}, "ana@example.org")

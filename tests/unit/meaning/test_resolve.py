"""What a CTID means, then and now."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from openler.credentials.evidence import Evidence, Item, Kind
from openler.credentials.model import Credential, read_credential
from openler.ctdl.document import Document, build
from openler.ids import Ctid
from openler.meaning.achievement import achievement, pin
from openler.meaning.describe import describe
from openler.meaning.resolve import check, resolve

AT = datetime(2026, 6, 1, tzinfo=UTC)
BASE = "https://registry.example"
CTID = Ctid.derive("tests", "ceterms:License", "one")


def document(name: str = "Welder", ctid: Ctid = CTID) -> Document:
    level = {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": {"en": "Advanced"}}
    node = {
        "@type": "ceterms:License", "ceterms:ctid": ctid, "ceterms:name": {"en": name}, "ceterms:audienceLevelType": [level],
        "ceterms:ownedBy": [f"{BASE}/resources/{Ctid.derive('tests', 'x', 'owner')}"],
    }  # fmt: skip
    return build(BASE, [node])


THEN = document()
PIN = pin(BASE, CTID, seq=3, digest=THEN.digest)


def credential(*, pinned: bool = True) -> Credential:
    subject = {"achievement": achievement(THEN)}
    return read_credential({"credentialSubject": subject, "relatedResource": [PIN] if pinned else []})


def held(now: bytes | None, then: bytes | None) -> Evidence:
    items = ((Kind.RESOURCE, str(CTID), now), (Kind.VERSION, PIN["id"], then))
    return Evidence(tuple(Item(kind, key, AT, key, body, code=None if body else "net.unreachable") for kind, key, body in items))


NEW = document("Master Welder").normalised
OTHER = document(ctid=Ctid.derive("tests", "x", "other")).normalised


@pytest.mark.parametrize(
    ("now", "then", "code", "outcome"),
    [
        (THEN.normalised, THEN.normalised, "unchanged", "passed"),
        (THEN.normalised, None, "unchanged", "passed"),
        (NEW, THEN.normalised, "changed_since", "passed"),
        (NEW, None, "earlier_unavailable", "unknown"),
        (None, THEN.normalised, "now_unavailable", "passed"),
        (None, None, "not_resolved", "unknown"),
        (NEW, NEW, "pin_differs", "failed"),
        (OTHER, None, "other_resource", "failed"),
        (b"<html>", None, "not_resolved", "unknown"),
    ],
)
def test_then_and_now_are_told_apart(now: bytes | None, then: bytes | None, code: str, outcome: str) -> None:
    found = check(credential(), held(now, then), AT)
    assert (found.code, found.outcome, found.weight) == (f"meaning.{code}", outcome, "informing")


def test_without_a_pin_todays_description_is_what_there_is() -> None:
    found = check(credential(pinned=False), held(NEW, None), AT)
    assert (found.code, found.parameters["name"]) == ("meaning.resolved", "Master Welder")


def test_a_credential_without_a_ctid_has_nothing_to_resolve() -> None:
    assert check(read_credential({}), Evidence(), AT).code == "meaning.no_ctid"


def test_a_description_is_read_for_people() -> None:
    meaning = describe(THEN)
    assert (meaning.name, meaning.type, meaning.levels, len(meaning.providers)) == ("Welder", "License", ("Advanced",), 1)


def test_the_earlier_description_is_given_where_it_is_still_held() -> None:
    (found,) = resolve(credential(), held(NEW, THEN.normalised))
    assert found.then is not None
    assert found.now is not None
    assert (found.then.name, found.now.name, found.pinned) == ("Welder", "Master Welder", THEN.digest)

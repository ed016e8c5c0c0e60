"""Kept evidence: the very same report years later without a network, and no belief in a file that was tampered with."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from openler.actions.issuing.status import revoke
from openler.actions.verifying.verify import verify
from openler.credentials import bundle as bundles
from openler.credentials.bundle import Bundle
from openler.credentials.evidence import LIMITS, Kind
from openler.credentials.policy import KnownIssuers, Listing, Policy
from openler.errors import Malformed, OpenlerError, Refused, TooLarge
from openler.linkeddata.canonical import jcs
from tests.support.issuing import World, world


def kept(w: World, signed: dict[str, Any], policy: Policy | None = None) -> dict[str, Any]:
    """A bundle as it lies in a file."""
    result = verify(w.ports, jcs(signed), policy=policy)
    made = Bundle(result.judged_at, frozenset({result.digest}), result.evidence, bundles.concerning(result.policy.issuers, [signed]))
    told = json.loads(json.dumps(made.told(made_by="tests")))
    assert isinstance(told, dict)
    return told


def test_the_same_report_ten_years_later_when_nothing_answers_any_more() -> None:
    w = world()
    signed = w.credential()
    w.open_to_the_world()
    issuer = signed["issuer"]["id"]
    policy = Policy(
        issuers=KnownIssuers({issuer: "Ridgeway", "did:web:other.example": "Other"}, (), {issuer: (Listing("State", w.clock.now()),)})
    )
    before = verify(w.ports, jcs(signed), policy=policy)
    file = jcs(kept(w, signed, policy))
    revoke(w.ports, signed["id"], reason="later", actor="test")
    w.fetch.answers.clear()
    w.clock.pass_(days=3650)
    asked = len(w.fetch.asked)
    read = bundles.read(file)
    again = verify(w.ports, jcs(signed), evidence=read.expecting(jcs(signed)), policy=read.policy(), now=read.judged_at, offline=True)
    assert again.report == before.report
    assert again.report.check("issuer_trust").code == "credentials.issuer_listed"
    assert len(w.fetch.asked) == asked
    assert b"other.example" not in file  # only whom the records speak of


def test_a_bundle_holds_digests_media_types_and_no_record() -> None:
    w = world()
    signed = w.credential()
    w.open_to_the_world()
    told = kept(w, signed)
    assert told["records"] == ["sha256:" + hashlib.sha256(jcs(signed)).hexdigest()]
    for item in told["items"]:
        assert item["digest"] == "sha256:" + hashlib.sha256(base64.b64decode(item["body"])).hexdigest()
        assert item["mediaType"] == "application/json"
    assert "Ana Ruiz" not in json.dumps(told)
    assert signed["proof"]["proofValue"] not in json.dumps(told)


def test_evidence_kept_for_another_record_is_refused() -> None:
    w = world()
    signed = w.credential()
    w.open_to_the_world()
    read = bundles.read(jcs(kept(w, signed)))
    with pytest.raises(Refused) as refused:
        read.expecting(jcs({**signed, "name": "Another"}))
    assert refused.value.code == "credentials.evidence_other_record"


def test_what_was_changed_in_the_file_is_noticed() -> None:
    w = world()
    signed = w.credential()
    w.open_to_the_world()
    told = kept(w, signed)
    told["items"][0]["body"] = base64.b64encode(b"{}").decode()
    with pytest.raises(Malformed) as found:
        bundles.read(jcs(told))
    assert (found.value.code, found.value.place) == ("credentials.evidence_digest_differs", "/items/0/digest")


def _twice(told: dict[str, Any]) -> None:
    told["items"].append(told["items"][0])


def _huge(told: dict[str, Any]) -> None:
    body = b" " * (LIMITS[Kind.CONTROLLER] + 1)
    told["items"][0] |= {"body": base64.b64encode(body).decode(), "digest": "sha256:" + hashlib.sha256(body).hexdigest()}


def _newer(told: dict[str, Any]) -> None:
    told["openlerEvidence"] = 2


def _no_time(told: dict[str, Any]) -> None:
    told["judgedAt"] = "yesterday"


def _odd_issuers(told: dict[str, Any]) -> None:
    told["issuers"] = [1]


def _odd_age(told: dict[str, Any]) -> None:
    told["snapshotAgeSeconds"] = 10**40


@pytest.mark.parametrize(
    ("spoil", "code", "kind"),
    [
        (_twice, "credentials.evidence_item_twice", Malformed),
        (_huge, "credentials.evidence_item_too_large", TooLarge),
        (_newer, "credentials.evidence_version_unknown", Malformed),
        (_no_time, "credentials.evidence_bundle_malformed", Malformed),
        (_odd_issuers, "credentials.evidence_bundle_malformed", Malformed),
        (_odd_age, "credentials.evidence_bundle_malformed", Malformed),
    ],
)
def test_a_hostile_file_is_refused_with_a_reason(spoil: Any, code: str, kind: type[OpenlerError]) -> None:
    w = world()
    signed = w.credential()
    w.open_to_the_world()
    told = kept(w, signed)
    spoil(told)
    with pytest.raises(kind) as found:
        bundles.read(jcs(told))
    assert found.value.code == code

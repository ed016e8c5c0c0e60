"""An issuer closes: a custodian whom the verifier believes stands in, the verdict says so, and nobody else can."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from openler.actions.issuing.status import revoke
from openler.actions.verifying import custody
from openler.actions.verifying.custodian_trust import disbelieve
from openler.credentials import bundle as bundles
from openler.credentials.bundle import Bundle
from openler.errors import Conflict, NotFound, Refused
from openler.ids import Digest
from openler.linkeddata.canonical import jcs
from tests.support.custody import AGENCY, Worlds
from tests.support.issuing import BASE, COLLEGE, a_row, world

DID_ADDRESS = f"{BASE}/issuers/{COLLEGE}/did.json"


def codes(w: Worlds, signed: dict[str, Any]) -> tuple[str, str, str]:
    report = w.judge(signed).report
    return report.verdict, report.check("issuer_key").code, report.check("status").code


@pytest.fixture(params=["key", "web"])
def w(request: pytest.FixtureRequest) -> Worlds:
    return Worlds.made(agency_form=request.param)


def test_a_record_outlives_its_issuer_and_the_verdict_says_by_whose_word(w: Worlds) -> None:
    signed = w.issuer.credential()
    assert all(each.snapshot is not None for each in w.keep(signed))
    w.silence()
    assert codes(w, signed)[0] == "undetermined"
    w.believe()
    assert codes(w, signed) == ("valid", "credentials.key_from_custodian", "credentials.status_as_of")
    assert w.judge(signed).report.check("issuer_key").parameters == {"custodian": "State agency", "date": "2026-06-15"}


def test_an_old_copy_of_a_list_tells_how_things_stood_and_not_how_they_stand(w: Worlds) -> None:
    signed = w.issuer.credential()
    w.keep(signed)
    w.silence()
    w.believe()
    w.pass_(days=2)
    assert codes(w, signed) == ("undetermined", "credentials.key_from_custodian", "credentials.status_only_as_of")


def test_once_the_issuer_is_stated_to_be_closed_its_last_list_stands_for_good(w: Worlds) -> None:
    signed = w.issuer.credential()
    w.keep(signed)
    w.silence()
    made = custody.close(w.agency.ports, signed["issuer"]["id"], reason="closed by the board", actor="test")
    assert all(each.final for each in made)
    w.believe()
    w.pass_(days=3650)
    assert codes(w, signed) == ("valid", "credentials.key_from_custodian", "credentials.status_final")
    with pytest.raises(Conflict):
        custody.close(w.agency.ports, signed["issuer"]["id"], reason="again", actor="test")


def test_what_was_revoked_before_stays_revoked(w: Worlds) -> None:
    signed = w.issuer.credential()
    revoke(w.issuer.ports, signed["id"], reason="mistake", actor="test")
    w.keep(signed)
    w.silence()
    w.believe()
    w.pass_(days=30)
    assert codes(w, signed)[0::2] == ("invalid", "credentials.status_revoked")


def test_a_successor_goes_on_answering_and_can_revoke_one_record_alone(w: Worlds) -> None:
    signed, other = w.issuer.credential(), w.issuer.credential(a_row(3, learner_id="ben@example.org"))
    w.keep(signed)
    w.silence()
    w.agency.fetch.answers.clear()
    with pytest.raises(Refused) as refused:
        custody.revoke(w.agency.ports, jcs(signed), reason="fraud", actor="test")
    assert refused.value.code == "custody.not_closed"
    custody.close(w.agency.ports, signed["issuer"]["id"], reason="closed", actor="test")
    custody.revoke(w.agency.ports, jcs(signed), reason="fraud", actor="test")
    w.believe()
    w.pass_(days=400)
    assert codes(w, signed)[0::2] == ("invalid", "credentials.status_revoked_by_successor")
    assert codes(w, other)[0::2] == ("valid", "credentials.status_from_successor")


def test_a_successor_revokes_only_what_the_issuer_signed(w: Worlds) -> None:
    signed = w.issuer.credential()
    w.keep(signed)
    w.silence()
    custody.close(w.agency.ports, signed["issuer"]["id"], reason="closed", actor="test")
    with pytest.raises(Refused) as refused:
        custody.revoke(w.agency.ports, jcs({**signed, "name": "Changed"}), reason="x", actor="test")
    assert refused.value.code == "custody.record_unsound"


def test_while_the_issuer_answers_nobody_else_is_asked(w: Worlds) -> None:
    signed = w.issuer.credential()
    w.keep(signed)
    w.believe()
    w.issuer.open_to_the_world()
    asked = len(w.verifier.fetch.asked)
    assert codes(w, signed) == ("valid", "credentials.issuer_key_valid", "credentials.status_good")
    assert not [url for url in w.verifier.fetch.asked[asked:] if url.startswith(AGENCY)]


def test_whoever_takes_over_the_name_of_a_closed_issuer_cannot_speak_for_it(w: Worlds) -> None:
    signed = w.issuer.credential()
    w.keep(signed)
    w.silence()
    custody.close(w.agency.ports, signed["issuer"]["id"], reason="closed", actor="test")
    w.believe()
    stranger = world()  # the same addresses, another key
    forged = stranger.credential()
    stranger.open_to_the_world()
    w.verifier.fetch.answers.update(stranger.fetch.answers)
    assert Worlds(stranger, w.agency, stranger).judge(forged).report.verdict == "valid"  # to who knows of no custodian
    assert codes(w, forged)[:2] == ("invalid", "credentials.key_not_listed")
    assert codes(w, signed)[:2] == ("valid", "credentials.key_from_custodian")
    for address in [each for each in w.verifier.fetch.answers if each.startswith(f"{AGENCY}/custody")]:
        del w.verifier.fetch.answers[address]
    assert codes(w, signed)[:2] == ("undetermined", "custody.closed_unanswered")


@pytest.mark.parametrize("failure", [500, "net.timeout"])
def test_an_issuer_that_is_only_slow_or_ill_is_not_replaced(failure: object) -> None:
    from openler.actions.ports import Fetched
    from openler.errors import Code, Unavailable

    w = Worlds.made()
    signed = w.issuer.credential()
    w.keep(signed)
    w.believe()
    answer: Any = Fetched(DID_ADDRESS, 500, "", b"") if failure == 500 else Unavailable(Code("net.timeout"), url=DID_ADDRESS, seconds=20)
    w.verifier.fetch.answers[DID_ADDRESS] = answer
    report = w.judge(signed).report
    assert report.verdict == "undetermined"
    assert report.check("issuer_key").code in {"verify.not_answered", "net.timeout"}


def test_a_page_where_keys_should_be_means_that_the_name_was_given_up() -> None:
    from openler.actions.ports import Fetched

    w = Worlds.made()
    signed = w.issuer.credential()
    w.keep(signed)
    w.believe()
    w.verifier.fetch.answers[DID_ADDRESS] = Fetched(DID_ADDRESS, 200, "text/html", b"<h1>This name is for sale</h1>")
    assert codes(w, signed)[1] == "credentials.key_from_custodian"


def test_a_signature_dated_after_the_snapshot_is_not_vouched_for(w: Worlds) -> None:
    early = w.issuer.credential()
    w.keep(early)
    w.pass_(days=1)
    late = w.issuer.credential(a_row(4, learner_id="cy@example.org"))
    w.silence()
    w.believe()
    assert codes(w, late)[:2] == ("undetermined", "credentials.key_after_snapshot")
    assert codes(w, early)[1] == "credentials.key_from_custodian"


def tampered(w: Worlds, address: str, **changes: Any) -> None:
    """Change what the custodian's server answers for an address."""
    from urllib.parse import urlencode

    where = f"{AGENCY}/custody/snapshots?{urlencode({'address': address})}"
    answer = w.verifier.fetch.answers[where]
    assert isinstance(answer, bytes)
    found = json.loads(answer)
    for name, value in changes.items():
        if name == "body":
            found["body"] = base64.b64encode(value).decode()
        else:
            found["statement"][name] = value
    w.verifier.fetch.answers[where] = jcs(found)


def test_a_custodian_s_answer_counts_only_as_it_was_signed(w: Worlds) -> None:
    signed = w.issuer.credential()
    w.keep(signed)
    w.silence()
    w.believe()
    list_address = signed["credentialStatus"][0]["statusListCredential"]
    good = dict(w.verifier.fetch.answers)
    forged = jcs({"id": "forged"})
    for changes in (
        {"final": True},
        {"taken": "2027-01-01T00:00:00Z"},
        {"custodian": "did:web:other.example"},
        {"body": forged},
        {"body": forged, "digest": f"sha256:{Digest.of(forged)}"},
        {"kind": "controller"},
    ):
        w.verifier.fetch.answers.clear()
        w.verifier.fetch.answers.update(good)
        tampered(w, list_address, **changes)
        assert codes(w, signed)[0] == "undetermined", changes


def test_one_address_s_snapshot_cannot_stand_for_another(w: Worlds) -> None:
    signed = w.issuer.credential()
    w.keep(signed)
    w.silence()
    w.believe()
    from urllib.parse import urlencode

    revocation, suspension = (each["statusListCredential"] for each in signed["credentialStatus"])
    ask = f"{AGENCY}/custody/snapshots?"
    answers = w.verifier.fetch.answers
    answers[ask + urlencode({"address": revocation})] = answers[ask + urlencode({"address": suspension})]
    assert codes(w, signed)[0] == "undetermined"


def test_a_custodian_who_is_no_longer_believed_counts_for_nothing(w: Worlds) -> None:
    signed = w.issuer.credential()
    w.keep(signed)
    w.silence()
    w.believe()
    disbelieve(w.verifier.ports, "State agency", actor="test")
    assert codes(w, signed)[0] == "undetermined"
    with pytest.raises(NotFound):
        disbelieve(w.verifier.ports, "State agency", actor="test")


def test_kept_evidence_of_a_custodian_is_checked_again_and_judged_alike(w: Worlds) -> None:
    signed = w.issuer.credential()
    w.keep(signed)
    w.silence()
    w.believe()
    before = w.judge(signed)
    made = Bundle(before.judged_at, frozenset({before.digest}), before.evidence, before.policy.issuers, before.policy.custodians)
    read = bundles.read(jcs(made.told(made_by="tests")))
    again = w.judge(signed, evidence=read.evidence, policy=read.policy(), now=read.judged_at, offline=True)
    assert again.report == before.report
    unbelieving = w.judge(signed, evidence=read.evidence, policy=replace(read.policy(), custodians=()), now=read.judged_at, offline=True)
    assert unbelieving.report.verdict == "undetermined"
    assert unbelieving.report.check("issuer_key").code == "custody.not_believed"


def test_every_look_is_kept_and_what_does_not_answer_keeps_its_last(w: Worlds) -> None:
    signed = w.issuer.credential()
    w.keep(signed)
    list_address = signed["credentialStatus"][0]["statusListCredential"]
    w.pass_(days=1)
    revoke(w.issuer.ports, signed["id"], reason="mistake", actor="test")
    w.issuer.open_to_the_world()
    changed = {each.address for each in custody.refresh(w.agency.ports, actor="test") if each.changed}
    assert list_address in changed
    w.silence()
    w.pass_(days=1)
    assert all(each.snapshot is None for each in custody.refresh(w.agency.ports, actor="test"))
    assert len(w.agency.ports.trust.snapshots(list_address)) == 2
    newest = w.agency.ports.trust.snapshot(list_address)
    assert newest is not None
    assert f"{newest.taken:%Y-%m-%d}" == "2026-06-16"


def test_only_what_issuers_publish_about_themselves_is_kept(w: Worlds) -> None:
    signed = w.issuer.credential()
    w.issuer.open_to_the_world()
    w.issuer.fetch.answers["https://holder.example/record"] = jcs(signed)
    (taken,) = custody.take(w.agency.ports, "https://holder.example/record", custodian=COLLEGE, actor="test")
    assert (taken.snapshot, taken.code) == (None, "custody.not_public")
    found = custody.take(w.agency.ports, signed["issuer"]["id"], custodian=COLLEGE, actor="test")
    assert [each.snapshot.kind for each in found if each.snapshot] == ["controller", "resource"]
    held = [w.agency.ports.trust.body(each.digest) or b"" for each in w.agency.ports.trust.held()]
    assert not any(b"Ana Ruiz" in body for body in held)

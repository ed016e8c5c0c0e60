"""A key replaced, retired or stolen: what it signed stays good exactly as far as that can be known."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from openler.actions.issuing.identity import did_document, identity
from openler.actions.issuing.issued_list import issued_list
from openler.actions.issuing.keys import retire, rotate
from openler.actions.issuing.signing import secure, sign
from openler.actions.verifying.verify import verify
from openler.credentials import anchors
from openler.credentials.envelopes import open_bytes
from openler.credentials.report import CheckResult
from openler.errors import Conflict, Malformed, Misused, NotFound, Refused
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json
from tests.support.issuing import BASE, COLLEGE, World, a_row, world

FORMS = ("di", "jwt", "sd-jwt", "cose")


def served(w: World, *, book: bool = True) -> None:
    """The world as it stands now, with the issuer's list for each stolen key."""
    w.open_to_the_world()
    for method in did_document(w.ports, COLLEGE)["verificationMethod"]:
        fragment = method["id"].partition("#")[2]
        address = f"{BASE}/issuers/{COLLEGE}/issued/{fragment}"
        w.fetch.answers.pop(address, None)
        if "revoked" in method and book:
            w.fetch.answers[address] = issued_list(w.ports, COLLEGE, fragment)


def judged(w: World, record: bytes) -> tuple[str, CheckResult]:
    report = verify(w.ports, record).report
    return report.verdict, report.check("issuer_key")


def issued(w: World, form: str, **row: Any) -> bytes:
    """A record as its holder gets it."""
    report = w.issue(a_row(**row), secured=form)
    kept = w.ports.ledger.issued(report.records[0].credential_id)
    assert kept is not None
    assert kept.signed is not None
    return kept.signed


def forged(w: World, record: dict[str, Any], *, days_ago: int) -> dict[str, Any]:
    """What a thief with the college's present key makes of a record: another learner, and any date."""
    by = identity(w.ports, COLLEGE)
    made = {**deepcopy(record), "id": "urn:uuid:11111111-2222-4333-8444-555555555555"}
    made.pop("proof")
    made["credentialSubject"]["identifier"][1]["identityHash"] = "Mallory"
    return sign(w.ports, made, by, at=w.clock.now() - timedelta(days=days_ago))


@pytest.mark.parametrize("form", FORMS)
def test_after_a_rotation_both_the_old_records_and_the_new_are_valid(form: str) -> None:
    w = world()
    old = issued(w, form)
    w.clock.pass_(days=1)
    done = rotate(w.ports, "ridgeway", actor="test")
    assert (done.successor.name, done.successor.key_type, done.organizations) == ("ridgeway.2", "Ed25519", ("Ridgeway College",))
    assert done.retired.retired == w.clock.now()
    new = issued(w, form, learner_id="ben@example.org")
    served(w)
    assert [judged(w, each)[0] for each in (old, new)] == ["valid", "valid"]
    assert anchors.digest_of(old) != anchors.digest_of(new)


def test_a_record_dated_after_the_retirement_of_its_key_fails_with_a_code_of_its_own() -> None:
    w = world()
    record = w.credential()
    by = identity(w.ports, COLLEGE)
    signer = w.keys._held["ridgeway"][1]
    rotate(w.ports, "ridgeway", actor="test")
    w.clock.pass_(days=2)
    w.keys._held["thief"] = (w.keys._held["ridgeway.2"][0], signer)
    record.pop("proof")
    late = sign(w.ports, record, _with_key(by, "memory:thief"), at=w.clock.now())
    served(w)
    verdict, check = judged(w, jcs(late))
    assert (verdict, check.code) == ("invalid", "credentials.key_retired")


def _with_key(by: Any, uri: str) -> Any:
    from dataclasses import replace

    return replace(by, key=uri)


@pytest.mark.parametrize("form", FORMS)
def test_a_stolen_keys_records_of_before_stay_good_by_the_issuers_book_and_nothing_else_does(form: str) -> None:
    w = world()
    genuine = issued(w, form)
    model = w.credential(a_row(learner_id="eva@example.org"))
    w.clock.pass_(days=10)
    stolen_at = w.clock.now()
    w.clock.pass_(days=5)
    forgeries = {days: jcs(forged(w, model, days_ago=days)) for days in (12, 1)}
    rotate(w.ports, "ridgeway", actor="test", compromised=stolen_at)
    fresh = issued(w, form, learner_id="ben@example.org")
    served(w)
    verdict, check = judged(w, genuine)
    assert (verdict, check.outcome, check.code) == ("valid", "passed", "credentials.issuer_key_vouched")
    assert judged(w, fresh)[0] == "valid"
    assert judged(w, forgeries[12])[1].code == "credentials.key_revoked_not_issued"
    assert judged(w, forgeries[1])[1].code == "credentials.key_revoked"
    served(w, book=False)
    for record in (genuine, forgeries[12]):
        verdict, check = judged(w, record)
        assert (verdict, check.code) == ("undetermined", "credentials.key_revoked_undated")
    assert judged(w, forgeries[1])[0] == "invalid"


def test_what_was_issued_after_the_theft_is_not_in_the_book() -> None:
    w = world()
    before = issued(w, "di")
    w.clock.pass_(days=1)
    since = w.clock.now()
    w.clock.pass_(days=1)
    after = issued(w, "di", learner_id="ben@example.org")
    rotate(w.ports, "ridgeway", actor="test", compromised=since)
    fragment = identity_of(w, "ridgeway")
    book = anchors.read(parse_json(issued_list(w.ports, COLLEGE, fragment)))
    assert book.holds(anchors.digest_of(before))
    assert not book.holds(anchors.digest_of(after))
    assert book.key.endswith(f"#{fragment}")


def identity_of(w: World, name: str) -> str:
    from openler.credentials.multikey import PublicKey

    info = w.keys._held[name][0]
    return PublicKey(info.key_type, info.public_key).multikey


def test_there_is_no_book_for_a_key_that_is_safe() -> None:
    w = world()
    with pytest.raises(NotFound) as caught:
        issued_list(w.ports, COLLEGE, identity_of(w, "ridgeway"))
    assert caught.value.code == "keys.issued_list_unknown"
    assert "service" not in did_document(w.ports, COLLEGE)


def test_a_book_of_another_key_vouches_for_nothing() -> None:
    w = world()
    record = issued(w, "di")
    w.clock.pass_(days=1)
    rotate(w.ports, "ridgeway", actor="test", compromised=w.clock.now())
    served(w)
    address = f"{BASE}/issuers/{COLLEGE}/issued/{identity_of(w, 'ridgeway')}"
    for changes in (
        {"key": "did:web:elsewhere.example#x"},
        {"issuer": "did:web:elsewhere.example"},
        {"digests": "AAAA"},
        {"openlerIssued": 2},
    ):
        book = parse_json(issued_list(w.ports, COLLEGE, identity_of(w, "ridgeway")))
        assert isinstance(book, dict)
        w.fetch.answers[address] = jcs({**book, **changes})
        assert judged(w, record)[1].code == "credentials.key_revoked_undated", changes


def test_what_a_holder_leaves_out_leaves_the_digest_as_it_is() -> None:
    from openler.credentials import sdjwt

    w = world()
    whole = issued(w, "sd-jwt")
    shown = sdjwt.present(whole.decode(), [])
    assert shown != whole.decode()
    assert anchors.digest_of(whole) == anchors.digest(open_bytes(shown.encode()))


def test_a_rotation_that_was_broken_off_is_taken_up_and_no_third_key_is_made() -> None:
    w = world()
    w.keys.create("ridgeway.2", "Ed25519", at=w.clock.now())
    done = rotate(w.ports, "ridgeway", actor="test")
    assert (done.successor.name, len(w.keys.keys())) == ("ridgeway.2", 2)
    with pytest.raises(Conflict) as caught:
        rotate(w.ports, "ridgeway", actor="test")
    assert (caught.value.code, caught.value.parameters["successor"]) == ("keys.superseded", "ridgeway.2")
    again = rotate(w.ports, "ridgeway.2", actor="test", key_type="P-384")
    assert (again.successor.name, again.successor.key_type) == ("ridgeway.3", "P-384")
    assert len(did_document(w.ports, COLLEGE)["verificationMethod"]) == 3


def test_an_issuer_that_is_its_key_cannot_get_another() -> None:
    w = world(form="key")
    with pytest.raises(Refused) as caught:
        rotate(w.ports, "ridgeway", actor="test")
    assert caught.value.code == "keys.identifier_is_key"
    [info] = w.ports.keys.keys()
    assert (info.name, info.retired) == ("ridgeway", None)


def test_the_only_key_of_an_issuer_is_not_retired_by_a_slip() -> None:
    w = world()
    with pytest.raises(Refused) as caught:
        retire(w.ports, "ridgeway")
    assert caught.value.code == "keys.in_use"
    assert retire(w.ports, "ridgeway", anyway=True).retired == w.clock.now()
    with pytest.raises(NotFound):
        retire(w.ports, "nobody")


def test_a_theft_is_told_later_too_and_only_ever_earlier() -> None:
    w = world()
    rotate(w.ports, "ridgeway", actor="test")
    first = w.clock.now()
    w.clock.pass_(days=9)
    assert retire(w.ports, "ridgeway", compromised=first).compromised == first
    assert retire(w.ports, "ridgeway", compromised=first + timedelta(days=3)).compromised == first
    earlier = first - timedelta(days=3)
    found = retire(w.ports, "ridgeway", compromised=earlier)
    assert (found.compromised, found.retired) == (earlier, first)
    with pytest.raises(Misused) as caught:
        retire(w.ports, "ridgeway", compromised=w.clock.now() + timedelta(minutes=1))
    assert caught.value.code == "keys.compromised_in_future"


def test_a_retired_key_signs_nothing_in_any_form() -> None:
    w = world()
    by = identity(w.ports, COLLEGE)
    record = w.credential()
    record.pop("proof")
    rotate(w.ports, "ridgeway", actor="test")
    for form in FORMS:
        with pytest.raises((Refused, Malformed)):
            secure(w.ports, record, by, at=w.clock.now(), form=form)  # type: ignore[arg-type]


def test_a_book_that_is_settled_is_read_from_the_ledger_once(monkeypatch: pytest.MonkeyPatch) -> None:
    w = world()
    issued(w, "di")
    w.clock.pass_(days=1)
    rotate(w.ports, "ridgeway", actor="test", compromised=w.clock.now())
    fragment = identity_of(w, "ridgeway")
    read: list[object] = []
    listing = w.ports.ledger.listing

    def counted(*given: Any, **more: Any) -> Any:
        read.append(given)
        return listing(*given, **more)

    monkeypatch.setattr(w.ports.ledger, "listing", counted)
    fresh = [issued_list(w.ports, COLLEGE, fragment) for _ in range(2)]
    unsettled = len(read)
    w.clock.pass_(hours=2)
    settled = [issued_list(w.ports, COLLEGE, fragment) for _ in range(3)]
    assert len({*fresh, *settled}) == 1
    assert (unsettled, len(read)) == (4, 6), "what may still be on its way is looked for each time"

"""Consent: what leaves a wallet for matching, under whose signature, and that it can be taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from openler.actions.holding import consent, hold
from openler.actions.issuing.status import revoke
from openler.actions.matching.landscape import landscape
from openler.actions.matching.match_held import held
from openler.actions.private_ports import ReleasedProfile
from openler.errors import Malformed, Misused, NotFound, OpenlerError
from openler.holding import consent as terms
from openler.holding.consent import Consent
from openler.holding.record import Record
from openler.skills.evidence import profile_of
from openler.skills.released import read, write
from tests.support.holding import FORKLIFT, Holder, holder
from tests.support.issuing import BLUEPRINTS


def given(who: Holder, *records: Record, **changes: Any) -> Consent:
    wanted: dict[str, Any] = {"purpose": "Find jobs that fit", "party": "Workforce Board", "expires": who.in_(30), **changes}
    return consent.release(who.ports, who.key, [one.record_id for one in records], actor="test", **wanted)


def test_what_is_released_are_the_verified_skills_and_nothing_that_names_her() -> None:
    ana = holder()
    record, told = ana.earns(), hold.add_experience(ana.ports, ana.key, FORKLIFT)
    given(ana, record, told)
    (found,) = consent.released(ana.ports)
    credentials, _ = held(ana.ports, [record], serving=True)
    whole = profile_of(credentials, landscape(ana.ports).entries)
    assert {claim.key for claim in found.profile.claims} == {claim.key for claim in whole.claims if claim.kind == "verified"}
    assert BLUEPRINTS in found.profile.by_key
    assert {claim.kind for claim in found.profile.claims} == {"verified"}
    assert isinstance(record.credential, dict)
    (stored,) = ana.ports.vault.released("matching", at=ana.world.clock.now())
    for secret in ("Ana Ruiz", "Forklift", record.credential["id"], record.credential["credentialSubject"]["id"], ana.key.holder_id):
        assert secret.encode() not in stored.profile
    assert b"2026-05" not in stored.profile


def test_a_released_profile_scores_as_the_holders_verified_claims_do() -> None:
    ana = holder()
    credentials, _ = held(ana.ports, [ana.earns(), ana.earns(3, date="2026-06-01")], serving=True)
    whole = profile_of(credentials, landscape(ana.ports).entries)
    again = read(write(whole))
    assert [(claim.key, claim.name, claim.issuer, claim.chain) for claim in again.claims] == [
        (claim.key, claim.name, claim.issuer, claim.chain) for claim in whole.claims if claim.kind == "verified"
    ]
    assert len(again.credentials) == len(whole.credentials) == 2
    assert len(again.without(again.credentials[0]).credentials) == 1


def test_the_consent_is_signed_dated_and_names_records_purpose_and_party() -> None:
    ana = holder()
    record = ana.earns()
    made = given(ana, record)
    known = ana.ports.vault.holder(ana.key.holder_id)
    assert known is not None
    assert terms.verifies(made, known.signing_key)
    assert (made.records, made.purpose, made.party) == ((record.record_id,), "Find jobs that fit", "Workforce Board")
    assert made.given == ana.world.clock.now()
    assert consent.releases(ana.ports, ana.key) == (made,)


def test_a_withdrawn_consent_ends_at_once_and_stays_on_her_list() -> None:
    ana = holder()
    made = given(ana, ana.earns())
    assert consent.withdraw_release(ana.ports, ana.key, made.consent_id, actor="test") is True
    assert consent.withdraw_release(ana.ports, ana.key, made.consent_id, actor="test") is False
    assert list(consent.released(ana.ports)) == []
    (seen,) = consent.releases(ana.ports, ana.key)
    assert seen.withdrawn == ana.world.clock.now()


def test_a_consent_ends_when_it_said_it_would() -> None:
    ana = holder()
    given(ana, ana.earns(), expires=ana.in_(1))
    assert len(list(consent.released(ana.ports))) == 1
    ana.world.clock.pass_(days=1)
    assert list(consent.released(ana.ports)) == []


def test_a_scope_opens_what_was_released_for_it_only() -> None:
    ana = holder()
    given(ana, ana.earns(), scope="research")
    assert list(consent.released(ana.ports)) == []
    assert len(list(consent.released(ana.ports, scope="research"))) == 1


def test_nobody_withdraws_anothers_consent() -> None:
    ana = holder()
    ben = holder("ben", of=ana.world)
    made = given(ana, ana.earns())
    with pytest.raises(NotFound):
        consent.withdraw_release(ben.ports, ben.key, made.consent_id, actor="test")
    assert len(list(consent.released(ana.ports))) == 1


@pytest.mark.parametrize("change", ["records", "purpose", "party", "scope", "expires", "signature", "holder_id", "consent_id"])
def test_a_consent_that_she_did_not_sign_allows_nothing(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = holder()
    ben = holder("ben", of=ana.world)
    made = given(ana, ana.earns())
    values: dict[str, Any] = {
        "records": ("other",), "expires": ana.in_(700), "signature": bytes(64), "holder_id": ben.key.holder_id,
    }  # fmt: skip
    forged = replace(made, **{change: values.get(change, "matching of all kinds")})
    kept = ana.ports.vault.released

    def meddled(scope: str, **options: Any) -> tuple[ReleasedProfile, ...]:
        return tuple(replace(one, consent=terms.write(forged)) for one in kept(scope, **options))

    assert len(list(consent.released(ana.ports))) == 1
    monkeypatch.setattr(ana.ports.vault, "released", meddled)
    assert list(consent.released(ana.ports)) == []


def test_what_does_not_verify_now_is_not_released() -> None:
    ana = holder()
    record, told = ana.earns(), hold.add_experience(ana.ports, ana.key, FORKLIFT)
    assert isinstance(record.credential, dict)
    revoke(ana.ports, record.credential["id"], reason="a mistake", actor="test")
    with pytest.raises(Misused) as nothing:
        given(ana, record, told)
    assert nothing.value.code == "consent.nothing_verified"
    assert consent.releases(ana.ports, ana.key) == ()


@pytest.mark.parametrize(
    ("changes", "kind"), [({"purpose": " "}, Malformed), ({"party": ""}, Malformed), ({"scope": ""}, Malformed), ({"days": 800}, Misused)]
)
def test_a_consent_that_says_too_little_or_too_long_is_not_given(changes: dict[str, Any], kind: type[OpenlerError]) -> None:
    ana = holder()
    record = ana.earns()
    if "days" in changes:
        changes = {"expires": ana.in_(changes["days"])}
    with pytest.raises(kind):
        given(ana, record, **changes)
    assert consent.releases(ana.ports, ana.key) == ()


def test_deleting_a_wallet_ends_its_consents() -> None:
    ana = holder()
    given(ana, ana.earns())
    hold.delete_wallet(ana.ports, ana.key, actor="test")
    assert list(consent.released(ana.ports)) == []

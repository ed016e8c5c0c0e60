"""Signing in and out: who gets at a wallet, for how long, and what is noted of it."""

from __future__ import annotations

import pytest

from openler.access.session import IDLE, LIFETIME
from openler.actions.holding import hold, session
from openler.errors import RateLimited, Refused, Unauthenticated
from tests.support.holding import FORKLIFT, PASSPHRASE, holder


def test_a_session_opens_the_wallet_of_who_signed_in() -> None:
    ana = holder()
    record = hold.add_experience(ana.ports, ana.key, FORKLIFT)
    begun = session.sign_in(ana.ports, "Ana ", PASSPHRASE)
    key = session.resume(ana.ports, begun.token.reveal())
    assert key == ana.key
    assert hold.collection(ana.ports, key).records == (record,)


def test_a_session_does_not_show_its_secrets() -> None:
    ana = holder()
    begun = session.sign_in(ana.ports, "ana", PASSPHRASE)
    assert begun.token.reveal() not in repr(begun)
    assert begun.csrf not in repr(begun)
    assert str(session.resume(ana.ports, begun.token.reveal()).data_key) not in repr(session.resume(ana.ports, begun.token.reveal()))


@pytest.mark.parametrize(("handle", "passphrase"), [("ana", "not the passphrase"), ("nobody", PASSPHRASE)])
def test_a_wrong_name_and_a_wrong_passphrase_are_refused_alike_and_noted_without_the_name(handle: str, passphrase: str) -> None:
    ana = holder()
    with pytest.raises(Refused) as refused:
        session.sign_in(ana.ports, handle, passphrase)
    assert refused.value.code == "vault.wrong_passphrase"
    last = ana.ports.private_audit.events()[-1]
    assert (last.name, last.actor, last.details) == ("hold:wallet:refuse", "web", {})


def test_guessing_is_slowed_down_even_with_the_right_passphrase_at_the_end() -> None:
    ana = holder()
    for _ in range(5):
        with pytest.raises(Refused):
            session.sign_in(ana.ports, "ana", "not the passphrase")
    with pytest.raises(RateLimited):
        session.sign_in(ana.ports, "ana", PASSPHRASE)
    ana.world.clock.pass_(minutes=1)
    session.sign_in(ana.ports, "ana", PASSPHRASE)


def test_signing_in_again_ends_the_session_it_replaces() -> None:
    ana = holder()
    first = session.sign_in(ana.ports, "ana", PASSPHRASE)
    second = session.sign_in(ana.ports, "ana", PASSPHRASE, previous=first.token.reveal())
    assert second.token != first.token
    with pytest.raises(Unauthenticated):
        session.resume(ana.ports, first.token.reveal())
    assert session.resume(ana.ports, second.token.reveal()) == ana.key


def test_a_session_that_is_used_lives_on_and_one_that_is_not_ends() -> None:
    ana = holder()
    token = session.sign_in(ana.ports, "ana", PASSPHRASE).token.reveal()
    for _ in range(3):
        ana.world.clock.pass_(seconds=IDLE.total_seconds() - 60)
        session.resume(ana.ports, token)
    ana.world.clock.pass_(seconds=IDLE.total_seconds())
    with pytest.raises(Unauthenticated) as ended:
        session.resume(ana.ports, token)
    assert ended.value.code == "access.session_expired"


def test_a_session_ends_after_its_lifetime_however_busy() -> None:
    ana = holder()
    token = session.sign_in(ana.ports, "ana", PASSPHRASE).token.reveal()
    step = IDLE / 2
    for _ in range(LIFETIME // step - 1):
        ana.world.clock.pass_(seconds=step.total_seconds())
        session.resume(ana.ports, token)
    ana.world.clock.pass_(seconds=step.total_seconds())
    with pytest.raises(Unauthenticated):
        session.resume(ana.ports, token)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 44, "\ud800" * 43, "é" * 43])
def test_what_is_no_token_signs_nobody_in_and_signs_out_quietly(token: str) -> None:
    ana = holder()
    with pytest.raises(Unauthenticated) as refused:
        session.resume(ana.ports, token)
    assert refused.value.code == "access.session_unknown"
    session.sign_out(ana.ports, token)


def test_signing_out_ends_the_session_and_no_other() -> None:
    ana = holder()
    here, there = (session.sign_in(ana.ports, "ana", PASSPHRASE).token.reveal() for _ in range(2))
    session.sign_out(ana.ports, here)
    with pytest.raises(Unauthenticated):
        session.resume(ana.ports, here)
    assert session.resume(ana.ports, there) == ana.key
    session.sign_out(ana.ports, here)


def test_signing_out_everywhere_ends_all_sessions_of_one_holder() -> None:
    ana = holder()
    ben = holder("ben", of=ana.world)
    hers = [session.sign_in(ana.ports, "ana", PASSPHRASE).token.reveal() for _ in range(2)]
    his = session.sign_in(ana.ports, "ben", PASSPHRASE).token.reveal()
    assert session.sign_out_everywhere(ana.ports, ana.key) == 2
    for token in hers:
        with pytest.raises(Unauthenticated):
            session.resume(ana.ports, token)
    assert session.resume(ana.ports, his) == ben.key


def test_a_form_passes_with_its_own_sessions_token_only() -> None:
    ana = holder()
    one, other = (session.sign_in(ana.ports, "ana", PASSPHRASE) for _ in range(2))
    session.check_form(one.token.reveal(), one.csrf)
    assert session.csrf(one.token.reveal()) == one.csrf
    for shown in (other.csrf, "", one.token.reveal()):
        with pytest.raises(Refused):
            session.check_form(one.token.reveal(), shown)


def test_what_ended_is_deleted_when_somebody_signs_in() -> None:
    ana = holder()
    ended, open_ = (ana.shares(hold.add_experience(ana.ports, ana.key, FORKLIFT), days=days) for days in (1, 9))
    ana.world.clock.pass_(days=2)
    session.sign_in(ana.ports, "ana", PASSPHRASE)
    kept = {one.share_id: one.sealed is not None for one in ana.ports.vault.shares(ana.key)}
    assert kept == {ended.share_id: False, open_.share_id: True}

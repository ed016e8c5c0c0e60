"""Proposing what may be one thing, and what people decided, in every store."""

from __future__ import annotations

from typing import Any

import pytest

from openler.actions.ports import Change, Ports, Store
from openler.actions.registry.duplicates import MAX_BLOCK, confirmed, decide, hidden, propose, same_as, undo
from openler.errors import Misused, NotFound
from openler.ids import Ctid
from tests.support.ctdl import BASE, OWNER, ctid, document
from tests.support.federation import Net, Registry, registry

ORG = "ceterms:CredentialOrganization"


@pytest.fixture
def here(store: Store) -> Registry:
    return registry(Net(), "here", store=store)


def put(here: Registry, kind: str, key: str, name: str, **more: Any) -> Ctid:
    node = {"@type": kind, "ceterms:ctid": str(ctid(key, kind)), "ceterms:name": {"en-US": name}}
    built = document({**node, **{f"ceterms:{prop}": value for prop, value in more.items()}})
    here._write(
        Change(
            ctid=built.ctid, ctdl_type=built.type, owner=built.owner, publisher=OWNER, normalised=built.normalised,
            received=built.normalised, digest=built.digest, resources=built.resources,
        )
    )  # fmt: skip
    return built.ctid


def college(here: Registry, key: str, name: str = "Ridgeway College", **more: Any) -> Ctid:
    return put(here, ORG, key, name, **{"opeID": "00234500", **more})


def pairs(ports: Ports) -> list[tuple[Ctid, Ctid]]:
    return [(one.first, one.second) for one in propose(ports).pairs]


def low_high(one: Ctid, other: Ctid) -> tuple[Ctid, Ctid]:
    low, high = sorted((one, other))
    return low, high


def test_an_organization_and_its_program_published_twice_are_proposed(here: Registry) -> None:
    one, other = college(here, "one"), college(here, "other", "Ridgeway Coll.")
    college(here, "third", "Harbor Institute", opeID="00999900")
    nursing = [
        put(here, "ceterms:LearningProgram", key, "Practical Nursing", offeredBy=[f"{BASE}/resources/{by}"])
        for key, by in (("a", one), ("b", other))
    ]
    assert set(pairs(here.ports)) == {low_high(one, other), low_high(*nursing)}
    found = propose(here.ports)
    assert all(sum(reason.points for reason in pair.reasons) >= pair.score for pair in found.pairs)


def test_what_was_decided_is_recorded_with_who_and_can_be_taken_back(here: Registry) -> None:
    one, other = college(here, "one"), college(here, "other")
    verdict = decide(here.ports, other, one, same=True, actor="token:abc")
    assert (verdict.first, verdict.second, verdict.actor) == (*low_high(one, other), "token:abc")
    assert pairs(here.ports) == []
    assert (same_as(here.ports, one), same_as(here.ports, other)) == ((other,), (one,))
    assert hidden(here.ports) == (max(one, other),)
    assert here.store.verdicts() == (verdict,)
    undo(here.ports, one, other, actor="token:def")
    assert hidden(here.ports) == ()
    assert pairs(here.ports) == [low_high(one, other)]
    told = [(event.name, event.actor) for event in here.store.audit() if "duplicate" in event.name]
    assert told == [("registry:duplicate:confirm", "token:abc"), ("registry:duplicate:undo", "token:def")]
    with pytest.raises(NotFound, match=r"duplicate\.not_decided"):
        undo(here.ports, one, other, actor="token:def")


def test_a_rejected_pair_is_proposed_no_more_and_both_are_found(here: Registry) -> None:
    one, other = college(here, "one"), college(here, "other")
    decide(here.ports, one, other, same=False, actor="token:abc")
    assert pairs(here.ports) == []
    assert hidden(here.ports) == ()
    decide(here.ports, one, other, same=True, actor="token:abc")
    assert [verdict.same for verdict in here.store.verdicts()] == [True], "the later decision counts"


def test_of_one_thing_published_here_and_elsewhere_the_one_from_here_is_shown(store: Store) -> None:
    net = Net()
    here, there = registry(net, "here", store=store), registry(net, "there")
    ours, theirs = sorted((ctid("x", ORG), ctid("y", ORG)), reverse=True)
    keys = {ctid(key, ORG): key for key in ("x", "y")}
    college(there, keys[theirs])
    here.follow(there)
    here.pull(there)
    college(here, keys[ours])
    decide(here.ports, ours, theirs, same=True, actor="t")
    assert hidden(here.ports) == (theirs,), "although its CTID comes first"


def test_three_of_one_thing_are_one_group(here: Registry) -> None:
    ctids = sorted(college(here, key) for key in ("one", "two", "three"))
    decide(here.ports, ctids[0], ctids[1], same=True, actor="t")
    decide(here.ports, ctids[1], ctids[2], same=True, actor="t")
    assert confirmed(here.ports).members() == {ctids[0]: ctids}
    assert hidden(here.ports) == (ctids[1], ctids[2])


def test_what_cannot_be_compared_is_refused(here: Registry) -> None:
    one = college(here, "one")
    welding = put(here, "ceterms:LearningProgram", "w", "Welding")
    with pytest.raises(Misused, match=r"duplicate\.same_one"):
        decide(here.ports, one, one, same=True, actor="t")
    with pytest.raises(Misused, match=r"duplicate\.not_comparable"):
        decide(here.ports, one, welding, same=True, actor="t")
    with pytest.raises(NotFound):
        decide(here.ports, one, ctid("nothing"), same=True, actor="t")


def test_a_name_that_everybody_uses_makes_no_crowd_of_pairs(here: Registry) -> None:
    for number in range(MAX_BLOCK + 5):
        put(here, ORG, f"k{number}", "Training Center")
    found = propose(here.ports)
    assert (found.compared, found.crowded, found.looked) == (0, 1, MAX_BLOCK + 5)

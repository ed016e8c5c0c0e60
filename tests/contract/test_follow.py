"""Following other registries, in every store: what is taken, what is not, and where each pull goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from openler.access.audit import AuditEvent
from openler.actions.federating.follow import add_follow, conflicts, remove_follow
from openler.actions.federating.follow_arrivals import arrived
from openler.actions.federating.follow_pull import pull_due, wait_after
from openler.actions.follow_ports import Reason
from openler.actions.ports import Change, JournalAction, Store
from openler.actions.registry.audit import audit
from openler.api.app import create
from openler.errors import Conflict, Malformed, Misused, NotFound, Refused, Unavailable
from openler.ids import Ctid
from tests.support.ctdl import OWNER, complete, ctid, document
from tests.support.federation import T0, Net, Registry, registry
from tests.support.issuing import SetClock

STRANGER = Ctid.derive("tests", "ceterms:CredentialOrganization", "stranger")


@pytest.fixture
def net() -> Net:
    return Net()


@pytest.fixture
def here(net: Net, store: Store) -> Registry:
    """The registry that follows, in each kind of store."""
    return registry(net, "here", store=store)


@pytest.fixture
def there(net: Net) -> Registry:
    return registry(net, "there")


def told(here: Registry) -> list[tuple[Ctid, Reason, str]]:
    return [(one.ctid, one.reason, one.holder) for one in conflicts(here.ports)]


def test_documents_come_with_their_origin_and_what_their_registry_signed(here: Registry, there: Registry) -> None:
    for number in range(3):
        there.publish(f"k{number}", f"Program {number}")
    here.follow(there)
    pulled = here.pull(there)
    assert (pulled.published, pulled.refused, pulled.conflicts, pulled.seq) == (3, 0, 0, 3)
    assert here.standing() == there.standing()
    origin = here.store.origins([ctid("k1")])[ctid("k1")]
    assert (origin.registry, origin.seq, origin.first) == ("did:web:there.example", 2, T0)
    assert origin.statement is not None
    assert orjson.loads(origin.statement)["proof"]["verificationMethod"].startswith("did:web:there.example#")
    stored = here.store.get(ctid("k1"))
    assert stored is not None
    assert (stored.publisher, stored.owner) == (OWNER, OWNER)
    assert [entry.origin for entry in here.store.entries()] == ["did:web:there.example"] * 3


def test_what_was_taken_in_stands_an_audit_and_later_changes_too(here: Registry, there: Registry) -> None:
    there.publish("a")
    there.publish("b")
    here.publish("ours")
    here.follow(there)
    here.pull(there)
    there.publish("a", "Advanced Welding", publisher=OWNER)
    there.withdraw("b")
    here.clock.pass_(hours=1)
    pulled = here.pull(there)
    assert (pulled.published, pulled.updated, pulled.deleted) == (0, 1, 1)
    assert here.name_of("a") == "Advanced Welding"
    assert here.name_of("b") is None
    assert [entry.action for entry in here.store.versions(ctid("b"))] == [JournalAction.PUBLISH, JournalAction.DELETE]
    assert here.store.verify_chain() == 5
    assert audit(here.ports).findings == ()


def test_a_pull_that_finds_nothing_new_writes_nothing(here: Registry, there: Registry) -> None:
    there.publish("a")
    here.follow(there)
    here.pull(there)
    head, events = here.store.head(), len(here.store.audit())
    assert here.pull(there).entries == 0
    assert (here.store.head(), len(here.store.audit())) == (head, events)


def test_only_pages_that_were_committed_are_left_behind(here: Registry, there: Registry, net: Net) -> None:
    for number in range(450):
        there.publish(f"k{number}")
    here.follow(there)
    assert not here.pull(there, max_pages=1).complete
    assert len(here.standing()) == 200
    net.asked.clear()
    assert here.pull(there).published == 250
    assert next(url for url in net.asked if "/events" in url).startswith("https://there.example/envelopes/events?after=200&")
    assert here.standing() == there.standing()


def test_a_page_is_taken_with_its_place_or_not_at_all(here: Registry, there: Registry) -> None:
    there.publish("a")
    here.follow(there)
    [follow] = here.store.follows()
    here.pull(there)
    with pytest.raises(Conflict, match=r"follow\.changed"):
        here.store.take(follow, replace(follow, seq=9), [], [], at=T0, event=AuditEvent("test:follow:pull", "test", T0))
    assert here.store.follows()[0].seq == 1


def test_nobody_overwrites_from_outside_what_was_published_here(here: Registry, there: Registry) -> None:
    there.publish("a", "Theirs")
    there.publish("same", "The same")
    here.clock.pass_(days=1)
    here.publish("a", "Ours")
    here.publish("same", "The same")
    here.follow(there, mirror=True)
    pulled = here.pull(there)
    assert (pulled.published, pulled.updated, pulled.conflicts) == (0, 0, 1)
    assert here.name_of("a") == "Ours"
    assert told(here) == [(ctid("a"), Reason.PUBLISHED_HERE, "")]
    there.withdraw("a")
    here.pull(there)
    assert (here.name_of("a"), told(here)) == ("Ours", []), "who withdraws does not differ any more"


def test_what_its_organization_publishes_here_afterwards_is_ours_from_then_on(here: Registry, there: Registry) -> None:
    there.publish("a", "Theirs")
    here.follow(there)
    here.pull(there)
    here.publish("a", "Published here since")
    assert here.store.origins([ctid("a")]) == {}
    there.publish("a", "Theirs, again")
    assert (here.pull(there).updated, here.name_of("a")) == (0, "Published here since")
    assert told(here) == [(ctid("a"), Reason.PUBLISHED_HERE, "")]
    assert audit(here.ports).findings == ()


@pytest.mark.parametrize(("member", "value"), [("seq", 10**40), ("created_at", "0001-01-01T00:00:00+14:00"), ("published_by", "x")])
def test_what_no_database_could_hold_is_not_taken_even_if_it_is_signed(here: Registry, there: Registry, member: str, value: object) -> None:
    said = {
        "registry": "did:web:there.example", "envelope_ceterms_ctid": ctid("a"), "seq": 1, "created_at": T0.isoformat(),
        "published_by": OWNER, "owned_by": None, "envelope_ctdl_type": "ceterms:LearningProgram", "deleted_at": T0.isoformat(),
    }  # fmt: skip
    assert arrived(said, None).seq == 1
    with pytest.raises(Malformed):
        arrived(said | {member: value}, None)


@pytest.mark.parametrize("order", ["early first", "late first"])
def test_of_two_others_the_first_to_publish_goes_first_whoever_is_read_first(here: Registry, net: Net, order: str) -> None:
    early, late = registry(net, "zz-early"), registry(net, "aa-late", clock=SetClock(T0 + timedelta(days=2)))
    early.publish("a", "Early")
    late.publish("a", "Late", publisher=STRANGER)
    here.clock.pass_(days=3)
    for other in (early, late) if order == "early first" else (late, early):
        here.follow(other)
        here.pull(other)
    assert here.name_of("a") == "Early"
    stored = here.store.get(ctid("a"))
    assert stored is not None
    assert stored.publisher == OWNER
    [(named, _, holder)] = told(here)
    assert (named, holder) == (ctid("a"), "did:web:zz-early.example")
    assert audit(here.ports).findings == ()


def test_a_mirror_goes_before_other_registries(here: Registry, net: Net) -> None:
    early, late = registry(net, "early"), registry(net, "late", clock=SetClock(T0 + timedelta(days=2)))
    early.publish("a", "Early")
    late.publish("a", "Late")
    here.clock.pass_(days=3)
    here.follow(early)
    here.follow(late, mirror=True)
    for other in (early, late):
        here.pull(other)
    assert here.name_of("a") == "Late"


def test_two_that_follow_each_other_come_to_rest(here: Registry, there: Registry) -> None:
    here.publish("ours")
    there.publish("theirs")
    here.follow(there)
    there.follow(here)
    for _ in range(3):
        here.pull(there)
        there.pull(here)
    assert here.standing() == there.standing()
    assert (here.store.head(), there.store.head()) == (2, 2), "nothing that came from there went back as new"
    there.publish("theirs", "Changed")
    here.pull(there)
    assert there.pull(here).own == 1
    assert (here.name_of("theirs"), there.name_of("theirs")) == ("Changed", "Changed")


def test_what_is_passed_on_keeps_its_first_origin_and_signature(here: Registry, net: Net) -> None:
    first, middle = registry(net, "first"), registry(net, "middle")
    first.publish("a")
    middle.follow(first)
    middle.pull(first)
    here.follow(middle)
    here.pull(middle)
    origin = here.store.origins([ctid("a")])[ctid("a")]
    assert (origin.registry, origin.url) == ("did:web:first.example", "https://middle.example")
    here.follow(first)
    assert here.pull(first).published == 0
    first.publish("a", "Changed")
    here.pull(first)
    assert (here.name_of("a"), here.pull(middle).conflicts) == ("Changed", 0)


def test_an_origin_that_the_named_registry_did_not_sign_is_not_taken(here: Registry, there: Registry, net: Net) -> None:
    owner = registry(net, "owner")
    owner.publish("a", "The owner's")
    there.follow(owner)
    there.pull(owner)

    def forge(url: str, answer: Any) -> Any:
        if url.startswith("https://there.example/envelopes/events"):
            for event in answer:
                event["origin_statement"]["created_at"] = "2001-01-01T00:00:00+00:00"
        return answer

    net.spoil = forge
    here.follow(there)
    assert here.pull(there).refused == 1
    assert here.name_of("a") is None
    assert [one.reason for one in conflicts(here.ports)] == [Reason.REFUSED]


def _document(url: str, answer: Any) -> Any:
    if "/envelopes/events" in url:
        answer[0]["decoded_resource"]["@graph"][0]["ceterms:name"] = {"en-US": "Changed on the way"}
    return answer


def _statement(url: str, answer: Any) -> Any:
    if "/envelopes/events" in url:
        answer[0]["registry_statement"]["published_by"] = str(STRANGER)
    return answer


@pytest.mark.parametrize("spoil", [_document, _statement])
def test_a_document_that_is_not_what_was_signed_is_not_taken_and_listed(here: Registry, there: Registry, net: Net, spoil: Any) -> None:
    there.publish("a")
    there.publish("b")
    net.spoil = spoil
    here.follow(there)
    pulled = here.pull(there)
    assert (pulled.published, pulled.refused) == (1, 1)
    assert (here.name_of("a"), here.name_of("b")) == (None, "Welding")
    assert [(one.ctid, one.reason) for one in conflicts(here.ports)] == [(ctid("a"), Reason.REFUSED)]


def _entry(url: str, answer: Any) -> Any:
    if "/envelopes/events" in url:
        answer[0]["published_by"] = str(STRANGER)
    return answer


def test_entries_that_no_head_was_signed_for_stop_everything(here: Registry, there: Registry, net: Net) -> None:
    there.publish("a")
    net.spoil = _entry
    here.follow(there)
    with pytest.raises(Refused, match=r"follow\.rewritten"):
        here.pull(there)
    assert here.standing() == set()


@pytest.mark.parametrize("entries", [1, 2, 3], ids=["shorter", "as long", "longer"])
def test_a_registry_that_changed_its_history_is_reported_and_read_no_more(here: Registry, there: Registry, net: Net, entries: int) -> None:
    there.publish("a")
    there.publish("b")
    here.follow(there)
    here.pull(there)
    again = registry(net, "there")
    again = replace(again, ports=replace(again.ports, keys=there.ports.keys))
    net.sites[there.url] = TestClient(create(again.ports), base_url=again.url)
    for number in range(entries):
        again.publish(f"other {number}")
    with pytest.raises(Refused, match=r"follow\.rewritten"):
        here.pull(there)
    with pytest.raises(Refused, match=r"follow\.halted"):
        here.pull(there)
    assert here.store.follows()[0].halted
    assert here.store.audit()[-1].name == "registry:follow:halt"
    assert pull_due(here.ports, interval=timedelta(minutes=5)) == ()
    assert (here.name_of("a"), here.name_of("other 0")) == ("Welding", None)
    remove_follow(here.ports, there.url, actor="test")
    here.follow(there)
    assert here.pull(there).published == entries, "a person decided to take it as it is now"


def test_only_the_classes_asked_for_are_taken(here: Registry, there: Registry) -> None:
    there.publish("a")
    there._write(change_of("ceterms:Certificate"))
    here.follow(there, types=["ceterms:Credential"])
    pulled = here.pull(there)
    assert (pulled.published, pulled.other) == (1, 1)
    assert [one.ctdl_type for one in here.store.current([ctid("x", "ceterms:Certificate"), ctid("a")]).values()] == ["ceterms:Certificate"]


def change_of(kind: str, key: str = "x", inner: str | None = None) -> Change:
    """A document of that class, with a competency in its graph where one is named."""
    built = document(complete(kind, key), *([complete("ceasn:Competency", inner)] if inner else []))
    return Change(
        ctid=built.ctid, ctdl_type=built.type, owner=built.owner, publisher=OWNER, normalised=built.normalised,
        received=built.normalised, digest=built.digest, resources=built.resources,
    )  # fmt: skip


def test_what_another_live_document_describes_is_left_alone_and_listed(here: Registry, there: Registry) -> None:
    here._write(change_of("ceasn:CompetencyFramework", "ours", "inner"))
    there._write(change_of("ceasn:CompetencyFramework", "theirs", "inner"))
    here.follow(there)
    assert (here.pull(there).published, len(told(here))) == (0, 1)
    [conflict] = conflicts(here.ports)
    assert (conflict.reason, conflict.told) == (Reason.RESOURCE_TAKEN, ctid("ours", "ceasn:CompetencyFramework"))


def test_one_of_several_servers_has_the_turn_and_a_registry_that_fails_is_left_alone_longer_and_longer(
    here: Registry, there: Registry, net: Net
) -> None:
    there.publish("a")
    here.follow(there)
    interval = timedelta(minutes=5)
    assert len(pull_due(here.ports, interval=interval)) == 1
    assert pull_due(here.ports, interval=interval) == (), "it is not due yet"
    here.clock.pass_(minutes=5)
    client = net.sites.pop(there.url)
    [failed] = pull_due(here.ports, interval=interval)
    assert isinstance(failed, Unavailable)
    [follow] = here.store.follows()
    assert (follow.failures, follow.trouble, follow.halted) == (1, "net.unreachable", False)
    assert follow.due == here.clock.now() + wait_after(1)
    assert wait_after(5) == 2 * wait_after(4)
    assert wait_after(50) == timedelta(days=1)
    net.sites[there.url] = client
    here.clock.pass_(minutes=1)
    assert len(pull_due(here.ports, interval=interval)) == 1
    assert here.store.follows()[0].failures == 0


def test_what_cannot_be_followed_is_told(here: Registry, there: Registry) -> None:
    with pytest.raises(Misused, match=r"follow\.itself"):
        add_follow(here.ports, here.url + "/", actor="test")
    with pytest.raises(Misused, match=r"follow\.url_malformed"):
        add_follow(here.ports, "ftp://there.example", actor="test")
    with pytest.raises(Misused, match=r"follow\.type_unknown"):
        add_follow(here.ports, there.url, types=["ceterms:Nothing"], actor="test")
    with pytest.raises(Unavailable, match=r"net\.unreachable"):
        add_follow(here.ports, "https://nobody.example", actor="test")
    here.follow(there)
    with pytest.raises(Conflict, match=r"follow\.known"):
        here.follow(there)
    remove_follow(here.ports, there.url, actor="test")
    with pytest.raises(NotFound, match=r"follow\.unknown"):
        here.pull(there)


def test_what_registries_differ_about_is_read_over_http_by_the_page(here: Registry, there: Registry) -> None:
    for key in ("a", "b", "c"):
        here.publish(key, "Ours")
        there.publish(key, "Theirs")
    here.follow(there)
    here.pull(there)
    client = TestClient(create(here.ports))
    [followed] = client.get("/follows").json()["follows"]
    assert (followed["registry"], followed["entries"], followed["state"]) == ("did:web:there.example", 3, "well")
    first = client.get("/follows/conflicts?limit=2").json()
    rest = client.get("/follows/conflicts", params={"limit": 2, "after": first["next"]}).json()
    seen = [*first["conflicts"], *rest["conflicts"]]
    assert [one["ctid"] for one in seen] == sorted(str(ctid(key)) for key in ("a", "b", "c"))
    assert (rest["next"], {one["reason"] for one in seen}, {one["holder"] for one in seen}) == (None, {"published_here"}, {None})
    assert client.get("/follows/conflicts?after=nonsense").json()["code"] == "http.cursor_malformed"

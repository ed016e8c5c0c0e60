"""Known, not known, and could not be loaded: three answers, each with the list and its date; federations by signatures alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from openler.actions.trust_ports import SourceKind
from openler.actions.verifying import issuers
from openler.actions.verifying.trusting import judged_with, known, who_is
from openler.actions.verifying.verify import verify
from openler.credentials.policy import Policy
from openler.errors import Malformed, Misused, NotFound, OpenlerError, Unavailable
from openler.linkeddata.canonical import jcs
from openler.stores.tables import FileTables
from tests.support.federating import ANCHOR, COLLEGE, MARK, SCHOOL, STATES, Entity, Federation
from tests.support.issuing import BASE, World, world
from tests.support.issuing import COLLEGE as COLLEGE_CTID

LIST = "https://lists.example/registry.json"
KEY_ISSUER = "did:key:z6MkpLDL3RoAoMRTwTgo3rs39ZwssfaPKtGdZw7AGRN7CK4W"


def dcc(**more: object) -> bytes:
    entries = {
        KEY_ISSUER: {"name": "My University", "location": "Cambridge, MA, USA", "url": "https://university.example"},
        "did:web:credentials.school.example": {"name": "My School", "url": "javascript:alert(1)"},
        **more,
    }
    return jcs({"meta": {"created": "2022-10-27T17:57:31+00:00", "updated": "2025-03-25T18:29:52+00:00"}, "registry": entries})


def imported(w: World, content: bytes) -> issuers.ListView:
    w.fetch.answers[LIST] = content
    return issuers.import_list(w.ports, "State list", LIST, SourceKind.DCC, actor="test")


def trust(w: World, signed: dict[str, object]) -> tuple[str, str, dict[str, object]]:
    check = verify(w.ports, jcs(signed)).report.check("issuer_trust")
    return check.outcome.value, check.code, dict(check.parameters)


def test_a_dcc_list_is_read_and_what_cannot_be_used_is_told() -> None:
    w = world()
    view = imported(w, dcc(**{"not an identifier": {"name": "X"}, "did:web:nameless.example": {"url": "https://x.example"}}))
    assert set(view.list.entries) == {KEY_ISSUER, "did:web:credentials.school.example"}
    assert view.list.entries[KEY_ISSUER].location == "Cambridge, MA, USA"
    assert view.list.entries["did:web:credentials.school.example"].url == ""
    assert set(view.list.left_out) == {"not an identifier", "did:web:nameless.example"}
    assert view.list.updated == "2025-03-25T18:29:52+00:00"


def test_the_verdict_names_the_list_and_its_date() -> None:
    w = world()
    signed = w.credential()
    issuers.drop(w.ports, issuers.OWN, actor="test")
    assert trust(w, signed)[1] == "credentials.issuer_trust_not_asked"
    imported(w, dcc())
    assert trust(w, signed)[:2] == ("unknown", "credentials.issuer_not_known")
    imported(w, dcc(**{signed["issuer"]["id"]: {"name": "Ridgeway"}}))
    assert trust(w, signed) == ("passed", "credentials.issuer_listed", {"name": "Ridgeway", "lists": "State list (2026-06-15)"})


def test_a_list_that_does_not_answer_is_not_the_same_as_one_that_does_not_name_the_issuer() -> None:
    w = world()
    signed = w.credential()
    issuers.drop(w.ports, issuers.OWN, actor="test")
    imported(w, dcc())
    del w.fetch.answers[LIST]
    w.clock.pass_(days=3)
    view = issuers.refresh(w.ports, "State list", actor="test")
    assert (view.source.failure, len(view.list.entries)) == ("net.unreachable", 2)
    assert trust(w, signed) == ("unknown", "credentials.issuer_list_unavailable", {"list": "State list"})
    found = known(w.ports, w.clock.now())
    assert found is not None
    assert found.names[KEY_ISSUER] == "My University"  # the copy still counts, with its own date
    assert f"{found.listings[KEY_ISSUER][0].dated:%Y-%m-%d}" == "2026-06-15"
    w.fetch.answers[LIST] = dcc()
    assert issuers.refresh(w.ports, "State list", actor="test").source.failure is None


def test_an_import_that_fails_keeps_nothing() -> None:
    w = world()
    with pytest.raises(Unavailable):
        issuers.import_list(w.ports, "Nowhere", LIST, SourceKind.DCC, actor="test")
    for content, code in ((b"{}", "trust.list_malformed"), (jcs({"registry": {"x": {}}}), "trust.list_empty")):
        with pytest.raises(Malformed) as refused:
            imported(w, content)
        assert refused.value.code == code
    assert [view.source.name for view in issuers.lists(w.ports)] == [issuers.OWN]


def test_ones_own_entries_are_added_changed_and_removed() -> None:
    w = world()
    issuers.add(w.ports, KEY_ISSUER, name="Union Hall", actor="test")
    assert who_is(w.ports, KEY_ISSUER, judged_with(w.ports, Policy(), w.clock.now())).name == "Union Hall"
    issuers.remove(w.ports, KEY_ISSUER, actor="test")
    assert who_is(w.ports, KEY_ISSUER, judged_with(w.ports, Policy(), w.clock.now())).listings == ()
    with pytest.raises(NotFound):
        issuers.remove(w.ports, KEY_ISSUER, actor="test")
    for identifier, name in (("college", "x"), (KEY_ISSUER, " \n")):
        with pytest.raises(Misused):
            issuers.add(w.ports, identifier, name=name, actor="test")


def test_an_issuer_and_its_organization_are_tied_only_when_each_names_the_other() -> None:
    w = world()
    signed = w.credential()
    w.open_to_the_world()
    did = signed["issuer"]["id"]
    result = verify(w.ports, jcs(signed))
    one_side = who_is(w.ports, did, result.policy, result.evidence)
    assert (one_side.tie.value, one_side.ctid, one_side.organization) == ("did_only", COLLEGE_CTID, "Ridgeway College")
    from openler.ctdl.document import build

    named = {"ceterms:ctid": COLLEGE_CTID, "ceterms:name": {"en-US": "Ridgeway College"}, "ceterms:sameAs": [did]}
    w.publish(build(BASE, [{"@type": "ceterms:CredentialOrganization", **named}]))
    assert who_is(w.ports, did, result.policy, result.evidence).tie.value == "both"
    assert who_is(w.ports, did, result.policy, None).tie.value == "unknown"
    assert who_is(w.ports, KEY_ISSUER, result.policy, None).tie.value == "none"


def federated(w: World, federation: Federation, **options: str) -> issuers.ListView:
    federation.publish()
    keys = federation.anchor.jwks
    return issuers.import_list(w.ports, "Federation", ANCHOR, SourceKind.FEDERATION, keys=keys, mark=options.get("mark"), actor="test")


def test_a_federation_is_walked_from_its_anchor_and_every_member_is_known_by_its_identifiers() -> None:
    w = world()
    view = federated(w, Federation(w.fetch, w.clock.now()))
    assert set(view.list.entries) == {STATES, "did:web:states.example", COLLEGE, "did:web:college.example", SCHOOL}
    assert view.list.entries[COLLEGE].name == "State College"  # what is said above it counts before its own words
    assert view.list.entries[SCHOOL].name == "Two Training School"
    assert view.list.left_out == ()


def test_what_a_federation_says_ends_when_its_statements_do() -> None:
    w = world()
    federated(w, Federation(w.fetch, w.clock.now()))
    w.clock.pass_(hours=3)
    found = known(w.ports, w.clock.now())
    assert found is not None
    assert SCHOOL not in found.names
    assert COLLEGE in found.names
    assert found.unavailable == ("Federation",)


def test_a_member_whose_statements_were_signed_by_somebody_else_is_left_out() -> None:
    w = world()
    federation = Federation(w.fetch, w.clock.now())
    forger = Entity(STATES)
    forger.signer = Entity("somebody else").signer
    federation.publish()
    w.fetch.answers[f"{STATES}/fetch?sub=https%3A%2F%2Fcollege.example"] = federation.about(forger, federation.college).encode()
    view = issuers.import_list(w.ports, "Federation", ANCHOR, SourceKind.FEDERATION, keys=federation.anchor.jwks, actor="test")
    assert COLLEGE not in view.list.entries
    assert view.list.left_out == (f"{COLLEGE}: jose.signature_wrong",)


def test_only_the_pinned_keys_speak_for_the_anchor() -> None:
    w = world()
    federation = Federation(w.fetch, w.clock.now())
    federation.publish()
    with pytest.raises(Malformed) as refused:
        issuers.import_list(w.ports, "Federation", ANCHOR, SourceKind.FEDERATION, keys=Entity("another").jwks, actor="test")
    assert refused.value.code == "jose.signature_wrong"
    for keys in (None, b"{}", b'{"keys": [{"kty": "EC"}]}'):
        with pytest.raises(Misused):
            issuers.import_list(w.ports, "Federation", ANCHOR, SourceKind.FEDERATION, keys=keys, actor="test")


def test_with_a_trust_mark_only_those_who_carry_it_are_known() -> None:
    w = world()
    federation = Federation(w.fetch, w.clock.now())
    federation.marked_by = federation.anchor
    assert set(federated(w, federation, mark=MARK).list.entries) == {COLLEGE, "did:web:college.example"}
    federation.marked_by = federation.states  # nobody gives himself a mark in the anchor's name
    assert federated(w, federation, mark=MARK).list.entries == {}


def static(w: World, tmp_path: Path, chain: list[str], federation: Federation) -> issuers.ListView:
    from dataclasses import replace

    file = tmp_path / "chain.json"
    file.write_bytes(jcs(chain))
    ports = replace(w.ports, tables=FileTables())
    keys = federation.anchor.jwks
    return issuers.import_list(ports, "Chain", str(file), SourceKind.FEDERATION, anchor=ANCHOR, keys=keys, actor="test")


def test_a_static_trust_chain_is_enough_without_a_network(tmp_path: Path) -> None:
    w = world()
    federation = Federation(w.fetch, w.clock.now())
    view = static(w, tmp_path, federation.chain(), federation)
    assert view.list.entries[COLLEGE].name == "State College"
    assert static(w, tmp_path, federation.chain()[:-1], federation).list.entries == view.list.entries
    assert w.fetch.asked == []


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda f: f.chain()[1:], "federation.chain_broken"),  # nobody's own word
        (lambda f: f.chain()[:1], "federation.chain_broken"),  # nothing but his own word
        (lambda f: [f.chain()[0], *f.chain()[2:]], "federation.chain_broken"),
        (lambda f: [f.own(f.college), f.about(f.states, f.college), f.about(Entity(ANCHOR, "other"), f.states)], "federation.key_unknown"),
        (lambda f: [f.own(f.college), f.anchor.says({"sub": COLLEGE, **f.times(-1)})], "federation.statement_expired"),
        (lambda f: [f.own(f.college), f.about(f.anchor, f.college, crit=["new"])], "federation.not_understood"),
        (
            lambda f: [
                f.own(f.college),
                f.about(f.states, f.college),
                f.about(f.anchor, f.states, constraints={"max_path_length": 0}),
            ],
            "federation.path_too_long",
        ),
        (
            lambda f: [
                f.own(f.college),
                f.about(f.anchor, f.college, metadata_policy={"federation_entity": {"organization_name": {"value": "X"}}}),
            ],
            "federation.not_understood",
        ),
    ],
)
def test_a_chain_that_does_not_hold_refuses_the_file(spoil: object, code: str, tmp_path: Path) -> None:
    w = world()
    federation = Federation(w.fetch, w.clock.now())
    assert callable(spoil)
    with pytest.raises(OpenlerError) as refused:
        static(w, tmp_path, spoil(federation), federation)
    assert refused.value.code == code

"""Sharing parts: the link shows what the preview showed, hides what she hid, and says so only as a count."""

from __future__ import annotations

from typing import Any

import pytest

from openler.actions.holding import consent, hold, share, share_parts
from openler.actions.holding.ler_rs import export_ler_rs
from openler.actions.issuing.issue_clr import issue_clr
from openler.actions.issuing.signing import Form
from openler.actions.issuing.status import revoke
from openler.actions.matching.match_held import held
from openler.actions.verifying.standing import of_record, of_shown
from openler.actions.verifying.verify import verify
from openler.credentials.multikey import PublicKey
from openler.credentials.policy import Policy
from openler.credentials.proofs.sd_values import BASE_HEADER
from openler.errors import Malformed, Misused, Refused
from openler.holding.parts import parts
from openler.linkeddata.jcs import jcs
from tests.support.divided import SECRETS, ana, document, earns, pointers
from tests.support.holding import FORKLIFT, Holder, token_of
from tests.support.issuing import COLLEGE, a_row


def shared(who: Holder, record: Any, names: list[str]) -> share.Opened:
    """What a link to one record shows without these parts."""
    hidden = {record.record_id: pointers(record, names)}
    link = share.share(who.ports, who.key, [record.record_id], purpose="A job", expires=who.in_(7), hidden=hidden, actor="test")
    return share.open_share(who.ports, token_of(link), code=None, opener="Pat")


@pytest.mark.parametrize("form", ["di-sd", "sd-jwt"])
def test_a_link_shows_what_she_chose_and_counts_what_she_left_out(form: Form) -> None:
    who = ana()
    record = earns(who, form)
    found = shared(who, record, ["gpa", "evidence"])
    assert found.left_out == (2,)
    (entry,) = found.presentation["verifiableCredential"]
    standing = of_shown(who.ports, entry, serving=True)
    assert standing.report.verdict == "valid"
    said = str(standing.document)
    assert SECRETS["final-grade"] in said
    assert SECRETS["gpa"] not in said
    assert SECRETS["evidence"] not in said
    assert verify(who.ports, found.document, serving=True).report.verdict == "valid"


def test_a_link_without_any_choice_shows_all_of_it_and_never_her_own_proof() -> None:
    who = ana()
    record = earns(who, "di-sd")
    found = shared(who, record, [])
    assert found.left_out == (0,)
    assert document(record)["proof"]["proofValue"].encode() not in found.document
    assert all(secret.encode() in found.document for secret in SECRETS.values())


def test_the_preview_is_what_the_link_shows() -> None:
    who = ana()
    record = earns(who, "di-sd")
    said = hold.add_experience(who.ports, who.key, FORKLIFT)
    hidden = {record.record_id: pointers(record, ["gpa"])}
    seen = share_parts.preview(who.ports, who.key, [record.record_id, said.record_id], hidden)
    found = shared(who, record, ["gpa"])
    assert [seen[0].credential] == found.presentation["verifiableCredential"]
    assert (seen[0].left_out, seen[1].statement, seen[1].credential) == (1, FORKLIFT, None)
    assert len(share.shares(who.ports, who.key)) == 1, "a preview makes no link"


def test_a_token_that_names_her_key_is_signed_by_it_for_that_link_alone() -> None:
    who = ana()
    record = earns(who, "sd-jwt")
    first, second = shared(who, record, ["gpa"]), shared(who, record, ["gpa"])
    tokens = [each.presentation["verifiableCredential"][0]["id"].partition(",")[2] for each in (first, second)]
    assert tokens[0] != tokens[1]
    assert tokens[0].rpartition("~")[0] == tokens[1].rpartition("~")[0]
    report = verify(who.ports, tokens[0].encode(), serving=True).report
    binding = next(each for each in report.checks if each.name == "holder_binding")
    assert (binding.outcome.value, binding.weight.value) == ("passed", "deciding")
    question = Policy(challenge="asked by a verifier")
    assert verify(who.ports, tokens[0].encode(), policy=question, serving=True).report.verdict == "invalid", "it answers no other question"
    more = tokens[0].split("~")
    assert verify(who.ports, "~".join([more[0], more[-1]]).encode(), serving=True).report.verdict == "invalid", "nor shows less"


def test_a_token_about_somebody_elses_key_is_shared_unsigned() -> None:
    who = ana()
    report = who.world.issue(a_row(5, holder=PublicKey("Ed25519", bytes(32)).did, results="GPA=3"), secured="sd-jwt")
    kept = who.ports.ledger.issued(report.records[0].credential_id)
    assert kept is not None
    record = hold.add_credential(who.ports, who.key, kept.signed or b"")
    (entry,) = shared(who, record, ["gpa"]).presentation["verifiableCredential"]
    assert entry["id"].endswith("~")


def test_names_mean_the_part_of_every_chosen_record_and_unknown_ones_are_told() -> None:
    who = ana()
    one, other, plain = earns(who, "di-sd"), earns(who, "sd-jwt", 3, date="2026-06-01"), earns(who, "di", 4, date="2026-06-02")
    chosen = share_parts.divided(who.ports, who.key, [one.record_id, other.record_id, plain.record_id])
    hidden = share_parts.hidden(chosen, hide=["gpa"])
    assert {name: len(found) for name, found in hidden.items()} == {one.record_id: 1, other.record_id: 1, plain.record_id: 0}
    only = share_parts.hidden(chosen, show=["name"])
    assert only[one.record_id] == {each.pointer for each in parts(one).free} - pointers(one, ["name"])
    with pytest.raises(Misused) as refused:
        share_parts.hidden(chosen, hide=["issuer"])
    assert refused.value.code == "share.part_not_named"
    assert "gpa" in str(refused.value.parameters["offered"])
    with pytest.raises(Misused, match="nothing_to_choose"):
        share_parts.hidden(chosen[2:], hide=["gpa"])


def test_a_record_in_parts_stands_for_its_holder_as_any_other_does() -> None:
    who = ana()
    record = earns(who, "di-sd")
    standing = of_record(who.ports, record, serving=True)
    assert standing is not None
    assert standing.report.verdict == "valid"
    assert [each.verdict for each in held(who.ports, [record], serving=True)[0]] == ["valid"]
    given = consent.release(who.ports, who.key, [record.record_id], purpose="Jobs", party="Board", expires=who.in_(7), actor="test")
    assert given is not None
    revoke(who.ports, document(record)["id"], reason="a mistake", actor="test")
    assert (
        of_shown(who.ports, shared(who, record, ["gpa"]).presentation["verifiableCredential"][0], serving=True).report.verdict == "invalid"
    )


def test_the_wallets_own_file_keeps_her_copy_and_files_for_others_do_not() -> None:
    who = ana()
    own = document(earns(who, "di-sd"))["proof"]["proofValue"]
    assert own.encode() in hold.export(who.ports, who.key)
    assert own.encode() not in export_ler_rs(who.ports, who.key)
    assert BASE_HEADER not in export_ler_rs(who.ports, who.key)


def test_a_collection_of_records_holds_a_copy_and_not_her_own() -> None:
    who = ana()
    record = earns(who, "di-sd")
    made = issue_clr(who.ports, [("own.json", (record.received or "").encode())], issuer=COLLEGE, name="All of it", actor="test")
    assert document(record)["proof"]["proofValue"] not in str(made.credential)
    judged = verify(who.ports, jcs(made.credential), serving=True).report
    assert (made.undetermined, judged.verdict, [part.verdict for part in judged.parts]) == ((), "valid", ["valid"])


def test_records_are_left_out_of_a_collection_and_those_shown_still_stand() -> None:
    who = ana()
    inner = [earns(who, "di", number, date=f"2026-06-0{number}", results=f"GPA={number}.{number}x") for number in (2, 3)]
    given = [(one.record_id, (one.received or "").encode()) for one in inner]
    with pytest.raises(Misused, match="clr_whole_in_parts"):
        issue_clr(who.ports, given, issuer=COLLEGE, name="All", partial=False, secured="di-sd", actor="test")
    made = issue_clr(who.ports, given, issuer=COLLEGE, name="All", holder=who.handle, secured="di-sd", actor="test")
    assert made.delivered
    (record,) = hold.take_in(who.ports, who.key)
    found = shared(who, record, ["record-2"])
    (entry,) = found.presentation["verifiableCredential"]
    report = of_shown(who.ports, entry, serving=True).report
    assert (report.verdict, [part.verdict for part in report.parts]) == ("valid", ["valid"])
    assert b"2.2x" in found.document
    assert b"3.3x" not in found.document
    assert str(document(inner[1])["id"]).encode() not in found.document
    with pytest.raises(Misused, match="too_little_shown"):
        shared(who, record, ["record", "record-2"])


def test_a_copy_that_was_meddled_with_is_not_taken_in() -> None:
    who = ana()
    record = document(earns(who, "di-sd"))
    changed = {**record, "name": "Nuclear Welding"}
    with pytest.raises(Refused) as refused:
        hold.add_credential(who.ports, who.key, jcs(changed))
    assert refused.value.code == "hold.own_copy_broken"
    with pytest.raises(Malformed, match="sd_statements_differ"):
        hold.add_credential(who.ports, who.key, jcs({**record, "description": "Said by nobody"}))
    who.ports.vault.deposit(who.key.holder_id, jcs(changed), at=who.ports.clock.now())
    assert hold.take_in(who.ports, who.key) == ()
    (left,) = hold.waiting(who.ports, who.key)
    assert left.fault == "hold.own_copy_broken"

"""Records that can be shown in parts, in hands that mean ill: a copy for the holder alone, pointers into nothing, forged parts."""

from __future__ import annotations

from copy import deepcopy

import pytest

from openler.actions.holding import hold
from openler.actions.issuing.signing_in_parts import Always
from openler.actions.verifying.verify import verify
from openler.credentials.envelopes import open_bytes
from openler.credentials.proofs import sd_holder
from openler.credentials.proofs.ecdsa_sd_2023 import derive
from openler.errors import Malformed, OpenlerError
from openler.holding.cutting import cut
from openler.holding.parts import parts
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.jcs import jcs
from tests.support.divided import ROW, ana, document, earns, parted, pointers
from tests.support.issuing import a_row
from tests.support.other_keys import EcKey
from tests.support.presenting import Key, badge


def test_the_holders_own_copy_shown_to_a_verifier_could_not_be_checked_and_is_never_called_false() -> None:
    who = ana()
    report = verify(who.ports, jcs(document(earns(who, "di-sd"))), serving=True).report
    assert report.verdict == "undetermined"
    assert next(reason.code for reason in report.reasons) == "credentials.sd_base_not_derived"


def test_a_copy_of_a_copy_cannot_be_made_nor_taken_for_the_holders_own() -> None:
    who = ana()
    record = earns(who, "di-sd")
    copy = cut(record, pointers(record, ["gpa"])).record
    assert parts(copy).free == ()
    with pytest.raises(Malformed):
        derive(document(copy), ("/evidence/0",), contexts=Contexts.pinned())
    assert hold.add_credential(who.ports, who.key, (copy.received or "").encode()).received == copy.received


def test_two_copies_cannot_be_put_together_into_a_third() -> None:
    who = ana()
    record = earns(who, "di-sd")
    with_grade, with_name = (document(cut(record, pointers(record, hide)).record) for hide in (["name"], ["gpa"]))
    mixed = deepcopy(with_name)
    mixed["credentialSubject"]["result"] = with_grade["credentialSubject"]["result"]
    assert verify(who.ports, jcs(mixed), serving=True).report.verdict == "invalid"


@pytest.mark.parametrize(
    "pointer", ["/nothing", "evidence", "/evidence/01", "/evidence/9", "/credentialSubject/result/-1", "/~2", "/name/x"]
)
def test_a_pointer_into_nothing_is_told_and_nothing_is_signed(pointer: str) -> None:
    world = parted()
    report = world.issue(a_row(2, **ROW), secured="di-sd", always=Always((pointer,)))
    assert (report.issued, [each.code.rpartition("_")[0] for each in report.refused]) == (0, ["credentials.selection_pointer"])


def test_what_the_issuer_wants_always_shown_cannot_be_left_out() -> None:
    who = ana()
    report = who.world.issue(a_row(2, holder=who.handle, **ROW), secured="di-sd", always=Always(("/credentialSubject/result/0",)))
    assert not report.refused
    (record,) = hold.take_in(who.ports, who.key)
    assert "gpa" not in {each.name for each in parts(record).free}
    assert "2.1" in str(sd_holder.copied(document(record), ()))


def test_a_part_that_would_say_something_else_by_itself_is_not_shown() -> None:
    issuer = EcKey(7)
    other = {"@id": "https://a.example/Tool", "@context": {"label": "https://a.example/brand"}}
    words = {"kind": "@type", "Tool": other, "label": "https://a.example/nickname", "extra": "https://a.example/extra"}
    unsigned = {**badge(Key(1)), "issuer": issuer.did, "extra": {"kind": "Tool", "label": "Anvil"}}
    unsigned["@context"] = [*unsigned["@context"], words]
    signed = issuer.sign(unsigned, suite="ecdsa-sd-2023", mandatory=("/issuer",))
    assert sd_holder.copied(signed, ("/extra",))["extra"] == unsigned["extra"]
    with pytest.raises(Malformed) as refused:
        sd_holder.copied(signed, ("/extra/label",))
    assert refused.value.code == "credentials.sd_not_separable"


def test_disclosures_that_no_digest_answers_are_refused() -> None:
    who = ana()
    token = earns(who, "sd-jwt").received or ""
    foreign = earns(who, "sd-jwt", 3, date="2026-06-03").received or ""
    with pytest.raises(OpenlerError):
        open_bytes((token + foreign.split("~")[1] + "~").encode())

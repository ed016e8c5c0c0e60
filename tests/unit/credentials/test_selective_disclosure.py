"""ecdsa-sd-2023: the holder shows what she chooses, always with what the issuer wants shown, and nothing can be slipped in."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from openler.credentials.evidence import Evidence
from openler.credentials.faults import CannotCheck
from openler.credentials.policy import Policy
from openler.credentials.proofs.data_integrity import ProofOptions
from openler.credentials.proofs.ecdsa_sd_2023 import SUITE, derive
from openler.credentials.proofs.sd_values import DerivedValue, read_base, read_derived
from openler.credentials.report import Outcome, Report
from openler.credentials.verify import verify
from openler.errors import Malformed, TooLarge
from openler.linkeddata.contexts import Contexts
from tests.support.other_keys import ENTROPY, EcKey
from tests.support.presenting import AT, Key, badge

ISSUER = EcKey(1)
CONTEXTS = Contexts.pinned()
MANDATORY = ("/issuer", "/validFrom", "/validUntil", "/credentialSubject/achievement")
UNSIGNED = {
    **badge(Key(1)),
    "issuer": {"id": ISSUER.did, "type": ["Profile"], "name": "A"},
    "description": "Issued after the bend test.",
    "evidence": [
        {"id": "https://a.example/e/1", "type": ["Evidence"], "name": "Photograph"},
        {"id": "https://a.example/e/2", "type": ["Evidence"], "name": "Report"},
    ],
}
BASE = ISSUER.sign(UNSIGNED, suite="ecdsa-sd-2023", mandatory=MANDATORY)


def judge(document: object) -> Report:
    return verify(document, Evidence(), Policy(), AT)


def shown(*pointers: str, base: dict[str, Any] = BASE) -> dict[str, Any]:
    return derive(base, pointers, contexts=CONTEXTS)


@pytest.mark.parametrize(
    "pointers",
    [(), ("/name",), ("/evidence/1",), ("/evidence/0/name", "/evidence/1/name"), ("/evidence",), ("/description", "/name", "/id")],
)
def test_whatever_the_holder_chooses_is_valid(pointers: tuple[str, ...]) -> None:
    made = shown(*pointers)
    report = judge(made)
    assert report.verdict == "valid", report.reasons
    assert report.check("proof").code == "credentials.proof_valid_in_parts"
    assert made["credentialSubject"]["achievement"] == UNSIGNED["credentialSubject"]["achievement"]


def test_what_is_not_chosen_is_nowhere_in_what_is_shown() -> None:
    text = str(shown("/evidence/1"))
    assert "Report" in text
    assert "Photograph" not in text
    assert "bend test." not in text.replace("Pass the bend test.", "")
    base = read_base(BASE["proof"]["proofValue"])
    assert len(read_derived(shown("/evidence/1")["proof"]["proofValue"]).signatures) < len(base.signatures)


def test_the_holder_can_check_what_she_was_given_and_a_changed_copy_fails() -> None:
    SUITE.check_base(BASE, BASE["proof"], ISSUER.public, CONTEXTS)
    for name in ("name", "validUntil", "description"):
        with pytest.raises(Malformed):
            SUITE.check_base({**BASE, name: UNSIGNED["id"]}, BASE["proof"], ISSUER.public, CONTEXTS)


def test_her_own_copy_could_not_be_checked_by_others() -> None:
    report = judge(BASE)
    assert (report.verdict, report.check("proof").code) == ("undetermined", "credentials.sd_base_not_derived")


def test_no_copy_is_made_from_a_copy() -> None:
    with pytest.raises(Malformed) as caught:
        shown(base=shown("/name"))
    assert caught.value.code == "credentials.sd_derived_not_base"


@pytest.mark.parametrize("pointer", ["/nowhere", "/evidence/2", "/evidence/x", "/evidence/01", "/name/x", "/evidence/-1", "name", "/a~2"])
def test_a_pointer_that_leads_nowhere_is_told(pointer: str) -> None:
    with pytest.raises(Malformed) as caught:
        shown(pointer)
    assert caught.value.code in {"credentials.selection_pointer_nowhere", "credentials.selection_pointer_malformed"}


def test_something_has_to_be_chosen_and_not_too_much() -> None:
    free = ISSUER.sign(UNSIGNED, suite="ecdsa-sd-2023")
    with pytest.raises(Malformed) as caught:
        shown(base=free)
    assert caught.value.code == "credentials.sd_nothing_chosen"
    with pytest.raises(TooLarge):
        shown(*(f"/evidence/{number}" for number in range(501)))


def test_the_same_entropy_makes_the_same_proof_and_other_entropy_other_labels() -> None:
    again = ISSUER.sign(UNSIGNED, suite="ecdsa-sd-2023", mandatory=MANDATORY)
    other = ISSUER.sign(UNSIGNED, suite="ecdsa-sd-2023", mandatory=MANDATORY, entropy=bytes(64))
    assert again == BASE
    labels = [set(read_derived(shown(base=base)["proof"]["proofValue"]).labels.values()) for base in (BASE, other)]
    assert not labels[0] & labels[1]


def test_too_little_entropy_is_refused() -> None:
    with pytest.raises(Malformed) as caught:
        ISSUER.sign(UNSIGNED, suite="ecdsa-sd-2023", entropy=ENTROPY[:32])
    assert caught.value.code == "credentials.sd_entropy_short"


def test_other_keys_and_chains_are_refused() -> None:
    options = ProofOptions(Key(1).url, AT)
    with pytest.raises(Malformed):
        SUITE.prepare(UNSIGNED, options, ENTROPY, key_type="Ed25519", contexts=CONTEXTS)
    with pytest.raises(Malformed) as caught:
        ISSUER.sign(UNSIGNED, suite="ecdsa-sd-2023", previous=("urn:uuid:1",))
    assert caught.value.code == "credentials.sd_chained"


@pytest.mark.parametrize("field", ["name", "description"])
def test_a_statement_added_afterwards_breaks_it(field: str) -> None:
    assert judge({**shown(), field: "Doctor of Medicine"}).verdict == "invalid"


@pytest.mark.parametrize("field", ["validUntil", "validFrom", "issuer"])
def test_a_statement_that_must_be_shown_cannot_be_left_out(field: str) -> None:
    made = shown("/name")
    del made[field]
    assert judge(made).verdict == "invalid"


def test_statements_of_two_records_cannot_be_mixed() -> None:
    other = ISSUER.sign({**UNSIGNED, "name": "Doctor of Medicine"}, suite="ecdsa-sd-2023", mandatory=MANDATORY, entropy=bytes(64))
    mine, hers = shown("/name"), derive(other, ["/name"], contexts=CONTEXTS)
    mixed = deepcopy(mine)
    mixed["name"] = hers["name"]
    assert judge(mixed).verdict == "invalid"
    ours, theirs = (read_derived(each["proof"]["proofValue"]) for each in (mine, hers))
    value = DerivedValue(ours.signature, ours.public_key, theirs.signatures, ours.labels, ours.mandatory)
    mixed["proof"]["proofValue"] = value.encoded()
    assert judge(mixed).verdict == "invalid"


def test_a_key_of_ones_own_for_the_statements_is_found_out() -> None:
    forged = EcKey(77).sign({**UNSIGNED, "name": "Doctor of Medicine"}, suite="ecdsa-sd-2023", mandatory=MANDATORY, entropy=bytes(64))
    made = derive(forged, ["/name"], contexts=CONTEXTS)
    ours, theirs = read_derived(shown("/name")["proof"]["proofValue"]), read_derived(made["proof"]["proofValue"])
    value = DerivedValue(ours.signature, theirs.public_key, theirs.signatures, theirs.labels, theirs.mandatory)
    proof = {**made["proof"], "verificationMethod": ISSUER.url, "proofValue": value.encoded()}
    assert judge({**made, "proof": proof}).verdict == "invalid"


@pytest.mark.parametrize(
    "value", [None, "", "u", "z2V0B", "u2V0B", "u2V0Bgw", "u2V0BhQAAAAA", "u2V0Bv____w", "u" + "A" * 900, {"x": 1}, "u2V0AgA", "u2V0Aw4A"]
)
def test_a_broken_value_is_invalid_and_raises_nothing(value: object) -> None:
    made = shown("/name")
    report = judge({**made, "proof": {**made["proof"], "proofValue": value}})
    assert report.check("proof").outcome in {Outcome.FAILED, Outcome.UNKNOWN}
    assert report.verdict != "valid"


def test_what_has_no_name_in_json_is_refused_when_signing() -> None:
    document = {**UNSIGNED, "credentialSubject": {**UNSIGNED["credentialSubject"], "id": "_:b0"}}
    with pytest.raises(Malformed) as caught:
        ISSUER.sign(document, suite="ecdsa-sd-2023")
    assert caught.value.code == "linkeddata.naming_unsupported"


def test_a_record_with_a_signed_record_inside_can_be_shown_in_parts() -> None:
    endorsement = Key(3).sign(
        {
            "@context": UNSIGNED["@context"],
            "id": "urn:uuid:e1",
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": "Endorsed",
            "issuer": {"id": Key(3).did, "type": ["Profile"], "name": "B"},
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": "https://a.example/welding", "type": ["EndorsementSubject"], "endorsementComment": "Good."},
        }
    )
    base = ISSUER.sign({**UNSIGNED, "endorsement": [endorsement]}, suite="ecdsa-sd-2023", mandatory=MANDATORY)
    assert judge(derive(base, ["/endorsement/0"], contexts=CONTEXTS)).check("proof").outcome is Outcome.PASSED
    assert judge(derive(base, ["/name"], contexts=CONTEXTS)).verdict == "valid"


def test_a_language_object_is_no_node_and_travels_whole() -> None:
    words = [{"@value": "Welding", "@language": "en"}, {"@value": "Soldadura", "@language": "es"}]
    base = ISSUER.sign({**UNSIGNED, "name": words}, suite="ecdsa-sd-2023", mandatory=MANDATORY)
    made = derive(base, ["/name/1"], contexts=CONTEXTS)
    assert made["name"] == [words[1]]
    assert judge(made).verdict == "valid"


def test_a_value_for_the_holder_is_not_read_as_one_for_verifiers() -> None:
    with pytest.raises(CannotCheck):
        read_derived(BASE["proof"]["proofValue"])
    with pytest.raises(Malformed):
        read_base(shown("/name")["proof"]["proofValue"])

"""Sets and chains of proofs, and what a proof says about itself: who, when, for whom, in answer to what."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from openler.credentials.evidence import Evidence
from openler.credentials.multikey import multibase_encode
from openler.credentials.policy import Policy
from openler.credentials.proofs.data_integrity import previous
from openler.credentials.report import Report
from openler.credentials.verify import verify
from openler.errors import Malformed
from openler.linkeddata.canonical import jcs
from tests.support.other_keys import EcKey
from tests.support.presenting import AT, Key, badge, presentation

ISSUER, WITNESS = Key(1), Key(2)
FIRST, SECOND, THIRD = "urn:uuid:p1", "urn:uuid:p2", "urn:uuid:p3"


def judge(document: object, **policy: Any) -> Report:
    return verify(document, Evidence(), Policy(**policy), AT)


def code(document: object, **policy: Any) -> str:
    return judge(document, **policy).check("proof").code


def chained(*previous_proofs: str) -> dict[str, Any]:
    one = ISSUER.sign(badge(ISSUER), id=FIRST)
    two = ISSUER.sign(one, id=SECOND)
    return ISSUER.sign(two, id=THIRD, previous=previous_proofs)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_second_proof_by_another_key_holds_beside_the_issuers(suite: str) -> None:
    both = WITNESS.sign(ISSUER.sign(badge(ISSUER), suite=suite), suite=suite)
    assert judge(both).verdict == "valid"
    assert judge({**both, "name": "Dancing"}).verdict == "invalid"


def test_a_set_without_the_issuers_proof_is_invalid() -> None:
    report = judge(WITNESS.sign(badge(ISSUER)))
    assert (report.verdict, report.check("issuer_key").code) == ("invalid", "credentials.issuer_key_other")


def test_one_broken_proof_spoils_the_set() -> None:
    both = WITNESS.sign(ISSUER.sign(badge(ISSUER)))
    both["proof"][1] = {**both["proof"][1], "created": "2026-05-05T00:00:00Z"}
    assert judge(both).verdict == "invalid"


@pytest.mark.parametrize("names", [(FIRST,), (FIRST, SECOND)])
def test_a_chain_holds_with_one_and_with_several_earlier_proofs(names: tuple[str, ...]) -> None:
    made = chained(*names)
    assert isinstance(made["proof"][2]["previousProof"], str if len(names) == 1 else list)
    assert judge(made).verdict == "valid"


@pytest.mark.parametrize("names", [(FIRST,), (FIRST, SECOND)])
def test_a_chain_breaks_when_an_earlier_proof_is_changed(names: tuple[str, ...]) -> None:
    made = chained(*names)
    made["proof"][0] = ISSUER.sign(badge(ISSUER), id=FIRST, domain="b.example")["proof"]
    assert judge(made).verdict == "invalid"


@pytest.mark.parametrize("named", ["urn:uuid:none", ["urn:uuid:none"], [FIRST, "urn:uuid:none"], [["x"]], {"x": 1}, 7])
def test_an_earlier_proof_that_is_not_there_is_told(named: object) -> None:
    made = chained(FIRST)
    made["proof"][2] = {**made["proof"][2], "previousProof": named}
    assert code(made) == "credentials.proof_previous_missing"


@pytest.mark.parametrize(("first", "second"), [(FIRST, None), (SECOND, FIRST), ([SECOND], [FIRST])])
def test_a_chain_that_bites_its_tail_is_told(first: object, second: object) -> None:
    proofs = [{"id": FIRST, "previousProof": first}, {"id": SECOND} | ({"previousProof": second} if second else {})]
    with pytest.raises(Malformed) as caught:
        previous({"proof": proofs}, proofs[0])
    assert caught.value.code == "credentials.proof_previous_circle"


def test_a_proof_without_a_date_holds_and_one_past_its_end_does_not() -> None:
    assert code(ISSUER.sign(badge(ISSUER), expires=AT.replace(year=2025))) == "credentials.proof_expired"
    assert code(ISSUER.sign(badge(ISSUER), expires=AT.replace(year=2027))) == "credentials.proof_valid"
    assert judge(undated()).verdict == "valid"


def undated() -> dict[str, Any]:
    """A record whose proof states no time, as Data Integrity 1.0 allows."""
    proof = {
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "verificationMethod": ISSUER.url, "proofPurpose": "assertionMethod",
        "@context": badge(ISSUER)["@context"],
    }  # fmt: skip
    message = b"".join(sha256(jcs(each)).digest() for each in (proof, badge(ISSUER)))
    return {**badge(ISSUER), "proof": {**proof, "proofValue": multibase_encode(ISSUER.private.sign(message))}}


@pytest.mark.parametrize("domain", ["a.example", ("b.example", "a.example")])
def test_a_domain_may_be_one_or_several(domain: object) -> None:
    signed = presentation(ISSUER, ISSUER.sign(badge(ISSUER)), challenge="c", domain=domain)
    assert code(signed, challenge="c", domain="a.example") == "credentials.proof_valid"
    assert code(signed, challenge="c", domain="c.example") == "credentials.proof_domain_differs"
    assert code(signed, challenge="d", domain="a.example") == "credentials.proof_challenge_differs"


def test_a_proof_made_to_log_in_does_not_serve_to_assert() -> None:
    assert code(ISSUER.sign(badge(ISSUER), purpose="authentication")) == "credentials.proof_wrong_purpose"


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_suite_takes_only_its_own_kind_of_key(suite: str) -> None:
    signed = ISSUER.sign(badge(ISSUER), suite=suite)
    signed["proof"]["verificationMethod"] = EcKey(1).url
    assert code(signed) == "credentials.proof_key_unfit"


@pytest.mark.parametrize("name", ["bbs-2023", "BbsBlsSignature2020", "BbsBlsSignatureProof2020"])
def test_bbs_could_not_be_checked_and_says_so(name: str) -> None:
    signed = ISSUER.sign(badge(ISSUER))
    named = {"cryptosuite": name} if name == "bbs-2023" else {"type": name}
    report = judge({**signed, "proof": {**signed["proof"], **named}})
    assert (report.verdict, report.check("proof").code) == ("undetermined", "credentials.proof_bbs_not_checked")

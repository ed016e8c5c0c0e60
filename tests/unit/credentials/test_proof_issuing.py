"""In which suite a record is issued, and which context its proof's words then need."""

from __future__ import annotations

import pytest

from openler.credentials.proofs.issuing import ISSUED, suite_for, with_words
from openler.errors import Malformed
from tests.support.presenting import V2, Key, badge

V1 = "https://www.w3.org/2018/credentials/v1"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"


def test_without_a_name_the_key_decides() -> None:
    assert [suite_for(kind).name for kind in ("Ed25519", "P-256", "P-384")] == ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "ecdsa-rdfc-2019"]


@pytest.mark.parametrize("name", ["Ed25519Signature2018", "JsonWebSignature2020", "bbs-2023", ""])
def test_a_suite_that_is_only_checked_is_never_used_to_sign(name: str) -> None:
    with pytest.raises(Malformed) as raised:
        suite_for("Ed25519", name)
    assert (raised.value.code, raised.value.place) == ("credentials.suite_not_issued", "/options/cryptosuite")


def test_a_key_of_another_kind_is_refused_before_anything_is_signed() -> None:
    with pytest.raises(Malformed, match="suite_key_unfit"):
        suite_for("P-384", "ecdsa-sd-2023")
    with pytest.raises(Malformed, match="suite_key_unfit"):
        suite_for("Ed25519", "ecdsa-rdfc-2019")


def test_parts_that_are_always_shown_are_named_only_where_parts_can_be_hidden() -> None:
    assert suite_for("P-256", "ecdsa-sd-2023").in_parts


@pytest.mark.parametrize(
    ("suite", "contexts", "expected"),
    [
        ("eddsa-rdfc-2022", [V2], [V2]),
        ("eddsa-rdfc-2022", [V1], [V1, DATA_INTEGRITY]),
        ("eddsa-jcs-2022", [V1, DATA_INTEGRITY], [V1, DATA_INTEGRITY]),
        ("Ed25519Signature2020", [V1], [V1, ED25519_2020]),
        ("Ed25519Signature2020", [V2], [V2, ED25519_2020]),
        ("Ed25519Signature2020", [V1, ED25519_2020], [V1, ED25519_2020]),
    ],
)
def test_a_context_is_added_where_the_proofs_words_would_mean_nothing(suite: str, contexts: list[str], expected: list[str]) -> None:
    assert with_words({**badge(Key(1)), "@context": contexts}, ISSUED[suite])["@context"] == expected


def test_a_record_without_a_context_is_left_to_be_refused() -> None:
    assert "@context" not in with_words({"type": "VerifiableCredential"}, ISSUED["eddsa-rdfc-2022"])

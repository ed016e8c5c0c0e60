"""DIDs: which address, whose key, for what and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from openler.credentials.dids import Method, addresses, document_for, key_for, known_document, revoked_since, web_did
from openler.credentials.faults import CannotCheck
from openler.credentials.multikey import PublicKey, multibase_encode
from openler.errors import Malformed
from tests.support.other_keys import EcKey, RsaKey

KEY = PublicKey("Ed25519", bytes(range(32)))
NOW = datetime(2026, 6, 1, tzinfo=UTC)
DID = "did:web:college.example"
URL = f"{DID}#one"


@pytest.mark.parametrize(
    ("did", "wanted"),
    [
        ("did:web:college.example", ("https://college.example/.well-known/did.json",)),
        ("did:web:college.example:issuers:a", ("https://college.example/issuers/a/did.json",)),
        ("did:web:college.example%3A8443:a", ("https://college.example:8443/a/did.json",)),
        ("did:web:localhost%3A8000:a", ("http://localhost:8000/a/did.json", "https://localhost:8000/a/did.json")),
        ("https://college.example/issuer", ("https://college.example/issuer",)),
        (KEY.did, ()),
    ],
)
def test_where_a_controllers_document_lies(did: str, wanted: tuple[str, ...]) -> None:
    assert addresses(did) == wanted


def test_plain_http_is_for_listed_origins_only() -> None:
    listed = frozenset({"http://intranet.example:8000"})
    assert addresses("did:web:intranet.example%3A8000:a", listed) == ("http://intranet.example:8000/a/did.json",)
    assert addresses("did:web:intranet.example%3A8000:a") == ("https://intranet.example:8000/a/did.json",)
    with pytest.raises(CannotCheck):
        addresses("http://college.example/issuer")


@pytest.mark.parametrize("did", ["did:web:a%2Fb", "did:web:college.example:..:x", "did:web:user%40host", "did:web:a:b%2F..%2Fc"])
def test_a_did_web_cannot_lead_out_of_its_host_or_path(did: str) -> None:
    with pytest.raises(Malformed):
        addresses(did)


@pytest.mark.parametrize("controller", ["did:velocity:v2:0x4a", "urn:uuid:6f2e33e5-7a29-4155-840a-59483ba10164", "xxx:z6Mk"])
def test_an_unsupported_method_could_not_be_checked(controller: str) -> None:
    with pytest.raises(CannotCheck):
        addresses(controller)


def test_our_own_did_leads_back_to_our_own_address() -> None:
    did = web_did("http://localhost:8000", "issuers", "ce-1")
    assert did == "did:web:localhost%3A8000:issuers:ce-1"
    assert addresses(did)[0] == "http://localhost:8000/issuers/ce-1/did.json"


def test_a_did_key_lists_its_key_for_both_purposes() -> None:
    document = known_document(KEY.did)
    url = f"{KEY.did}#{KEY.multikey}"
    assert key_for(document, url, purpose="assertionMethod", at=NOW) == KEY
    assert key_for(document, url, purpose="authentication", at=NOW) == KEY


def test_a_did_jwk_gives_its_key() -> None:
    did = "did:jwk:eyJrdHkiOiJPS1AiLCJjcnYiOiJFZDI1NTE5IiwieCI6IkFBRUNBd1FGQmdjSUNRb0xEQTBPRHhBUkVoTVVGUllYR0JrYUd4d2RIaDgifQ"
    assert key_for(known_document(did), f"{did}#0", purpose="assertionMethod", at=NOW) == KEY


@pytest.mark.parametrize("did", ["did:key:m1234", "did:key:z6Mkbroken", "did:jwk:!!", "did:jwk:e30"])
def test_a_broken_key_in_a_did_is_told(did: str) -> None:
    with pytest.raises((Malformed, CannotCheck)):
        known_document(did)


def test_a_retired_key_is_good_for_what_it_signed_before() -> None:
    document = document_for(DID, {"one": (KEY, NOW)})
    assert key_for(document, URL, purpose="assertionMethod", at=NOW) == KEY
    with pytest.raises(Malformed) as caught:
        key_for(document, URL, purpose="assertionMethod", at=datetime(2026, 6, 2, tzinfo=UTC))
    assert caught.value.code == "credentials.key_retired"


def test_a_revoked_key_is_good_for_nothing_from_then_on_and_for_no_presenter_at_all() -> None:
    since = datetime(2026, 6, 1, tzinfo=UTC)
    document = document_for(DID, {"one": (KEY, None)}, revoked={"one": since})
    assert document["verificationMethod"][0]["revoked"] == "2026-06-01T00:00:00Z"
    before = datetime(2020, 1, 1, tzinfo=UTC)
    for purpose, at in (("assertionMethod", since), ("assertionMethod", NOW + timedelta(days=900)), ("authentication", before)):
        with pytest.raises(Malformed) as caught:
            key_for(document, URL, purpose=purpose, at=at)  # type: ignore[arg-type]
        assert caught.value.code == "credentials.key_revoked"
    assert key_for(document, URL, purpose="assertionMethod", at=before) == KEY
    assert revoked_since(document, URL) == since
    document["verificationMethod"][0]["revoked"] = "some day"
    with pytest.raises(Malformed):
        key_for(document, URL, purpose="assertionMethod", at=before)


def test_what_a_retired_key_signed_at_no_stated_time_cannot_be_told() -> None:
    document = document_for(DID, {"one": (KEY, datetime(2026, 1, 1, tzinfo=UTC))})
    with pytest.raises(CannotCheck) as caught:
        key_for(document, URL, purpose="assertionMethod", at=datetime(2026, 6, 1, tzinfo=UTC), stated=False)
    assert caught.value.code == "credentials.key_retired_undated"


def test_a_key_serves_only_the_purposes_it_is_listed_for() -> None:
    document = document_for(DID, {"one": (KEY, None)})
    document["assertionMethod"] = []
    with pytest.raises(Malformed) as caught:
        key_for(document, URL, purpose="assertionMethod", at=NOW)
    assert caught.value.code == "credentials.key_not_for_purpose"


def test_a_key_that_is_not_listed_or_is_another_controllers_is_refused() -> None:
    document = document_for(DID, {"one": (KEY, None)})
    with pytest.raises(Malformed):
        key_for(document, f"{DID}#two", purpose="assertionMethod", at=NOW)
    document["verificationMethod"][0]["controller"] = "did:web:elsewhere.example"
    with pytest.raises(Malformed):
        key_for(document, URL, purpose="assertionMethod", at=NOW)


def test_anothers_document_tells_nothing() -> None:
    with pytest.raises(CannotCheck):
        key_for(document_for("did:web:elsewhere.example", {"one": (KEY, None)}), URL, purpose="assertionMethod", at=NOW)
    with pytest.raises(CannotCheck):
        key_for([], URL, purpose="assertionMethod", at=NOW)


@pytest.mark.parametrize("key", [KEY, EcKey(1).public, EcKey(1, "P-384").public, RsaKey().public], ids=["Ed25519", "P-256", "P-384", "RSA"])
def test_a_did_key_of_every_kind_is_its_own_document(key: PublicKey) -> None:
    for purpose in ("assertionMethod", "authentication"):
        assert key_for(known_document(key.did), f"{key.did}#{key.multikey}", purpose=purpose, at=NOW) == key


@pytest.mark.parametrize(
    ("prefix", "code"), [(b"\xec\x01", "key_agreement_only"), (b"\xe7\x01", "key_type_unsupported"), (b"\xeb\x01", "key_type_unsupported")]
)
def test_a_did_key_that_cannot_sign_or_is_not_known_could_not_be_checked(prefix: bytes, code: str) -> None:
    with pytest.raises(CannotCheck) as caught:
        known_document(f"did:key:{multibase_encode(prefix + bytes(33))}")
    assert caught.value.code == f"credentials.{code}"


@pytest.mark.parametrize("controller", ["did:velocity:v2:0x4a", "did:ion:EiA", "did:ethr:0x4a"])
def test_a_method_that_is_not_in_the_table_has_a_code_of_its_own_and_a_table_can_teach_it(controller: str) -> None:
    with pytest.raises(CannotCheck) as caught:
        known_document(controller)
    assert caught.value.code == "credentials.did_method_unsupported"
    method = controller.split(":")[1]
    taught = {method: Method(document=lambda did: {"id": str(did)})}
    assert known_document(controller, taught) == {"id": controller}

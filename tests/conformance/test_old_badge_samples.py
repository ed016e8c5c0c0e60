"""Open Badges 2 that 1EdTech's validator is tested with, each expected to be what its name says it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from openler.credentials import badge2check, badge2keys, openbadges2
from openler.credentials.baked import extract
from openler.credentials.evidence import Need
from openler.credentials.jose import parse_compact
from openler.credentials.model import read_credential
from openler.credentials.policy import Policy
from openler.errors import Malformed
from tests.support.credential_samples import NOW, evidence_for

pytestmark = pytest.mark.shared

OB2 = "samples/credentials/1edtech/inspector-vc/src/test/resources/ob20"

# Samples judged otherwise than they call themselves, each explained in docs/reference/conformance.md.
DIFFERENCES = {
    "assertion-with-extension-node-invalid.json": "valid",
    "basic-assertion-no-public-key.json": "undetermined",
    "simple.jwt": "undetermined",
    "simple-revoked.jwt": "undetermined",
    "simple-not-revoked.jwt": "undetermined",
    "warning-issuer-non-http.json": "undetermined",
}
NOT_ASSERTIONS = ("badge-class-with-language.json", "issuer-compact-iri-validation.json")
JUDGED = (
    "assertion-with-data-image.json", "assertion-with-extension-node-basic.json", "assertion-with-extension-node-invalid.json",
    "assertion-with-multiple-extensions.json", "basic-assertion-expired-before-issued.json", "basic-assertion-expired.json",
    "basic-assertion-in-future.json", "basic-assertion-invalid-context.json", "basic-assertion-invalid-type.json",
    "basic-assertion-no-public-key.json", "basic-assertion-with-allowed-origins-invalid-starts-with.json",
    "basic-assertion-with-language.json", "basic-assertion.json", "simple-badge.png", "simple-not-revoked.jwt", "simple-revoked.jwt",
    "simple.jwt", "warning-issuer-non-http.json", "warning-with-redirection.json",
)  # fmt: skip


def _brought(folder: Path, name: str) -> tuple[openbadges2.Assertion, bytes]:
    data = (folder / name).read_bytes()
    text = extract(data) if name.endswith(".png") else data
    found = openbadges2.read(text)
    assert found is not None
    return found, text


def _answer(folder: Path, brought: openbadges2.Assertion, text: bytes) -> Callable[[Need], bytes | None]:
    """The host serves the assertion itself at its address, and the samples' assets under their names."""

    def answer(need: Need) -> bytes | None:
        if need.key == brought.url:
            return text
        asset = folder / "assets" / need.key.rsplit("/", 1)[1]
        return asset.read_bytes() if asset.is_file() else None

    return answer


def _claimed(name: str) -> str:
    return "invalid" if any(word in name for word in ("invalid", "expired", "in-future")) or name == "simple-revoked.jwt" else "valid"


@pytest.mark.parametrize("name", JUDGED)
def test_a_sample_is_judged_as_it_calls_itself(shared: Path, name: str) -> None:
    folder = shared / OB2
    brought, text = _brought(folder, name)
    evidence = evidence_for(brought, _answer(folder, brought, text), asking=badge2check.needs)
    report = badge2check.verify(brought, evidence, Policy(), NOW)
    assert report.verdict == DIFFERENCES.get(name, _claimed(name)), report.reasons


def test_every_sample_is_judged_or_is_no_assertion(shared: Path) -> None:
    names = {path.name for path in (shared / OB2).iterdir() if path.is_file()}
    assert names == {*JUDGED, *NOT_ASSERTIONS}
    for name in NOT_ASSERTIONS:
        assert openbadges2.read((shared / OB2 / name).read_bytes()) is None


def test_the_signed_samples_are_by_the_keys_that_the_samples_have_or_by_keys_they_lack(shared: Path) -> None:
    """``key3.json`` signed the revoked one; the keys of the other two are not among the samples, so another must not fit them."""
    folder = shared / OB2
    key = badge2keys.from_pem(json.loads((folder / "assets/key3.json").read_bytes())["publicKeyPem"])
    parse_compact((folder / "simple-revoked.jwt").read_text().strip()).verify(key)
    for name in ("simple.jwt", "simple-not-revoked.jwt"):
        with pytest.raises(Malformed):
            parse_compact((folder / name).read_text().strip()).verify(key)


def test_the_revocation_list_of_the_samples_ends_the_badge_it_names(shared: Path) -> None:
    """With a profile written for this test, since the samples have none that names their list."""
    folder = shared / OB2
    brought, text = _brought(folder, "simple-revoked.jwt")
    profile = {
        "id": "https://example.org/organization-with-revocation-list.json", "type": "Issuer", "name": "An Example Badge Issuer",
        "publicKey": "http://example.org/key3.json", "revocationList": "http://example.org/revocation-list.json",
    }  # fmt: skip

    def answer(need: Need) -> bytes | None:
        return json.dumps(profile).encode() if need.key == profile["id"] else _answer(folder, brought, text)(need)

    report = badge2check.verify(brought, evidence_for(brought, answer, asking=badge2check.needs), Policy(), NOW)
    assert [reason.code for reason in report.reasons] == ["credentials.badge2_revoked"]
    assert report.check("proof").outcome == "passed"


def test_carried_over_every_sound_sample_is_a_sound_badge_of_version_3(shared: Path) -> None:
    folder = shared / OB2
    for name in ("basic-assertion.json", "assertion-with-extension-node-basic.json", "assertion-with-data-image.json", "simple-badge.png"):
        brought, text = _brought(folder, name)
        parts = badge2check.gathered(brought, evidence_for(brought, _answer(folder, brought, text), asking=badge2check.needs))
        assert read_credential(openbadges2.as_achievement_credential(parts)).faults == (), name

"""Each pinned context says what the reference copies say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from openler.linkeddata.contexts import manifest, pinned_bytes

pytestmark = pytest.mark.shared

WITHOUT_REFERENCE = {
    "employment-1.json": "our own: HR Open publishes no context for its words (docs/reference/employment.md)",
    "citizenship-v4rc1.json": "used by the W3C test vectors of ecdsa-sd-2023; no reference copy is at hand",
    "vdl-v1.json": "used by the W3C test vectors of ecdsa-sd-2023; no reference copy is at hand",
    "vdl-aamva-v1.json": "used by the W3C test vectors of ecdsa-sd-2023; no reference copy is at hand",
    "status-list-2021-v1.json": "the community group's draft; the reference holds only its successor, which is part of credentials v2",
    "open-badges-3.0.3-without-jti.json": "the other version in the wild; the reference holds the fuller one (test below)",
}


@pytest.fixture(scope="module")
def references(shared: Path) -> list[Any]:
    folder = shared / "reference" / "vc"
    places = [folder / "contexts", folder / "w3c-vc-data-model" / "contexts", folder / "w3c-vc-data-integrity" / "contexts"]
    files = [file for place in places for file in sorted(place.rglob("*")) if file.is_file() and file.name != "LICENSE"]
    assert len(files) > 20
    return [json.loads(file.read_text()) for file in files]


def test_every_pinned_context_equals_a_reference_or_is_named_here(references: list[Any]) -> None:
    strangers = {file.file for file in manifest() if json.loads(pinned_bytes(file)) not in references}
    assert strangers == set(WITHOUT_REFERENCE)


def test_the_other_open_badges_3_0_3_differs_by_endorsement_jwt_and_jti_alone() -> None:
    files = {file.file: json.loads(pinned_bytes(file)) for file in manifest()}
    full, other = _terms(files["open-badges-3.0.3.json"]), _terms(files["open-badges-3.0.3-without-jti.json"])
    assert other <= full
    assert {place.rsplit("/", 1)[-1] for place, _ in full - other} <= {"endorsementJwt", "jti", "@id", "@type", "@container"}
    assert all("endorsementJwt" in place or "jti" in place for place, _ in full - other)


def _terms(value: Any, place: str = "") -> set[tuple[str, str]]:
    if isinstance(value, dict):
        return {pair for key, item in value.items() for pair in _terms(item, f"{place}/{key}")}
    return {(place, json.dumps(value))}


@pytest.mark.parametrize(
    ("iri", "digest"),
    [
        ("https://www.w3.org/ns/credentials/v2", "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
        ("https://www.w3.org/2018/credentials/v1", "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc"),
        ("https://w3id.org/security/data-integrity/v2", "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4"),
        ("https://w3id.org/security/multikey/v1", "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597"),
        ("https://w3id.org/security/jwk/v1", "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece"),
    ],
)
def test_a_context_whose_digest_is_published_is_held_byte_for_byte(iri: str, digest: str) -> None:
    """VCDM 2.0, section B.1, and Data Integrity 1.0: a record may state the digest of the file that it means."""
    assert [file.sha256 for file in manifest() if iri in file.iris] == [digest]

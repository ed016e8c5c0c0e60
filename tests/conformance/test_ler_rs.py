"""LER-RS as HR Open's own schemas have it: the sample of 1EdTech's tests is taken in, and what a wallet writes is of their shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

import jsonschema_rs
import pytest

from openler.holding import ler_rs
from openler.holding.collection import Collection
from openler.holding.experience import Experience, Skill
from openler.holding.record import receive, state
from openler.linkeddata.canonical import jcs
from tests.support.presenting import Key, badge

pytestmark = pytest.mark.shared

SAMPLE = "samples/credentials/1edtech/inspector-tcp-vc/src/test/resources/tcp/LER-RS_V2_UC008_portability.json"
SCHEMAS = "reference/hr-open/www.hropenstandards.org"
BASE = "http://schemas.example"
AT = datetime(2026, 6, 1, tzinfo=UTC)


def _validator(shared: Path) -> Any:
    """LER-RSType with the schemas it refers to, read from the reference under an address of this test's own."""
    root = shared / SCHEMAS

    def retrieve(address: str) -> Any:
        path = root / urlsplit(urldefrag(address).url).path.lstrip("/")
        found = json.loads(path.read_text(encoding="utf-8-sig"))
        found.pop("$id", None)
        return found

    start = f"{BASE}/recruiting/json/LER-RSType.json"
    return jsonschema_rs.Draft4Validator({**retrieve(start), "id": start}, retriever=retrieve, base_uri=start)


def test_the_sample_gives_its_credentials_and_its_positions(shared: Path) -> None:
    document = json.loads((shared / SAMPLE).read_bytes())
    taken = ler_rs.read(document)
    subject = document["credentialSubject"]
    assert taken.credentials == (subject["educationAndLearnings"][0]["verifications"][0], subject["certifications"][0]["verifications"][0])
    (work,) = taken.experiences
    assert (work.title, work.organisation, work.started, work.ended) == ("Marketing Manager", "ABC Company", "2022-10-01", "")
    assert {place for place, _ in taken.left} == {"/person", "/communication", "/narratives", "/attachments"}


def test_what_a_wallet_writes_is_of_the_schemas_shape(shared: Path) -> None:
    issuer = Key(1)
    records = (
        receive(jcs(issuer.sign(badge(issuer))), added=AT, source="upload"),
        receive(b"eyJhbGciOiJFZERTQSJ9.e30.c2ln", added=AT, source="upload"),
        state(Experience("Welder", "Ironworks", "2019-04", "2021", "Frames.", (Skill("Weld"),)), record_id="e", added=AT),
    )
    validator = _validator(shared)
    written = ler_rs.write(Collection(records), holder="did:example:ana")
    assert [error.message for error in validator.iter_errors(written)] == []
    assert not validator.is_valid({**written, "skills": [{"yearsOfExperience": "many"}]}), "the schema tells shapes apart"

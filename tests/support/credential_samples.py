"""Evidence for sample credentials, from documents at hand: what a network would have answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from openler.credentials.evidence import Evidence, Item, Need, needs

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def evidence_for(
    document: Any, answer: Callable[[Need], bytes | None], *, at: datetime = NOW, asking: Callable[..., tuple[Need, ...]] = needs
) -> Evidence:
    """Ask ``answer`` for each need until there are none; None means that nobody answered."""
    found = Evidence()
    while wanted := asking(document, found):
        found = found.adding(_item(need, answer(need), at) for need in wanted)
    return found


def _item(need: Need, body: bytes | None, at: datetime) -> Item:
    if body is None:
        return Item(need.kind, need.key, at, code="credentials.evidence_missing")
    return Item(need.kind, need.key, at, url=need.urls[0], body=body)


def listing_its_keys(controller: str, document: Mapping[str, Any]) -> bytes | None:
    """A controller's document that lists the keys which the document's proofs name by their own text, as 1EdTech's samples do."""
    proofs = document.get("proof")
    urls = [
        url
        for proof in (proofs if isinstance(proofs, list) else [proofs])
        if isinstance(proof, Mapping) and str(url := proof.get("verificationMethod")).startswith(f"{controller}#")
    ]
    if not urls:
        return None
    methods = [{"id": url, "type": "Multikey", "controller": controller, "publicKeyMultibase": str(url).partition("#")[2]} for url in urls]
    return json.dumps({"id": controller, "verificationMethod": methods, "assertionMethod": urls}).encode()

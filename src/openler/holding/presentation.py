"""What a reader gets: chosen credentials in a presentation, and the holder's own words beside it, never in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from openler.holding.record import Record
from openler.ids import Did

VC2_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
_SD_JWT_SEPARATOR: Final = "~"


def presentation(records: Iterable[Record], *, presentation_id: str | None = None, holder: Did | None = None) -> dict[str, Any]:
    """An unsigned Verifiable Presentation (VC Data Model 2.0, section 4.13) of the credentials among ``records``.

    JSON credentials stand in it unchanged; JWTs as EnvelopedVerifiableCredential. ``holder`` is named only where a
    proof by its key is to follow; without one this is a bare collection and binds nobody.
    """
    form: dict[str, Any] = {"@context": [VC2_CONTEXT], "type": ["VerifiablePresentation"]}
    if presentation_id is not None:
        form["id"] = presentation_id
    if holder is not None:
        form["holder"] = str(holder)
    form["verifiableCredential"] = [_held(record.credential) for record in records if record.credential is not None]
    return form


@dataclass(frozen=True, slots=True)
class Shown:
    """What a share shows: a presentation that can be verified, and statements that nobody vouched for."""

    presentation: dict[str, Any]
    self_asserted: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """Both, under names that tell them apart."""
        return {"presentation": self.presentation, "selfAsserted": list(self.self_asserted)}


def show(records: Iterable[Record], *, presentation_id: str) -> Shown:
    """Chosen records as a reader gets them."""
    chosen = tuple(records)
    statements = tuple(record.statement.as_json() for record in chosen if record.statement is not None)
    return Shown(presentation(chosen, presentation_id=presentation_id), statements)


def _held(credential: dict[str, Any] | str | None) -> dict[str, Any]:
    if isinstance(credential, dict):
        return credential
    if "." not in str(credential):  # a COSE_Sign1 in base64
        return {"@context": VC2_CONTEXT, "id": f"data:application/vc+cose;base64,{credential}", "type": "EnvelopedVerifiableCredential"}
    media_type = "application/vc+sd-jwt" if _SD_JWT_SEPARATOR in str(credential) else "application/vc+jwt"
    return {"@context": VC2_CONTEXT, "id": f"data:{media_type},{credential}", "type": "EnvelopedVerifiableCredential"}

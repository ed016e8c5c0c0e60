"""Enveloped credentials and presentations: bytes that carry one inside their signature, opened.

A JWT, an SD-JWT or a COSE_Sign1 stands alone, in a ``data:`` address of an EnvelopedVerifiableCredential or
EnvelopedVerifiablePresentation (VCDM 2.0, section 4.13), or as a bare text among a presentation's credentials. Opening one
checks no signature: it says what the envelope claims, for :mod:`openler.credentials.envelopecheck` to judge.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import unquote_to_bytes

from openler.credentials import cose, jose, jwt_claims, sdjwt
from openler.credentials.faults import Fault
from openler.credentials.model import V2, Credential, Presentation, read_credential, read_presentation
from openler.credentials.shapes import MISSING, is_url, listed, pointer, types_of
from openler.errors import Malformed, TooLarge, declare

NOT_AN_ENVELOPE = declare("jose.not_an_envelope", by=__name__)
ENVELOPE_FORMAT = declare("jose.envelope_format", by=__name__)
ENVELOPE_MALFORMED = declare("jose.envelope_malformed", by=__name__)
CONTENT_OTHER = declare("jose.content_other", by=__name__)

Form = Literal["jwt", "sd-jwt", "cose"]
ENVELOPED = frozenset({"EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"})
_TOKEN = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*(?:~[A-Za-z0-9_.~-]*)?", re.ASCII)
_BASE64_COSE = re.compile(rb"0o[QRST](?:[A-Za-z0-9_-]+|[A-Za-z0-9+/]+={0,2})", re.ASCII)
_DATA = re.compile(
    r"data:(?P<type>[a-z]+/[a-z0-9.+-]+)(?P<parameters>(?:;[a-z0-9=\"-]+)*),(?P<data>.*)", re.ASCII | re.DOTALL | re.IGNORECASE
)
_FORMATS = frozenset(
    f"application/{what}+{how}" for what in ("vc", "vp", "vc+ld+json", "vp+ld+json") for how in ("jwt", "sd-jwt", "cose")
) | {"application/dc+sd-jwt", "application/jwt", "application/cose"}
_PAYLOADS = {"credential": frozenset({None, "vc", "vc+ld+json"}), "presentation": frozenset({None, "vp", "vp+ld+json"})}


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an envelope holds. ``read`` is the credential or presentation, its faults and those of the envelope in one.

    ``speaker`` is whose signature it has to be: the issuer, or a presentation's holder. ``claims`` are the signed claims
    with what was disclosed; ``sd`` is set for an SD-JWT.
    """

    form: Form
    signed: jose.Jws | cose.Sign1
    claims: Mapping[str, Any]
    said: jwt_claims.Said
    read: Credential | Presentation
    sd: sdjwt.SdJwt | None = None

    @property
    def speaker(self) -> str | None:
        """Whose signature it has to be."""
        return self.said.speaker


def is_token(data: bytes) -> bool:
    """Whether some bytes look like a compact JWS or SD-JWT, or a COSE_Sign1, plain or in base64."""
    if cose.is_cose(data):
        return True
    stripped = data.strip()
    return _TOKEN.fullmatch(stripped) is not None or _BASE64_COSE.fullmatch(stripped) is not None


def is_enveloped(value: object) -> bool:
    """Whether a JSON value is an envelope: a text, or an object of one of the two types."""
    return isinstance(value, str) or (isinstance(value, Mapping) and not ENVELOPED.isdisjoint(types_of(value)))


def opened(value: object) -> Envelope | None:
    """The envelope that a value is, None where it is none. Errors as :func:`open_bytes` and :func:`_content`."""
    if isinstance(value, Envelope):
        return value
    if isinstance(value, str):
        return open_bytes(value.encode())
    if isinstance(value, Mapping) and is_enveloped(value):
        return _from_object(value)
    return None


def open_bytes(data: bytes) -> Envelope:
    """Open a JWT, an SD-JWT or a COSE_Sign1.

    :raises TooLarge: over a limit of its form
    :raises Malformed: ``jose.not_an_envelope``; it is broken
    :raises CannotCheck: its disclosures are hashed in a way that is not known here
    """
    if cose.is_cose(data):
        return _from_cose(cose.parse(data))
    stripped = data.strip()
    if len(stripped) > jose.MAX_TOKEN * 2:
        raise TooLarge(jose.TOKEN_TOO_LARGE, size=len(stripped), limit=jose.MAX_TOKEN)
    if _BASE64_COSE.fullmatch(stripped):
        text = stripped.decode().rstrip("=").replace("+", "-").replace("/", "_")
        return _from_cose(cose.parse(jose.decode(text)))
    if not _TOKEN.fullmatch(stripped):
        raise Malformed(NOT_AN_ENVELOPE)
    text = stripped.decode()
    return _from_sdjwt(text) if "~" in text else _from_jws(jose.parse_compact(text))


def _from_jws(jws: jose.Jws) -> Envelope:
    claims = jws.claims()
    said = jwt_claims.read(claims, jws.media_type)
    return Envelope("jwt", jws, claims, said, _read(said))


def _from_sdjwt(text: str) -> Envelope:
    token = sdjwt.parse(text)
    revealed = sdjwt.reveal(token.jws.claims(), token.disclosures)
    said = jwt_claims.read(revealed.claims, token.jws.media_type)
    if said.style == "sd-jwt-vc":
        hidden = [name for name in jwt_claims.NEVER_CONCEALED if pointer(name) in revealed.places]
        said = replace(said, faults=(*said.faults, *(Fault(jwt_claims.CONCEALED, pointer(name), {"name": name}) for name in hidden)))
    return Envelope("sd-jwt", token.jws, revealed.claims, said, _read(said), token)


def _from_cose(signed: cose.Sign1) -> Envelope:
    claims = signed.claims()
    said = jwt_claims.read(claims, signed.media_type)
    if said.times.issued is None and signed.issued is not None:
        said = replace(said, times=replace(said.times, issued=signed.issued))
    if signed.content_type not in _PAYLOADS[said.kind]:
        said = replace(said, faults=(*said.faults, Fault(CONTENT_OTHER, "", {"seen": str(signed.content_type)[:40]})))
    return Envelope("cose", signed, claims, said, _read(said))


def _from_object(value: Mapping[str, Any]) -> Envelope:
    """VCDM 2.0, section 4.13: a context, a type, and the secured one as a ``data:`` address."""
    if (listed(value.get("@context")) or [None])[0] != V2:
        raise Malformed(ENVELOPE_MALFORMED, place="/@context")
    if not isinstance(value.get("id"), str):
        raise Malformed(MISSING, place="/id", name="id")
    found = open_bytes(_content(value["id"]))
    wanted = "presentation" if "EnvelopedVerifiablePresentation" in types_of(value) else "credential"
    if found.said.kind != wanted:
        raise Malformed(ENVELOPE_MALFORMED, place="/type")
    return found


def _content(address: str) -> bytes:
    """The octets in a ``data:`` address (RFC 2397).

    :raises Malformed: ``jose.envelope_malformed``: it is no such address, or of a type that secures nothing
    """
    parts = _DATA.fullmatch(address)
    if parts is None:
        raise Malformed(ENVELOPE_MALFORMED, place="/id")
    media_type = parts["type"].lower()
    if media_type not in _FORMATS:
        raise Malformed(ENVELOPE_FORMAT, place="/id", seen=media_type[:60])
    if parts["parameters"].lower().endswith(";base64"):
        try:
            data = base64.b64decode(unquote_to_bytes(parts["data"]), validate=True)
        except (binascii.Error, ValueError):
            raise Malformed(ENVELOPE_MALFORMED, place="/id") from None
    else:
        data = unquote_to_bytes(parts["data"])
    return data


def _read(said: jwt_claims.Said) -> Credential | Presentation:
    if said.style == "sd-jwt-vc":
        return _bare(said)
    if said.kind == "presentation":
        presentation = read_presentation(said.document)
        return replace(presentation, faults=(*presentation.faults, *said.faults))
    credential = read_credential(said.document)
    return replace(credential, faults=(*credential.faults, *said.faults), statuses=(*credential.statuses, *said.statuses))


def _bare(said: jwt_claims.Said) -> Credential:
    """An SD-JWT VC in the words of the data model, as far as it has them."""
    document = said.document
    vct, jti, sub = (document.get(name) for name in ("vct", "jti", "sub"))
    own = {name: value for name, value in document.items() if name not in jwt_claims.OWN_CLAIMS and name not in {"status", "type"}}
    return Credential(
        document=document,
        version=None,
        id=jti if is_url(jti) else None,
        types=(vct,) if isinstance(vct, str) else (),
        issuer=said.speaker,
        issuer_name=None,
        subjects=({**own, "id": sub} if isinstance(sub, str) else own,),
        valid_from=said.times.not_before,
        valid_until=said.times.expires,
        statuses=said.statuses,
        schemas=(),
        related=(),
        proofs=(),
        faults=said.faults,
    )

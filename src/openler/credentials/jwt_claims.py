"""What a signed set of claims says: a credential, a presentation, or an SD-JWT VC, and where the claims contradict it.

Four styles are in use. *Plain* (Securing VCs using JOSE and COSE 1.0): the claims are the credential, and a few of JWT's
own stand beside its members. *Wrapped* (VCDM 1.1, section 6.3.1): the credential stands in ``vc``, and JWT's own claims
stand for members that it may then leave out. *SD-JWT VC*: no ``@context``; its type is ``vct``. A claim that says
something else than the member it stands for is a fault: two readers would believe two things.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from openler.credentials.faults import Fault
from openler.credentials.model import V1
from openler.credentials.shapes import is_url, listed, pointer, types_of
from openler.credentials.times import parse_time, xsd
from openler.errors import Malformed, declare

CLAIM_MALFORMED = declare("jose.claim_malformed", by=__name__)
CLAIM_DIFFERS = declare("jose.claim_differs", by=__name__)
CLAIM_NOT_ALLOWED = declare("jose.claim_not_allowed", by=__name__)
TYPE_OTHER = declare("jose.type_other", by=__name__)
TIMES_APART = declare("jose.times_apart", by=__name__)
CLAIM_MISSING = declare("jose.claim_missing", by=__name__)
CONCEALED = declare("jose.claim_concealed", by=__name__)

Style = Literal["plain", "wrapped", "sd-jwt-vc"]
Kind = Literal["credential", "presentation"]

OWN_CLAIMS = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "nonce", "vct", "vct#integrity", "_sd_alg"})
"""Claims that are the token's and not the credential's; ``status`` too, where it refers to a Token Status List."""
NEVER_CONCEALED = ("iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status")
"""What an SD-JWT VC must always show (SD-JWT VC, section 3.2.2.2)."""
STATUS_TYPE = "TokenStatusList"
"""The type under which a token's own ``status`` claim stands among a credential's statuses: ``{type, idx, uri}``."""
_LATEST = 253_402_300_799
"""The last second of the year 9999, beyond which no time can be told."""
_SECURED = {
    "credential": frozenset({"vc+jwt", "vc+ld+json+jwt", "vc+sd-jwt", "vc+ld+json+sd-jwt", "dc+sd-jwt", "vc+cose", "vc+ld+json+cose"}),
    "presentation": frozenset({"vp+jwt", "vp+ld+json+jwt", "vp+sd-jwt", "vp+ld+json+sd-jwt", "vp+cose", "vp+ld+json+cose"}),
}
_GENERAL = frozenset({None, "jwt", "cose", 'cose; cose-type="cose-sign1"'})
_EXACT = frozenset({None, "jwt"})


@dataclass(frozen=True, slots=True)
class Times:
    """The life of the token itself, as far as it says."""

    issued: datetime | None = None
    not_before: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What the claims say. ``document`` is the credential or presentation, completed; ``speaker`` who says it."""

    style: Style
    kind: Kind
    document: dict[str, Any]
    speaker: str | None
    times: Times
    faults: tuple[Fault, ...]
    statuses: tuple[Mapping[str, Any], ...] = ()


def read(claims: Mapping[str, Any], media_type: str | None) -> Said:
    """Read claims; whatever is wrong with them stands in ``faults``.

    ``media_type`` is the token's ``typ`` in lower case and without ``application/``, None where it has none.
    """
    reading = _Reading(claims)
    style, kind = _kind(claims, media_type)
    reading.typed(style, kind, media_type)
    times = Times(reading.time("iat"), reading.time("nbf"), reading.time("exp"))
    if style == "sd-jwt-vc":
        document = reading.bare()
        speaker = reading.text("iss")
    else:
        inner = claims.get("vc" if kind == "credential" else "vp") if style == "wrapped" else None
        document = dict(inner) if isinstance(inner, Mapping) else reading.without_own()
        speaker = reading.joined(document, style, kind)
        if kind == "credential":
            reading.dates(document, style, times, exact=style == "wrapped" or media_type in _EXACT)
    return Said(style, kind, document, speaker, times, tuple(reading.faults), tuple(reading.statuses()))


def _kind(claims: Mapping[str, Any], media_type: str | None) -> tuple[Style, Kind]:
    for name, kind in (("vc", "credential"), ("vp", "presentation")):
        if isinstance(claims.get(name), Mapping) and "@context" not in claims:
            return "wrapped", "credential" if kind == "credential" else "presentation"
    if "@context" not in claims and ("vct" in claims or media_type == "dc+sd-jwt"):
        return "sd-jwt-vc", "credential"
    is_presentation = "VerifiablePresentation" in types_of(claims) or media_type in _SECURED["presentation"]
    return "plain", "presentation" if is_presentation else "credential"


class _Reading:
    """Gathers faults while claims are read."""

    def __init__(self, claims: Mapping[str, Any]) -> None:
        self.claims = claims
        self.faults: list[Fault] = []

    def fault(self, code: Any, path: str, **parameters: object) -> None:
        self.faults.append(Fault(code, path, parameters))

    def typed(self, style: Style, kind: Kind, media_type: str | None) -> None:
        """The token's type must be one for credentials (or presentations), or say nothing in particular."""
        if media_type not in _GENERAL and media_type not in _SECURED[kind]:
            self.fault(TYPE_OTHER, "", seen=str(media_type)[:40])
        if style == "plain":
            for name in ("vc", "vp"):
                if name in self.claims:
                    self.fault(CLAIM_NOT_ALLOWED, pointer(name), name=name)

    def text(self, name: str) -> str | None:
        value = self.claims.get(name)
        if value is not None and not (isinstance(value, str) and (is_url(value) or (name in {"jti", "sub"} and value))):
            self.fault(CLAIM_MALFORMED, pointer(name), name=name)
            return None
        return value

    def time(self, name: str) -> datetime | None:
        """A NumericDate (RFC 7519, section 2). ``iat`` as a dateTimeStamp is read too: W3C's own samples write it so."""
        value = self.claims.get(name)
        if value is None and name not in self.claims:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LATEST:
            return datetime.fromtimestamp(value, UTC)
        if name == "iat" and isinstance(value, str):
            try:
                return parse_time(value)
            except Malformed:
                pass
        self.fault(CLAIM_MALFORMED, pointer(name), name=name)
        return None

    def without_own(self) -> dict[str, Any]:
        """The credential among the claims."""
        return {name: value for name, value in self.claims.items() if name not in OWN_CLAIMS and not (name == "status" and self._listed())}

    def bare(self) -> dict[str, Any]:
        """An SD-JWT VC: its claims as they are; its type and issuer must be there."""
        if not isinstance(self.claims.get("vct"), str) or not self.claims["vct"]:
            self.fault(CLAIM_MISSING if "vct" not in self.claims else CLAIM_MALFORMED, "/vct", name="vct")
        return dict(self.claims)

    def joined(self, document: dict[str, Any], style: Style, kind: Kind) -> str | None:
        """Hold ``iss``, ``jti`` and ``sub`` against the members they stand for; a wrapped one takes from them what it leaves out."""
        role = "issuer" if kind == "credential" else "holder"
        fill = style == "wrapped"
        speaker = self._same(document, role, "iss", fill=fill)
        self._same(document, "id", "jti", fill=fill)
        if kind == "credential":
            self._subject(document, fill=fill)
        return speaker

    def _same(self, document: dict[str, Any], member: str, claim: str, *, fill: bool) -> str | None:
        stated, claimed = document.get(member), self.text(claim)
        named = stated.get("id") if isinstance(stated, Mapping) else stated
        if claimed is None:
            return named if isinstance(named, str) else None
        if named is None and fill:
            document[member] = {**stated, "id": claimed} if isinstance(stated, Mapping) else claimed
        elif named is not None and named != claimed:
            self.fault(CLAIM_DIFFERS, pointer(claim), name=claim, member=member)
        return claimed if named is None else str(named)

    def _subject(self, document: dict[str, Any], *, fill: bool) -> None:
        claimed = self.text("sub")
        subjects = [each for each in listed(document.get("credentialSubject")) if isinstance(each, Mapping)]
        if claimed is None or not subjects:
            return
        named = [each["id"] for each in subjects if "id" in each]
        if named and claimed not in named:
            self.fault(CLAIM_DIFFERS, "/sub", name="sub", member="credentialSubject")
        elif not named and fill and len(subjects) == 1 and is_url(claimed):
            filled = {**subjects[0], "id": claimed}
            document["credentialSubject"] = [filled] if isinstance(document["credentialSubject"], list) else filled

    def dates(self, document: dict[str, Any], style: Style, times: Times, *, exact: bool) -> None:
        """Hold ``nbf`` and ``exp`` against the credential's period.

        Where they stand for it they must say the same second. In a vc+jwt they are the life of the signature, which may
        be longer or shorter than the credential's, but not begin when it has ended or end before it begins.
        """
        v1 = (listed(document.get("@context")) or [None])[0] == V1
        names = ("issuanceDate", "expirationDate") if v1 else ("validFrom", "validUntil")
        stated = [_moment(document.get(name)) for name in names]
        claimed = (times.not_before, times.expires)
        for claim, member, mine, other in zip(("nbf", "exp"), names, claimed, stated, strict=True):
            if mine is None:
                continue
            if member not in document and style == "wrapped":
                document[member] = xsd(mine)
            elif exact and other is not None and int(mine.timestamp()) != int(other.timestamp()):
                self.fault(CLAIM_DIFFERS, pointer(claim), name=claim, member=member)
        begins, ends = stated
        if not exact and ((times.expires and begins and times.expires < begins) or (times.not_before and ends and times.not_before > ends)):
            self.fault(TIMES_APART, "/exp" if times.expires and begins and times.expires < begins else "/nbf")

    def _listed(self) -> Mapping[str, Any] | None:
        status = self.claims.get("status")
        found = status.get("status_list") if isinstance(status, Mapping) else None
        return found if isinstance(found, Mapping) else None

    def statuses(self) -> Iterator[Mapping[str, Any]]:
        """The token's own status reference (Token Status List, section 6.2)."""
        found = self._listed()
        if found is not None:
            yield {"type": STATUS_TYPE, "idx": found.get("idx"), "uri": found.get("uri")}
        elif isinstance(self.claims.get("status"), Mapping) and "@context" not in self.claims:
            yield {"type": next(iter(self.claims["status"]), STATUS_TYPE)}


def _moment(text: object) -> datetime | None:
    try:
        return parse_time(text, zone_required=False)
    except Malformed:
        return None

"""The check of schema: whether a credential meets every JSON Schema that it names (VC JSON Schema; Open Badges 3.0 and CLR 2.0).

Nothing is fetched while judging: a schema that is not in the evidence leaves the check open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from openler.credentials import digests, schemas
from openler.credentials.envelopes import Envelope, is_token, open_bytes, opened
from openler.credentials.evidence import EVIDENCE_UNREADABLE, Evidence, Kind
from openler.credentials.faults import CannotCheck
from openler.credentials.model import Credential, read_credential
from openler.credentials.proofcheck import Finding, found_by
from openler.credentials.report import Outcome, Report
from openler.credentials.shapes import pointer, types_of
from openler.errors import Malformed, OpenlerError, declare
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json

SCHEMA_NONE = declare("credentials.schema_none", by=__name__)
SCHEMA_MET = declare("credentials.schema_met", by=__name__)
SCHEMA_NOT_MET = declare("credentials.schema_not_met", by=__name__)
SCHEMA_KIND_UNKNOWN = declare("credentials.schema_kind_unknown", by=__name__)
SCHEMA_DIFFERS = declare("credentials.schema_differs", by=__name__)
SCHEMA_UNTRUSTED = declare("credentials.schema_untrusted", by=__name__)
TOO_MANY_SCHEMAS = declare("credentials.schema_too_many", by=__name__)

MAX_SCHEMAS = 10
"""Most schemas of one credential that are followed."""

_NONE = Finding(Outcome.NOT_APPLICABLE, SCHEMA_NONE, {})

Judge = Callable[[Mapping[str, Any] | Envelope], Report]
"""Verifies the shape, proof, key and period of a credential that carries a schema."""


def check(credential: Credential, evidence: Evidence, judge: Judge) -> Finding:
    """What all schemas say together: the worst of them."""
    if not credential.schemas:
        return _NONE
    if len(credential.schemas) > MAX_SCHEMAS:
        return Finding(Outcome.UNKNOWN, TOO_MANY_SCHEMAS, {"count": len(credential.schemas), "limit": MAX_SCHEMAS}, "/credentialSchema")
    is_list = isinstance(credential.document.get("credentialSchema"), list)
    found: list[Finding] = []
    for number, named in enumerate(credential.schemas):
        path = pointer("credentialSchema", number) if is_list else "/credentialSchema"
        try:
            found.append(_meets(credential, named, path, evidence, judge))
        except OpenlerError as error:
            found.append(found_by(error, path))
    order = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.PASSED)
    return next((each for outcome in order for each in found if each.outcome is outcome), _NONE)


def _meets(credential: Credential, named: Mapping[str, Any], path: str, evidence: Evidence, judge: Judge) -> Finding:
    url = str(named.get("id"))
    kind = next((_KINDS[name] for name in types_of(named) if name in _KINDS), None)
    if kind is None:
        raise CannotCheck(SCHEMA_KIND_UNKNOWN, seen=", ".join(types_of(named))[:80])
    body = evidence.body(Kind.SCHEMA, url)
    if digests.fits(named, body) is False:
        raise Malformed(SCHEMA_DIFFERS, place=path, url=url[:200])
    try:
        schema = schemas.from_bytes(kind(body, judge, url))
    except CannotCheck:
        raise
    except OpenlerError as error:
        raise CannotCheck(EVIDENCE_UNREADABLE, kind=Kind.SCHEMA.value, key=url[:200], reason=error.code) from None
    steps = schema.first_fault(credential.document)
    if steps is not None:
        place = pointer(*steps)
        return Finding(Outcome.FAILED, SCHEMA_NOT_MET, {"url": url[:200], "place": place or "/"}, place)
    return Finding(Outcome.PASSED, SCHEMA_MET, {"url": url[:200]}, path)


def _plain(body: bytes, _judge: Judge, _url: str) -> bytes:
    return body


def _in_a_credential(body: bytes, judge: Judge, url: str) -> bytes:
    """The schema that a JsonSchemaCredential carries, where that credential holds."""
    document = None if is_token(body) else parse_json(body)
    envelope = open_bytes(body) if document is None else opened(document)
    read = read_credential(document) if envelope is None else envelope.read
    if not isinstance(read, Credential):
        raise CannotCheck(schemas.SCHEMA_UNUSABLE, reason="VerifiablePresentation")
    (subject,) = read.subjects if len(read.subjects) == 1 else ({},)
    held = subject.get("jsonSchema")
    if "JsonSchemaCredential" not in read.types or not isinstance(held, dict) or "JsonSchema" not in types_of(subject):
        raise CannotCheck(schemas.SCHEMA_UNUSABLE, reason="JsonSchemaCredential")
    report = judge(read.document if envelope is None else envelope)
    if report.verdict != "valid":
        raise CannotCheck(SCHEMA_UNTRUSTED, url=url[:200], reason=report.reasons[0].code)
    return jcs(held)


_KINDS: Mapping[str, Callable[[bytes, Judge, str], bytes]] = {
    "JsonSchema": _plain,
    "1EdTechJsonSchemaValidator2019": _plain,
    "JsonSchemaCredential": _in_a_credential,
}

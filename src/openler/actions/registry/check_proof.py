"""Check what a registry signed, offline: a head, a proof from its journal, a statement about a document, an envelope.

Nothing is read but what is handed in. A finding has one of three outcomes, as everywhere (ADR 0003): what could not be checked
for want of something is *unknown*, never passed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from openler.actions.registry.head import CONSISTENCY, HEAD, INCLUSION, hash_of, read_entry
from openler.actions.registry.journal import entry_form
from openler.credentials.faults import CannotCheck
from openler.credentials.report import Outcome
from openler.credentials.sealed import opened
from openler.errors import Code, Malformed, declare
from openler.ids import Digest
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json
from openler.merkle.tree import extends, includes, leaf_hash

KIND_UNKNOWN = declare("check.kind_unknown", by=__name__)
SIGNATURE_HOLDS = declare("check.signature_holds", by=__name__)
KEY_CONFIRMED = declare("check.key_confirmed", by=__name__)
KEY_NOT_CONFIRMED = declare("check.key_not_confirmed", by=__name__)
INCLUDED = declare("check.included", by=__name__)
NOT_INCLUDED = declare("check.not_included", by=__name__)
GREW = declare("check.only_grew", by=__name__)
REWRITTEN = declare("check.rewritten", by=__name__)
NOT_COMPARED = declare("check.not_compared", by=__name__)
DOCUMENT_MATCHES = declare("check.document_matches", by=__name__)
DOCUMENT_DIFFERS = declare("check.document_differs", by=__name__)
SHAPE_WRONG = declare("check.shape_wrong", by=__name__)
REGISTRY_DIFFERS = declare("check.registry_differs", by=__name__)

STATEMENT = "RegistryStatement"
MAX_BYTES = 80 * 1024 * 1024
"""Largest file that is checked: an envelope around the largest document."""
MAX_PATH = 64
"""Longest proof: a tree of 2 ** 64 entries."""
_DEPTH = 72


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    code: Code
    outcome: Outcome
    parameters: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, in the order in which it was looked at. ``kind`` is the type the file gave itself."""

    kind: str
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        """The whole: failed if anything failed, else unknown if anything is unknown, else passed."""
        outcomes = {finding.outcome for finding in self.findings}
        return next((one for one in (Outcome.FAILED, Outcome.UNKNOWN) if one in outcomes), Outcome.PASSED)


def check(
    content: bytes, *, now: datetime, did_document: object = None, against: bytes | None = None, document: bytes | None = None
) -> Checked:
    """Check one file.

    ``did_document`` is the registry's, as JSON; without it a signature can hold, but whose key it was stays unknown. ``against`` is
    a head that was kept, which must be the beginning of what is checked. ``document`` is one that a proof is to be about.

    :raises Malformed: it is no JSON, or nothing that is known here (``check.kind_unknown``)
    """
    value = parse_json(content, max_bytes=MAX_BYTES, max_depth=_DEPTH)
    if not isinstance(value, Mapping):
        raise Malformed(KIND_UNKNOWN, place="", seen=type(value).__name__)
    kind = STATEMENT if "registry_statement" in value else str(value.get("type"))[:80]
    checker = _KINDS.get(kind)
    if checker is None:
        raise Malformed(KIND_UNKNOWN, place="/type", seen=kind)
    kept = None if against is None else parse_json(against, max_bytes=MAX_BYTES, max_depth=_DEPTH)
    given = Given(now, did_document, kept, document)
    try:
        return Checked(kind, tuple(checker(value, given)))
    except Malformed as error:
        return Checked(kind, (Finding(error.code, Outcome.FAILED, dict(error.parameters)),))
    except CannotCheck as error:
        return Checked(kind, (Finding(error.code, Outcome.UNKNOWN, dict(error.parameters)),))


@dataclass(frozen=True, slots=True)
class Given:
    """What a check may stand on beside the file."""

    now: datetime
    did_document: object = None
    kept: object = None
    document: bytes | None = None


def sealed(value: object, given: Given, *, kind: str) -> list[Finding]:
    """The findings about a registry's signature. :raises Malformed: it does not hold"""
    if not isinstance(value, Mapping) or value.get("type") != kind or not isinstance(value.get("registry"), str):
        raise Malformed(SHAPE_WRONG, kind=kind)
    found = opened(value, speaker=value["registry"], now=given.now, did_document=given.did_document)
    holds = Finding(SIGNATURE_HOLDS, Outcome.PASSED, {"signer": found.signer, "time": found.created.isoformat()})
    if found.confirmed:
        return [holds, Finding(KEY_CONFIRMED, Outcome.PASSED, {"key": found.key.multikey})]
    return [holds, Finding(KEY_NOT_CONFIRMED, Outcome.UNKNOWN, {"key": found.key.multikey, "signer": found.signer})]


def _head(value: Mapping[str, Any], given: Given) -> list[Finding]:
    found = sealed(value, given, kind=HEAD)
    _tree(value)
    if given.kept is not None:
        found.append(_same_head(value, _kept(given)))
    return found


def _same_head(value: Mapping[str, Any], kept: Mapping[str, Any]) -> Finding:
    """Two heads alone tell something where they are of one size, or where the newer is the shorter."""
    (size, root), (old, old_root) = _tree(value), _tree(kept)
    if kept["registry"] != value["registry"] or size < old or (size == old and root != old_root):
        return Finding(REWRITTEN, Outcome.FAILED, {"first": old, "second": size})
    if size == old:
        return Finding(GREW, Outcome.PASSED, {"first": old, "second": size})
    return Finding(NOT_COMPARED, Outcome.UNKNOWN, {"first": old, "second": size})


def _inclusion(value: Mapping[str, Any], given: Given) -> list[Finding]:
    entry = read_entry(value.get("entry"))
    head = value.get("head")
    found = sealed(head, given, kind=HEAD)
    size, root = _tree(head)
    inside = value.get("size") == size and includes(leaf_hash(entry_form(entry)), entry.seq - 1, size, _path(value), root)
    parameters = {"seq": entry.seq, "ctid": str(entry.ctid), "size": size, "action": entry.action.value, "time": entry.time.isoformat()}
    found.append(Finding(INCLUDED if inside else NOT_INCLUDED, Outcome.PASSED if inside else Outcome.FAILED, parameters))
    if given.document is not None:
        found.append(_document(given.document, entry.digest))
    if given.kept is not None:
        assert isinstance(head, Mapping)  # noqa: S101 - sealed() looked
        found.append(_same_head(head, _kept(given)))
    return found


def _consistency(value: Mapping[str, Any], given: Given) -> list[Finding]:
    found = sealed(value.get("head"), given, kind=HEAD)
    (size, root), (first, first_root), (second, second_root) = (_tree(value.get(name)) for name in ("head", "first", "second"))
    grew = (second, second_root) == (size, root) and extends(first, second, _path(value), first_root, second_root)
    if grew and given.kept is not None:
        kept = _kept(given)
        grew = _tree(kept) == (first, first_root) and kept["registry"] == value["head"]["registry"]
    parameters = {"first": first, "second": size}
    found.append(Finding(GREW if grew else REWRITTEN, Outcome.PASSED if grew else Outcome.FAILED, parameters))
    return found


def _statement(value: Mapping[str, Any], given: Given) -> list[Finding]:
    statement = value.get("registry_statement", value)
    found = sealed(statement, given, kind=STATEMENT)
    digest = Digest.parse(statement.get("resource_digest"), place="/resource_digest")
    if statement is not value:
        told = (value.get("envelope_ceterms_ctid"), value.get("owned_by"), value.get("published_by"))
        signed = tuple(statement.get(name) for name in ("envelope_ceterms_ctid", "owned_by", "published_by"))
        own = str(signed[0]).removeprefix("ce-")
        same = told == signed and value.get("envelope_id", own) in {own, digest}  # once an envelope was called by its digest
        if "decoded_resource" in value:
            same = same and Digest.of(jcs(value["decoded_resource"])) == digest
        found.append(_matching(digest, same=same))
    if given.document is not None:
        found.append(_document(given.document, digest))
    return found


def _document(content: bytes, digest: Digest | None) -> Finding:
    value = parse_json(content, max_bytes=MAX_BYTES, max_depth=_DEPTH)
    if isinstance(value, Mapping) and "decoded_resource" in value:
        value = value["decoded_resource"]
    return _matching(digest, same=Digest.of(jcs(value)) == digest)


def _matching(digest: Digest | None, *, same: bool) -> Finding:
    code = DOCUMENT_MATCHES if same else DOCUMENT_DIFFERS
    return Finding(code, Outcome.PASSED if same else Outcome.FAILED, {"digest": digest or "none"})


def _kept(given: Given) -> Mapping[str, Any]:
    """The head that was kept: signed, too, or it proves nothing against anybody."""
    sealed(given.kept, given, kind=HEAD)
    assert isinstance(given.kept, Mapping)  # noqa: S101 - sealed() looked
    return given.kept


def _tree(value: object) -> tuple[int, bytes]:
    size = value.get("size") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or type(size) is not int or size < 0:
        raise Malformed(SHAPE_WRONG, kind=HEAD)
    return size, hash_of(value.get("root"), "/root")


def _path(value: Mapping[str, Any]) -> list[bytes]:
    path = value.get("path")
    if not isinstance(path, list) or len(path) > MAX_PATH:
        raise Malformed(SHAPE_WRONG, kind=str(value.get("type"))[:40])
    return [hash_of(one, f"/path/{number}") for number, one in enumerate(path)]


_KINDS: Mapping[str, Callable[[Mapping[str, Any], Given], list[Finding]]] = MappingProxyType(
    {HEAD: _head, INCLUSION: _inclusion, CONSISTENCY: _consistency, STATEMENT: _statement}
)

"""Resources that a credential fixes by their digest (``relatedResource``, VCDM 2.0, section 5.3), held against what is used here.

Used are contexts, of which this release has its own copies, and schemas out of the evidence. The description that a CTID
stands for is held against its digest by the check of meaning, which only informs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from openler.credentials import digests
from openler.credentials.evidence import Evidence, Kind
from openler.credentials.faults import CannotCheck
from openler.credentials.model import Credential
from openler.credentials.proofcheck import Finding, found_by
from openler.credentials.shapes import listed, pointer
from openler.errors import Malformed, OpenlerError, declare
from openler.linkeddata.contexts import manifest, pinned_bytes

RELATED_DIFFERS = declare("credentials.related_differs", by=__name__)
RELATED_CONTEXT_OTHER = declare("credentials.related_context_other", by=__name__)


def check(credential: Credential, evidence: Evidence) -> Finding | None:
    """The first related resource that is not what the credential says it is; None where there is none such."""
    used = {each for each in listed(credential.document.get("@context")) if isinstance(each, str)}
    many = isinstance(credential.document.get("relatedResource"), list)
    for number, each in enumerate(credential.related):
        path = pointer("relatedResource", number) if many else "/relatedResource"
        try:
            _one(each, path, used, evidence)
        except OpenlerError as error:
            return found_by(error, path)
    return None


def _one(related: Mapping[str, object], path: str, used: set[str], evidence: Evidence) -> None:
    url = related.get("id")
    if not isinstance(url, str):
        return
    if url in used and url in _contexts():
        # Another copy of a context may mean the same and differ in its spaces: which it is cannot be told from a digest.
        if not any(digests.fits(related, body) in {True, None} for body in _contexts()[url]):
            raise CannotCheck(RELATED_CONTEXT_OTHER, place=path, url=url[:200])
        return
    item = evidence.find(Kind.SCHEMA, url)
    if item is not None and item.body is not None and digests.fits(related, item.body) is False:
        raise Malformed(RELATED_DIFFERS, place=path, url=url[:200])


@cache
def _contexts() -> Mapping[str, tuple[bytes, ...]]:
    found: dict[str, tuple[bytes, ...]] = {}
    for file in manifest():
        body = pinned_bytes(file)
        for iri in file.iris:
            found[iri] = (*found.get(iri, ()), body)
    return found

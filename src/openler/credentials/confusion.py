"""JSON that says less than the graph that was signed (Data Integrity 1.0, sections 2.4.1 and 4.6).

A proof over RDF holds for every JSON that expands to the same graph. Writing ``credentialStatus`` as a full IRI, or
behind ``@nest``, keeps the proof good while a program that reads the JSON no longer sees that the credential can be
revoked. So what decides a verdict must be visible in the JSON exactly where it is in the graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from openler.credentials import inline
from openler.credentials.faults import CannotCheck
from openler.credentials.shapes import listed, pointer
from openler.errors import Malformed, OpenlerError, declare
from openler.linkeddata.compiled import Fit, notice, plan_for
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.expand import expand
from openler.linkeddata.parse import walk

HIDDEN = declare("credentials.confusion_hidden", by=__name__)
SEVERAL_GRAPHS = declare("credentials.confusion_several", by=__name__)
CONTEXT_INLINE = declare("credentials.confusion_inline_context", by=__name__)

_PASSED = "confusion"
"""What was compared depends on the members and on how they nest, not on the texts that a plan leaves open."""
_CRED = "https://www.w3.org/2018/credentials#"
_DECIDING = {
    f"{_CRED}{name}": name
    for name in (
        "credentialSchema", "credentialStatus", "credentialSubject", "evidence", "expirationDate", "holder", "issuanceDate", "issuer",
        "refreshService", "relatedResource", "termsOfUse", "validFrom", "validUntil", "verifiableCredential",
    )
}  # fmt: skip


def is_known(fit: Fit | None) -> bool:
    """Whether a document of the same shape has passed :func:`check`, with the contexts by which the shape is known."""
    return fit is not None and _PASSED in fit.plan.passed


def check(document: Mapping[str, Any], contexts: Contexts, *, learn: bool = False, fit: Fit | None = None) -> None:
    """Compare an unsecured document's members with its graph.

    ``learn`` where no canonical form of it is made, by which its shape would become known; ``fit`` where it was found before.

    :raises Malformed: ``credentials.confusion_hidden`` or ``_several``, an undefined term
    :raises CannotCheck: ``credentials.confusion_inline_context``: a context that stands in the document is under no pin, and
        does more than name terms by what their IRIs end in
    :raises ContextNotPinned: one of its contexts is not held
    """
    held = document if type(document) is dict else dict(document)
    plan = plan_for(held, contexts) if fit is None else fit.plan
    if plan is None or _PASSED not in plan.passed:
        _compare(held, contexts)
        if plan is None and learn:
            with suppress(OpenlerError):
                notice(held, contexts)
        if plan is not None:
            plan.passed.add(_PASSED)


def _compare(document: dict[str, Any], contexts: Contexts) -> None:
    nodes = expand(document, contexts)
    if len(nodes) != 1 or not isinstance(nodes[0], Mapping):
        raise Malformed(SEVERAL_GRAPHS, count=len(nodes))
    (node,) = nodes
    for iri, name in _DECIDING.items():
        if bool(node.get(iri)) != bool(listed(document.get(name))):
            raise Malformed(HIDDEN, place=f"/{name}", name=name)
    for keyword in ("@graph", "@included", "@reverse"):
        if keyword in node:
            raise Malformed(HIDDEN, place=f"/{keyword}", name=keyword)
    stated = document.get("id")
    if stated is not None and node.get("@id") != stated:
        raise Malformed(HIDDEN, place="/id", name="id")
    for place, context in _inline(document):
        if not inline.is_plain(context, contexts):
            raise CannotCheck(CONTEXT_INLINE, place=place)


def _inline(document: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Every context that stands in the document, wherever it does, with its place."""
    for place, _, held in walk(document):
        if place.endswith("/@context"):
            many = isinstance(held, list)
            for number, context in enumerate(held if many else [held]):
                if not isinstance(context, str):
                    yield place + (pointer(number) if many else ""), context

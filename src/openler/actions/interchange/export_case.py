"""A published framework as a CASE 1.1 package, for the systems of schools and colleges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from openler.actions.ports import Ports, StoredDocument
from openler.ctdl.document import Document, restored
from openler.ctdl.formats.case_map import map_ctid
from openler.ctdl.formats.case_out import case_package
from openler.ctdl.formats.case_terms import FRAMEWORK, SOURCE
from openler.ctdl.values import refs, text
from openler.errors import NotFound, declare
from openler.ids import Ctid

FRAMEWORK_UNKNOWN = declare("case.framework_unknown", by=__name__)


@dataclass(frozen=True, slots=True)
class CaseExported:
    """A package as JSON values, and how much is in it."""

    ctid: Ctid
    package: dict[str, Any]
    items: int
    associations: int


def export_case(ports: Ports, ctid: Ctid) -> CaseExported:
    """The package of the framework that a CTID names, or whose competency it names.

    :raises NotFound: ``case.framework_unknown``
    :raises Misused: ``case.not_a_framework``: it is something else
    :raises Unavailable: the store does not answer
    """
    stored = _standing(ports, ctid)
    if stored is None:
        raise NotFound(FRAMEWORK_UNKNOWN, place="--ctid", ctid=ctid)
    framework = _read(stored)
    associated = _standing(ports, map_ctid(framework.ctid))
    package = case_package(
        framework,
        _read(associated) if associated is not None else None,
        creator=_creator(ports, framework),
        changed=stored.updated.isoformat(),
    )
    return CaseExported(framework.ctid, package, len(package["CFItems"]), len(package["CFAssociations"]))


def find_case(ports: Ports, identifier: str) -> Ctid | None:
    """The CTID of the published framework with a CASE identifier (a UUID): one that came from CASE, or whose CTID holds it."""
    candidates = [Ctid.derive(SOURCE, FRAMEWORK, identifier.lower())]
    if (own := Ctid.within(f"ce-{identifier}")) is not None:
        candidates.append(own)
    for ctid in candidates:
        stored = _standing(ports, ctid)
        if stored is not None and stored.ctid == ctid and stored.ctdl_type == FRAMEWORK:
            return ctid
    return None


def _standing(ports: Ports, ctid: Ctid) -> StoredDocument | None:
    stored = ports.store.get(ctid)
    return stored if stored is not None and not stored.deleted and not stored.provisional else None


def _read(stored: StoredDocument) -> Document:
    return restored(stored.normalised, stored.digest)


def _creator(ports: Ports, framework: Document) -> str:
    """The publisher's name; where none is known, the framework's own, since CASE does not go without."""
    for reference in refs(framework.main, "ceasn:publisher"):
        ctid = Ctid.within(reference)
        stored = _standing(ports, ctid) if ctid is not None else None
        if stored is not None and (name := text(_read(stored).main, "ceterms:name")):
            return name
    return text(framework.main, "ceasn:publisherName") or text(framework.main, "ceasn:name")

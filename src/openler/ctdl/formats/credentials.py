"""Licences and certifications, published once a body; and the credentials that programs name.

The body that grants a certification or licence is not the school that prepares for it: it owns the credential where an
organisations table names it, and where none does the credential has no owner, which is a gap.
"""

from __future__ import annotations

from typing import Final

from openler.ctdl.formats import account as told
from openler.ctdl.formats.adopt import Claim, claimed_identifier, fold
from openler.ctdl.formats.cells import Row
from openler.ctdl.formats.frameworks import competency_alignments
from openler.ctdl.formats.mapping_sections import Credentials
from openler.ctdl.formats.shapes import SOC, coded, concept, put
from openler.ctdl.formats.work import Thing, Work
from openler.ctdl.terms import terms
from openler.errors import declare
from openler.ids import Ctid

SAME_CREDENTIAL = declare("import.same_credential", by=__name__)
BODY_UNKNOWN = declare("import.body_unknown", by=__name__)
CLASS_UNKNOWN = declare("import.class_unknown", by=__name__)
SOC_UNKNOWN = declare("import.soc_unknown", by=__name__)

CREDENTIAL: Final = "ceterms:Credential"


class Catalogue:
    """The credentials of the ``credentials`` sections, found by key or by name."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str], Thing] = {}
        self._by_name: dict[tuple[str, str], list[Thing]] = {}

    def put(self, section: str, key: str, name: str, thing: Thing) -> None:
        """Remember a credential."""
        self._by_key[section, key] = thing
        named = self._by_name.setdefault((section, fold(name)), [])
        if thing not in named:
            named.append(thing)

    def find(self, section: str, key: str, name: str) -> Thing | None:
        """By key; else by name, where only one has it."""
        if key and (found := self._by_key.get((section, key))) is not None:
            return found
        named = self._by_name.get((section, fold(name)), []) if name else []
        return named[0] if len(named) == 1 else None


def is_credential_class(name: str) -> bool:
    """Is it a class that a published credential may have? The general one may not."""
    return name != CREDENTIAL and terms().is_a(name, CREDENTIAL)


def credentials(work: Work) -> Catalogue:
    """All credentials of all ``credentials`` sections."""
    catalogue = Catalogue()
    for name, section in work.mapping.credentials.items():
        groups: dict[tuple[str, str, str], list[tuple[str, Row]]] = {}
        for key, row in work.select(section):
            kind, label = work.cells.text(section.type, row), work.cells.text(section.name, row)
            if not label:
                work.refuse_all(row, told.NAME_MISSING)
            elif not is_credential_class(kind):
                work.refuse_all(row, CLASS_UNKNOWN, seen=kind)
            else:
                group = work.cells.text(section.group, row) if section.group is not None else f"\t{key}"
                groups.setdefault((kind, fold(label), group), []).append((key, row))
        heads = {f"{name}/{_head(work, section, members)[0]}": (kind, members) for (kind, _, _), members in sorted(groups.items())}
        found = work.settle(_claim(work, name, section, kind, members) for kind, members in heads.values())
        for label, (kind, members) in heads.items():
            thing = _described(work, name, section, kind, members, found[label])
            for key, row in members:
                catalogue.put(name, key, work.cells.text(section.name, row), thing)
                if row is thing.row:
                    work.publish(row, thing.ctid)
                else:
                    _merge(work, row, thing)
    return catalogue


def _merge(work: Work, row: Row, thing: Thing) -> None:
    for entry in (row, *work.tables[row.table].twins(row)):
        fate = told.RowFate(entry.table, entry.number, "merged", SAME_CREDENTIAL, (thing.ctid,), {"row": thing.row.number})
        work.account.decide(fate)


def _head(work: Work, section: Credentials, members: list[tuple[str, Row]]) -> tuple[str, Row]:
    """Of rows that name one credential, the one that tells it: an active one first, then the smallest key."""
    active = [entry for entry in members if work.cells.text(section.status, entry[1]) == "credentialStat:Active"]
    return min(active or members, key=lambda entry: (len(entry[0]), entry[0]))


def _claim(work: Work, name: str, section: Credentials, kind: str, members: list[tuple[str, Row]]) -> tuple[Claim, Ctid | None, Row]:
    key, row = _head(work, section, members)
    label = f"{name}/{key}"
    pairs = frozenset(
        claimed_identifier(given.type, value) for given in section.identifiers if (value := work.cells.text(given.value, row))
    )
    owner = _body(work, section, row)
    claim = Claim(
        "credential", label, work.cells.text(section.name, row), work.derive(kind, label), kind, pairs, None, owner.ctid if owner else None
    )
    return claim, work.stated_ctid(section.ctid, row), row


def _body(work: Work, section: Credentials, row: Row) -> Thing | None:
    if section.body is None:
        return None
    return work.organizations.get((work.group(section.body.section), work.cells.text(section.body.key, row)))


def _described(work: Work, name: str, section: Credentials, kind: str, members: list[tuple[str, Row]], ctid: Ctid) -> Thing:
    key, row = _head(work, section, members)
    node = work.node(kind, ctid, work.cells.text(section.name, row))
    work.text(node, "ceterms:description", section.description, row)
    work.page(node, section.page, row)
    put(node, "ceterms:inLanguage", list(work.cells.texts(section.language, row)))
    owner = _body(work, section, row)
    if owner is not None:
        node["ceterms:ownedBy"] = [str(owner.ctid)]
    else:
        work.remark(BODY_UNKNOWN, "gap", row, ctid, key=work.cells.text(section.body.key, row) if section.body is not None else "")
    status = work.cells.text(section.status, row)
    put(node, "ceterms:credentialStatusType", concept(status) if status else None)
    if section.soc is not None and (code := work.cells.text(section.soc.value, row)):
        found = work.codes.to_2018(code, section.soc.taxonomy)
        put(node, "ceterms:occupationType", [coded(SOC, soc, work.codes.title(soc), work.language) for soc in found])
        if not found:
            work.remark(SOC_UNKNOWN, "gap", row, ctid, seen=code)
    pairs = [given for _, member in members for given in _identifiers(work, section, member)]
    put(node, "ceterms:identifier", [entry for at, entry in enumerate(pairs) if entry not in pairs[:at]])
    required = competency_alignments(work, work.cells.texts(section.competencies, row), row, ctid)
    if required:
        node["ceterms:requires"] = [{"@type": "ceterms:ConditionProfile", "ceterms:targetCompetency": required}]
    thing = Thing(name, key, row, ctid, node)
    work.add(thing)
    work.used_in(ctid)
    return thing


def _identifiers(work: Work, section: Credentials, row: Row) -> list[dict[str, object]]:
    node: dict[str, object] = {}
    work.identify(node, section.identifiers, row)
    found = node.get("ceterms:identifier", [])
    return list(found) if isinstance(found, list) else []

"""What a program leads to: the credential it *names*. A flag types nothing; it is compared with the name, and told where it disagrees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from openler.ctdl.formats.adopt import Claim, fold
from openler.ctdl.formats.cells import Row
from openler.ctdl.formats.credentials import BODY_UNKNOWN, CLASS_UNKNOWN, Catalogue, is_credential_class
from openler.ctdl.formats.mapping_sections import Award, Programs
from openler.ctdl.formats.shapes import Node, concept, lang, put
from openler.ctdl.formats.work import Thing, Work
from openler.ctdl.terms import terms
from openler.errors import declare
from openler.ids import Ctid

NO_CREDENTIAL = declare("import.no_credential", by=__name__)
CREDENTIAL_UNKNOWN = declare("import.credential_unknown", by=__name__)
FLAG_WITHOUT_AWARD = declare("import.flag_without_award", by=__name__)
FLAG_OTHER_AWARD = declare("import.flag_other_award", by=__name__)
AWARD_WITHDRAWN = declare("import.award_withdrawn", by=__name__)
AWARD_WITHOUT_FLAG = declare("import.award_without_flag", by=__name__)

# A school's own credential is offered as long as a program that leads to it is.
STATUS_BY_LIFE_CYCLE: Final = {
    "lifeCycle:Active": "credentialStat:Active",
    "lifeCycle:Suspended": "credentialStat:Suspended",
    "lifeCycle:Ceasing": "credentialStat:Ceasing",
    "lifeCycle:TeachOut": "credentialStat:TeachOut",
    "lifeCycle:Ceased": "credentialStat:Deprecated",
}


@dataclass(slots=True)
class _Own:
    """A school's own credential, and the programs that lead to it."""

    label: str
    type: str
    title: str
    owner: Thing | None
    row: Row
    description: str = ""
    programs: list[tuple[Thing, Award]] = field(default_factory=list)
    cips: dict[str, Node] = field(default_factory=dict)
    statuses: set[str] = field(default_factory=set)


class Awards:
    """Gathers the credentials that programs name, then makes those that nobody made yet."""

    def __init__(self, work: Work, catalogue: Catalogue) -> None:
        self._work = work
        self._catalogue = catalogue
        self._own: dict[str, _Own] = {}

    def read(self, section: Programs, program: Thing, owner: Thing | None, owner_key: str) -> None:
        """The awards that one program names."""
        named: list[str] = []
        for award in section.awards:
            kind = self._named(award, program, owner, owner_key)
            if kind is not None:
                named.append(kind)
            self._compare(award, program, kind)
        if not named:
            self._work.remark(NO_CREDENTIAL, "gap", program.row, program.ctid)

    def _named(self, award: Award, program: Thing, owner: Thing | None, owner_key: str) -> str | None:
        """The class of the credential named, or None."""
        work, row = self._work, program.row
        label = work.cells.text(award.label, row)
        if award.refers is not None:
            key = work.cells.text(award.key, row)
            found = self._catalogue.find(award.refers, key, label)
            if found is not None:
                _link(program, award.link, found.ctid)
                if found.node.get("ceterms:credentialStatusType", {}).get("ceterms:targetNode") == "credentialStat:Deprecated":
                    work.remark(AWARD_WITHDRAWN, "contradiction", row, program.ctid, key=key or label)
                return str(found.node["@type"])
            if key and not label:
                work.remark(CREDENTIAL_UNKNOWN, "gap", row, program.ctid, key=key)
        if not label:
            return None
        kind = work.cells.text(award.type, row)
        if not is_credential_class(kind):
            work.remark(CLASS_UNKNOWN, "gap", row, program.ctid, seen=kind or label)
            return None
        if award.refers is not None:
            entry = self._own.setdefault(
                f"{award.refers}/name/{fold(label)}", _Own(f"{award.refers}/name/{fold(label)}", kind, label, None, row)
            )
        else:
            title = work.cells.text(award.title, row) or label
            place = f"{work.group(self._section(program).provider.section)}/{owner_key}/{fold(title)}"
            entry = self._own.setdefault(f"{kind}/{place}", _Own(place, kind, title, owner, row, work.cells.text(award.description, row)))
        entry.programs.append((program, award))
        entry.title = min(entry.title, work.cells.text(award.title, row) or label)
        for node in program.node.get("ceterms:instructionalProgramType", ()):
            entry.cips[node["ceterms:codedNotation"]] = node
        entry.statuses.update(entry_status(program.node))
        return kind

    def _section(self, program: Thing) -> Programs:
        return self._work.mapping.programs[program.section]

    def _compare(self, award: Award, program: Thing, kind: str | None) -> None:
        if award.flag is None:
            return
        said = self._work.cells.flag(award.flag.of, program.row)
        fits = kind is not None and any(terms().is_a(kind, name) for name in award.flag.means)
        about = {"column": award.flag.of.column, "means": ", ".join(terms().label(name) for name in award.flag.means)}
        if said is True and kind is None:
            self._work.remark(FLAG_WITHOUT_AWARD, "contradiction", program.row, program.ctid, **about)
        elif said is True and not fits:
            self._work.remark(FLAG_OTHER_AWARD, "contradiction", program.row, program.ctid, named=terms().label(kind or ""), **about)
        elif said is False and fits:
            self._work.remark(AWARD_WITHOUT_FLAG, "contradiction", program.row, program.ctid, named=terms().label(kind or ""), **about)

    def finish(self) -> None:
        """Make the credentials that no ``credentials`` section told of, and link the programs to them."""
        work = self._work
        entries = [self._own[name] for name in sorted(self._own)]
        claims = []
        for name, entry in sorted(self._own.items()):
            owner = entry.owner.ctid if entry.owner is not None else None
            claims.append(
                (
                    Claim("credential", name, entry.title, work.derive(entry.type, entry.label), entry.type, frozenset(), None, owner),
                    None,
                    None,
                )
            )
        found = work.settle(claims)
        for name, entry in zip(sorted(self._own), entries, strict=True):
            ctid = found[name]
            node = work.node(entry.type, ctid, entry.title)
            put(node, "ceterms:description", lang(entry.description, work.language) if entry.description else None)
            _, award = entry.programs[0]
            work.page(node, award.page, entry.row)
            put(node, "ceterms:inLanguage", list(work.cells.texts(award.language, entry.row)))
            schools = entry.owner is not None
            if entry.owner is not None:
                node["ceterms:ownedBy"] = [str(entry.owner.ctid)]
                node["ceterms:offeredBy"] = [str(entry.owner.ctid)]
            else:
                work.remark(BODY_UNKNOWN, "gap", entry.row, ctid, key=entry.title)
            own = [program for program, award in entry.programs if award.owner is not None]
            if own:
                put(node, "ceterms:credentialStatusType", _status(entry.statuses))
                put(node, "ceterms:instructionalProgramType", [entry.cips[code] for code in sorted(entry.cips)])
            if own and schools:
                targets = sorted(str(program.ctid) for program in own)
                node["ceterms:requires"] = [{"@type": "ceterms:ConditionProfile", "ceterms:targetLearningOpportunity": targets}]
            thing = Thing("awards", name, entry.row, ctid, node)
            for program, award in entry.programs:
                _link(program, award.link, ctid)
                self._catalogue.put(program.section, program.key, entry.title, thing)
            work.credentials["awards", name] = thing
            work.add(thing)


def entry_status(program: Node) -> set[str]:
    """The life cycle status of a program, as a set of at most one."""
    found = program.get("ceterms:lifeCycleStatusType")
    return {found["ceterms:targetNode"]} if isinstance(found, dict) else set()


def _status(statuses: set[str]) -> Node | None:
    """Of several programs' statuses the liveliest; none where no program tells any."""
    for life, status in STATUS_BY_LIFE_CYCLE.items():
        if life in statuses:
            return concept(status)
    return None


def _link(program: Thing, link: str, ctid: Ctid) -> None:
    targets = program.node.setdefault(f"ceterms:{link}", [])
    if str(ctid) not in targets:
        targets.append(str(ctid))
        targets.sort()

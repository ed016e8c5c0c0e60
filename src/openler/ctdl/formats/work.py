"""What the converters of one import share: the mapping, the tables, the account, and the nodes made so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field

from openler.ctdl.formats import account as told
from openler.ctdl.formats.account import Account, Proposal, RowFate, Weight
from openler.ctdl.formats.adopt import Claim, Known, claimed_identifier
from openler.ctdl.formats.cells import Cells, Row, Table
from openler.ctdl.formats.codes import Codes
from openler.ctdl.formats.mapping import Mapping
from openler.ctdl.formats.mapping_sections import Section
from openler.ctdl.formats.mapping_values import Identifier, Value, When
from openler.ctdl.formats.shapes import IDENTIFIER_PROPERTIES, Node, identifier, lang, put, web_page
from openler.errors import Code, Malformed, declare
from openler.ids import Ctid

CTID_UNREADABLE = declare("import.ctid_unreadable", by=__name__)
CTID_TAKEN = declare("import.ctid_taken", by=__name__)
PAGE_UNREADABLE = declare("import.page_unreadable", by=__name__)


@dataclass(slots=True)
class Thing:
    """Something described: its section and key in the source, the row that tells it, its CTID and node under construction."""

    section: str
    key: str
    row: Row
    ctid: Ctid
    node: Node
    extra: list[Node] = field(default_factory=list)


class Work:
    """One import in the making."""

    def __init__(self, mapping: Mapping, tables: Map[str, Table], account: Account, known: Known) -> None:
        self.mapping = mapping
        self.language = mapping.source.language
        self.tables = tables
        self.account = account
        self.known = known
        self.cells = Cells(tables, account)
        self.codes = Codes(mapping.crosswalks, tables, self.cells)
        self.bodies: dict[str, Ctid] = {}
        self.organizations: dict[tuple[str, str], Thing] = {}
        self.organization_rows: dict[tuple[str, str], Row] = {}
        self.credentials: dict[tuple[str, str], Thing] = {}
        self.competencies: dict[str, tuple[Ctid, Ctid, str, str]] = {}
        self.programs: dict[tuple[str, str], Thing] = {}
        self.occupations: dict[tuple[str, str], Thing] = {}
        self.proposals: list[Proposal] = []
        self.adopted: dict[Ctid, str] = {}
        self._things: dict[Ctid, Thing] = {}

    # --- rows ---------------------------------------------------------------------------------------------------------

    def select(self, section: Section) -> Iterator[tuple[str, Row]]:
        """The rows that a section is about, each with its key, in the order of keys; every other row gets its fate here."""
        return self.select_from(section.table, section.key, section.when)

    def select_from(self, table: str, identity: Value, when: When) -> Iterator[tuple[str, Row]]:
        """The same for a table, the value that is its rows' key, and conditions."""
        by_key: dict[str, list[Row]] = {}
        for row in self.tables[table].rows:
            if not self.cells.holds(when, row):
                self.refuse(row, told.NOT_SELECTED)
            elif not (key := self.cells.text(identity, row)):
                self.refuse(row, told.KEY_MISSING, column=", ".join(identity.reads()))
            else:
                by_key.setdefault(key, []).append(row)
        self.cells.take_used()
        for key in sorted(by_key):
            rows = by_key[key]
            if any(row.cells != rows[0].cells for row in rows[1:]):
                numbers = ", ".join(str(row.number) for row in rows)
                for row in rows:
                    self.refuse(row, told.DUPLICATE_KEY, key=key, rows=numbers)
                continue
            yield key, rows[0]

    def twins(self, row: Row, ctid: Ctid) -> None:
        """The rows equal to this one were told once: they are merged into it."""
        for other in self.tables[row.table].twins(row):
            self.account.decide(RowFate(other.table, other.number, "merged", told.SAME_ROW, (ctid,), {"row": row.number}))

    def refuse(self, row: Row, code: Code, /, **parameters: object) -> None:
        """This row makes nothing."""
        self.account.decide(RowFate(row.table, row.number, "refused", code, (), parameters))

    def refuse_all(self, row: Row, code: Code, /, **parameters: object) -> None:
        """This row and those equal to it make nothing."""
        for entry in (row, *self.tables[row.table].twins(row)):
            self.refuse(entry, code, **parameters)

    def publish(self, row: Row, ctid: Ctid) -> None:
        """This row became this document."""
        self.account.decide(RowFate(row.table, row.number, "published", told.PUBLISHED, (ctid,)))
        self.twins(row, ctid)

    def remark(self, code: Code, weight: Weight, row: Row, ctid: Ctid | None = None, /, **parameters: object) -> None:
        """Note something about a row."""
        self.account.remark(code, weight, row.table, row.number, ctid, **parameters)

    # --- identifiers --------------------------------------------------------------------------------------------------

    def derive(self, kind: str, key: str) -> Ctid:
        """The CTID of something of this source that has none."""
        return Ctid.derive(self.mapping.source.id, kind, key)

    def stated_ctid(self, value: Value | None, row: Row) -> Ctid | None:
        """The CTID that a mapping's column holds, if it holds one."""
        text = self.cells.text(value, row)
        if not text:
            return None
        try:
            return Ctid.parse(text)
        except Malformed:
            self.remark(CTID_UNREADABLE, "gap", row, seen=text[:80])
            return None

    def settle(self, claims: Iterable[tuple[Claim, Ctid | None, Row | None]]) -> dict[str, Ctid]:
        """The CTID of each claim by its key: the one its row states, else one adopted, else ours. Nobody gets another's."""
        asked = list(claims)
        found = self.known.adopt(claim for claim, stated, _ in asked if stated is None)
        stated_count: dict[Ctid, int] = {}
        for _, stated, _ in asked:
            if stated is not None:
                stated_count[stated] = stated_count.get(stated, 0) + 1
        result: dict[str, Ctid] = {}
        for claim, stated, row in asked:
            adoption = found.get(claim.key)
            ctid = stated if stated is not None else adoption.ctid if adoption is not None else None
            if ctid is not None and (stated_count.get(ctid, 0) > 1 or (stated is None and ctid in stated_count) or ctid in self._things):
                if row is not None:
                    self.remark(CTID_TAKEN, "contradiction", row, None, seen=str(ctid))
                ctid = None
            self.proposals.extend(adoption.proposals if adoption is not None else ())
            if ctid is not None:
                self.adopted[ctid] = claim.kind
            result[claim.key] = ctid or claim.ours
        return result

    # --- nodes --------------------------------------------------------------------------------------------------------

    def node(self, kind: str, ctid: Ctid, name: str) -> Node:
        """A node with its class, CTID and name."""
        return {"@type": kind, "ceterms:ctid": str(ctid), "ceterms:name": lang(name, self.language)}

    def text(self, node: Node, prop: str, value: Value | None, row: Row) -> None:
        """Set a language-tagged text, if there is one."""
        found = self.cells.text(value, row)
        put(node, prop, lang(found, self.language) if found else None)

    def page(self, node: Node, value: Value | None, row: Row) -> None:
        """Set the web page, if there is a readable one."""
        found = self.cells.text(value, row)
        if not found:
            return
        page = web_page(found)
        if page is None:
            self.remark(PAGE_UNREADABLE, "gap", row, Ctid(node["ceterms:ctid"]), seen=found[:120])
        put(node, "ceterms:subjectWebpage", page)

    def identify(self, node: Node, given: Iterable[Identifier], row: Row) -> frozenset[tuple[str, str]]:
        """Set identifiers; the pairs by which the thing may be recognised."""
        pairs, others = set(), []
        for entry in given:
            if not (value := self.cells.text(entry.value, row)):
                continue
            pairs.add(claimed_identifier(entry.type, value))
            if entry.type in IDENTIFIER_PROPERTIES:
                put(node, IDENTIFIER_PROPERTIES[entry.type], value)
            else:
                others.append(identifier(entry.type, value))
        put(node, "ceterms:identifier", others)
        return frozenset(pairs)

    def add(self, thing: Thing) -> None:
        """A document is to be made of this."""
        self._things[thing.ctid] = thing

    def things(self) -> tuple[Thing, ...]:
        """Everything to be published, by CTID."""
        return tuple(self._things[ctid] for ctid in sorted(self._things))

    def used_in(self, ctid: Ctid) -> None:
        """The reference rows touched since the last time went into this document."""
        self.account.use(self.cells.take_used(), ctid)

    def group(self, section: str) -> str:
        """The section under which an organisation is known, sections that tell the same being one."""
        return self.mapping.organizations[section].same_as or section

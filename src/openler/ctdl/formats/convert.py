"""A mapping and a region's tables become CTDL documents and an account of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass

from openler.ctdl.document import Document, build
from openler.ctdl.formats.account import Account, Proposal, Remark, RowFate, TableAccount
from openler.ctdl.formats.adopt import Known
from openler.ctdl.formats.cells import Table
from openler.ctdl.formats.credentials import credentials
from openler.ctdl.formats.frameworks import frameworks, learn
from openler.ctdl.formats.jobs import jobs, occupations
from openler.ctdl.formats.mapping import Mapping
from openler.ctdl.formats.organizations import bodies, organizations
from openler.ctdl.formats.outcomes import outcomes
from openler.ctdl.formats.programs import programs
from openler.ctdl.formats.supports import supports
from openler.ctdl.formats.work import Work
from openler.ids import Ctid

Rows = Iterable[tuple[int, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Conversion:
    """What an import makes: documents by CTID, what became of each row, and what a person should know.

    ``publisher`` is the organisation that publishes; ``adopted`` are the CTIDs that existed before.
    """

    publisher: Ctid
    documents: tuple[Document, ...]
    tables: tuple[TableAccount, ...]
    fates: tuple[RowFate, ...]
    remarks: tuple[Remark, ...]
    proposals: tuple[Proposal, ...]
    adopted: tuple[Ctid, ...]

    def by_class(self) -> dict[str, int]:
        """How many documents of each class."""
        return dict(sorted(Counter(document.type for document in self.documents).items()))

    def contradictions(self) -> tuple[Remark, ...]:
        """Where the source says two things."""
        return tuple(remark for remark in self.remarks if remark.weight == "contradiction")

    def counted(self) -> dict[str, int]:
        """How many remarks of each code."""
        return dict(sorted(Counter(str(remark.code) for remark in self.remarks).items()))


def convert(
    mapping: Mapping,
    rows: Map[str, Rows],
    *,
    base_url: str,
    existing: Iterable[Document] = (),
    known_frameworks: Iterable[Document] = (),
) -> Conversion:
    """Convert a region's tables.

    ``rows`` are the rows of each table by its name in the mapping, numbered as in the file (the header is 1); a table that
    is not there is empty. ``existing`` are documents that have CTIDs already, such as the national Registry's;
    ``known_frameworks`` are published frameworks whose competencies the rows may name by code, such as O*NET's. The documents
    do not depend on the order of the rows.

    :raises Malformed: ``ids.ctid_malformed`` for a CTID that the mapping itself states wrongly
    """
    account = Account()
    tables = {name: Table(name, spec, rows.get(name, ())) for name, spec in mapping.tables.items()}
    for name, table in tables.items():
        account.read(name, (row.number for row in table.rows))
    work = Work(mapping, tables, account, Known(existing))
    bodies(work)
    organizations(work)
    frameworks(work)
    for framework in sorted(known_frameworks, key=lambda document: document.ctid):
        learn(work, framework)
    occupations(work)
    catalogue = credentials(work)
    programs(work, catalogue)
    _support(work)
    outcomes(work)
    jobs(work, catalogue)
    account.close(sorted(set(mapping.tables) - set(mapping.counting())))
    documents = tuple(build(base_url, [thing.node, *thing.extra]) for thing in work.things())
    return Conversion(
        publisher=work.bodies[mapping.publisher],
        documents=documents,
        tables=account.tables(),
        fates=account.fates,
        remarks=account.remarks,
        proposals=tuple(sorted(work.proposals, key=lambda proposal: (proposal.kind, proposal.key, proposal.existing))),
        adopted=tuple(sorted(work.adopted)),
    )


def _support(work: Work) -> None:
    offering = frozenset(Ctid(owner) for thing in work.programs.values() for owner in thing.node.get("ceterms:offeredBy", ()))
    made = supports(work, offering)
    for thing in work.programs.values():
        services = sorted(str(service) for owner in thing.node.get("ceterms:offeredBy", ()) for service in made.get(Ctid(owner), ()))
        if services:
            thing.node["ceterms:hasSupportService"] = services
    work.cells.take_used()
